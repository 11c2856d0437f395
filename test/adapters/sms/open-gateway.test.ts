import { expect, test } from "bun:test";
import { openSmsGateway } from "../../../src/adapters/sms/open-gateway.ts";
import type { SmppLinkEvent } from "../../../src/adapters/sms/smpp-link.ts";
import type { Phone } from "../../../src/attendee/phone.ts";
import type { SmsGateway } from "../../../src/delivery/ports.ts";
import { smsGatewayContract } from "../../contract/sms-gateway.contract.ts";
import { openSmsc } from "../../support/smsc.ts";
import { HTTP_BOUNDS, parsed, smppFile } from "./make-gateway.ts";

const never = new AbortController().signal;

/** From its file to a session; the stack closes it. */
async function openSmpp(port: number, opening: AsyncDisposableStack): Promise<SmsGateway> {
  const bound = Promise.withResolvers<SmppLinkEvent>();
  const options = {
    ...HTTP_BOUNDS,
    random: () => 0,
    reportUrl: null,
    onReport: () => {},
    observer: (event: SmppLinkEvent) => bound.resolve(event),
  };
  const settings = parsed(smppFile({ host: "127.0.0.1", port, inFlightMax: 200 }));
  const gateway = openSmsGateway(settings, options, opening);
  expect(await bound.promise).toEqual({ kind: "bound" });
  return gateway;
}

smsGatewayContract("A gateway opened from an SMPP file", async () => {
  await using opening = new AsyncDisposableStack();
  const smsc = opening.use(
    await openSmsc({
      onSubmit: ({ to }) => (to === "999" ? { kind: "status", status: 0x0b } : { kind: "accept" }),
    }),
  );
  const gateway = await openSmpp(smsc.port, opening);
  const opened = opening.move();
  return {
    gateway,
    received: async () => smsc.received(),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
});

test("an SMPP gateway is bound before its first message, and unbound when its stack is closed", async () => {
  await using smsc = await openSmsc();
  const opening = new AsyncDisposableStack();
  const gateway = await openSmpp(smsc.port, opening);
  expect(smsc.binds).toMatchObject([{ systemId: "mela", password: "s3cret" }]);
  const to = "+8801712345678" as Phone;
  expect((await gateway.send({ to, text: "hello" }, never)).kind).toBe("accepted");
  await opening.disposeAsync();
  await smsc.until(({ linkCount }) => linkCount === 0);
  expect((await gateway.send({ to, text: "too late" }, never)).kind).toBe("retry");
  expect(smsc.received()).toEqual([{ to, text: "hello" }]);
});
