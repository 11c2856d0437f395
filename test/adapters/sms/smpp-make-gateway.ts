import { systemClock } from "../../../src/actor/clock.ts";
import type { SmppGatewayOptions } from "../../../src/adapters/sms/smpp-gateway.ts";
import { SmppGateway } from "../../../src/adapters/sms/smpp-gateway.ts";
import type { SmppLinkEvent } from "../../../src/adapters/sms/smpp-link.ts";
import type { SmppSettings } from "../../../src/adapters/sms/smpp-settings.ts";
import type { Phone } from "../../../src/attendee/phone.ts";
import type { DeliveryReport, SmsMessage } from "../../../src/delivery/ports.ts";

export interface SmppChanges {
  readonly settings?: Partial<SmppSettings>;
  readonly options?: Partial<SmppGatewayOptions>;
}

/** A gateway to a port of the loopback, and what it tells of itself. */
export function makeSmppGateway(port: number, { settings, options }: SmppChanges = {}) {
  const events: SmppLinkEvent[] = [];
  const reports: DeliveryReport[] = [];
  const gateway = new SmppGateway({
    settings: {
      name: "smsc",
      host: "127.0.0.1",
      port,
      isTls: false,
      systemId: "mela",
      password: "s3cret",
      systemType: "",
      sourceAddress: "MELA",
      sourceTon: 5,
      sourceNpi: 0,
      windowMax: 200,
      responseTimeoutMs: 5_000,
      enquireLinkMs: 30_000,
      registeredDelivery: true,
      validityMs: 120_000,
      ...settings,
    },
    clock: systemClock,
    random: () => 0,
    certificateAuthority: null,
    onReport: (report) => reports.push(report),
    observer: (event) => events.push(event),
    ...options,
  });
  return {
    gateway,
    events,
    reports,
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

/** The same, bound. */
export async function boundSmppGateway(port: number, changes: SmppChanges = {}) {
  const made = makeSmppGateway(port, changes);
  await made.gateway.start();
  return made;
}

export function sms(index: number, text = `Your code is ${100_000 + index}`): SmsMessage {
  return { to: `+${8_801_712_000_000 + index}` as Phone, text };
}

export function never(): AbortSignal {
  return new AbortController().signal;
}

/** Resolves when it holds; for what nobody tells of. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await Bun.sleep(1);
}
