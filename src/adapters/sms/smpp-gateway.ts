import { ok as assert } from "node:assert";
import { randomUUID } from "node:crypto";
import type { Clock } from "../../actor/clock.ts";
import { sleep } from "../../actor/clock.ts";
import { attempt } from "../../delivery/attempt.ts";
import type { DeliveryReport, SmsGateway, SmsMessage, SmsOutcome } from "../../delivery/ports.ts";
import type { SmppLinkEvent } from "./smpp-link.ts";
import { SmppLink } from "./smpp-link.ts";
import { readReceipt } from "./smpp-receipt.ts";
import { SmppReports } from "./smpp-reports.ts";
import type { SmppAnswer, SmppSession } from "./smpp-session.ts";
import type { SmppSettings } from "./smpp-settings.ts";
import { judgeStatus } from "./smpp-status.ts";
import type { SmppPart } from "./smpp-text.ts";
import { PART_COUNT_MAX, smppParts } from "./smpp-text.ts";

export interface SmppGatewayOptions {
  readonly settings: SmppSettings;
  readonly clock: Clock;
  /** Uniform in [0, 1): the jitter of binds and the first reference of long texts. */
  readonly random: () => number;
  /** PEM; null trusts what the machine trusts. */
  readonly certificateAuthority: string | null;
  /** Must not throw. */
  readonly onReport: (report: DeliveryReport) => void;
  /** For the operator's log; must not throw. */
  readonly observer: (event: SmppLinkEvent) => void;
}

/** Types of number and numbering plan of an E.164 number: international, ISDN (SMPP 3.4, sections 5.2.5 and 5.2.6). */
const INTERNATIONAL_TON = 1;
const ISDN_NPI = 1;
/** Section 5.2.12: the text begins with a header. */
const UDH_INDICATOR = 0x40;
/** Section 5.2.17: a receipt for success and for failure. */
const RECEIPT_WANTED = 1;

const LATER_PART_TRIES_MAX = 5;
const LATER_PART_RETRY_MS = 1_000;

/**
 * An SMSC by SMPP 3.4, over one transceiver session that is bound again whenever it is lost. A send finds it bound or
 * answers `retry`; it never waits for it.
 */
export class SmppGateway implements SmsGateway, AsyncDisposable {
  readonly name: string;
  readonly #options: SmppGatewayOptions;
  readonly #link: SmppLink;
  readonly #reports: SmppReports;
  /** At most `windowMax`, each with one submit that awaits its answer. */
  readonly #underWay = new Set<Promise<SmsOutcome>>();
  #isStopping = false;
  #reference: number;

  constructor(options: SmppGatewayOptions) {
    const { settings, clock, random, onReport } = options;
    this.name = settings.name;
    this.#options = options;
    this.#reports = new SmppReports({
      clock,
      onReport,
      answerWithinMs: settings.responseTimeoutMs,
    });
    this.#link = new SmppLink({
      ...options,
      onDeliver: (pdu) => {
        const receipt = readReceipt(pdu);
        if (receipt !== null) this.#reports.received(receipt);
      },
    });
    this.#reference = Math.floor(random() * 256);
  }

  /** Binds, if no send has begun to; resolves when the first try has ended, either way. */
  start(): Promise<void> {
    return this.#link.start();
  }

  /** Once a submit is out, a stop leaves its fate unknown; parts that follow it still go, so that it arrives whole. */
  async send({ to, text }: SmsMessage, signal: AbortSignal): Promise<SmsOutcome> {
    if (signal.aborted) return retry(0, "aborted before it was sent");
    if (this.#isStopping) return retry(0, "the gateway is stopping");
    // It never rejects, and what it comes to is told to the observer.
    void this.#link.start();
    const { session, bindInMs } = this.#link;
    if (session === null) return retry(bindInMs, "no session is bound");
    if (this.#underWay.size >= this.#options.settings.windowMax) {
      return { kind: "throttled", afterMs: 0, reason: "the window is full" };
    }
    this.#reference = (this.#reference + 1) % 256;
    const parts = smppParts(text, this.#reference);
    if (parts.length > PART_COUNT_MAX) return { kind: "refused", reason: "the text is too long" };
    const sending = this.#submitAll(session, to.slice(1), parts);
    this.#underWay.add(sending);
    return unlessCutOff(
      sending.finally(() => this.#underWay.delete(sending)),
      signal,
    );
  }

  /** Waits for what is under way as long as one answer may take, takes leave of the SMSC and closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    const { clock, settings } = this.#options;
    await attempt<unknown>(
      () => Promise.all(this.#underWay),
      { clock, timeoutMs: settings.responseTimeoutMs, signal: new AbortController().signal },
      () => null,
    );
    await this.#link.stop();
    this.#reports[Symbol.dispose]();
  }

  /** One part after the other: while the first is not taken, nothing was, and the outcome can say so. */
  async #submitAll(
    session: SmppSession,
    digits: string,
    parts: readonly SmppPart[],
  ): Promise<SmsOutcome> {
    const messageIds: string[] = [];
    for (const part of parts) {
      const outcome = await this.#submitPart(session, digits, part, messageIds.length > 0);
      if (outcome.kind === "accepted") messageIds.push(outcome.providerId);
      else if (messageIds.length === 0) return outcome;
      else {
        const place = `part ${messageIds.length + 1} of ${parts.length}`;
        return { kind: "unknown", reason: `${place}: ${outcome.reason}` };
      }
    }
    const [providerId] = messageIds;
    assert(providerId !== undefined, "a text has a part");
    this.#reports.accepted(providerId, messageIds);
    return { kind: "accepted", providerId };
  }

  /** A later part is worth some patience: without it the parts that were taken are for nothing. */
  async #submitPart(
    session: SmppSession,
    digits: string,
    part: SmppPart,
    isLater: boolean,
  ): Promise<SmsOutcome> {
    const fields = submitFields(this.#options.settings, digits, part);
    let outcome = judge(await session.submit(fields), this.#link.bindInMs);
    const triesMax = isLater ? LATER_PART_TRIES_MAX : 1;
    for (let tries = 1; outcome.kind === "throttled" && tries < triesMax; tries += 1) {
      await sleep(this.#options.clock, LATER_PART_RETRY_MS);
      outcome = judge(await session.submit(fields), this.#link.bindInMs);
    }
    return outcome;
  }
}

function submitFields(settings: SmppSettings, digits: string, part: SmppPart) {
  const { sourceAddress, sourceTon, sourceNpi, registeredDelivery, validityMs } = settings;
  return {
    source_addr_ton: sourceTon,
    source_addr_npi: sourceNpi,
    source_addr: sourceAddress,
    dest_addr_ton: INTERNATIONAL_TON,
    dest_addr_npi: ISDN_NPI,
    destination_addr: digits,
    esm_class: part.hasHeader ? UDH_INDICATOR : 0,
    validity_period: validityMs === null ? "" : relativeTime(validityMs),
    registered_delivery: registeredDelivery ? RECEIPT_WANTED : 0,
    data_coding: part.dataCoding,
    short_message: part.bytes,
  };
}

/** SMPP 3.4, section 7.1.1.2: years, months, days, hours, minutes and seconds from now, two digits each. */
function relativeTime(durationMs: number): string {
  const seconds = Math.ceil(durationMs / 1_000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const fields = [0, 0, Math.floor(hours / 24), hours % 24, minutes % 60, seconds % 60];
  return `${fields.map((field) => String(field).padStart(2, "0")).join("")}000R`;
}

function judge(answer: SmppAnswer, bindInMs: number): SmsOutcome {
  switch (answer.kind) {
    case "answered":
      if (answer.status !== 0) return judgeStatus(answer.status);
      // Some SMSCs that send no receipts give no id either.
      return { kind: "accepted", providerId: answer.messageId || randomUUID() };
    case "unsent":
      return retry(bindInMs, "the session was lost");
    case "unanswered":
      return { kind: "unknown", reason: answer.reason };
  }
}

function retry(afterMs: number, reason: string): SmsOutcome {
  return { kind: "retry", afterMs, reason };
}

/** The outcome, or at the abort that it is unknown. */
function unlessCutOff(sending: Promise<SmsOutcome>, signal: AbortSignal): Promise<SmsOutcome> {
  const { promise, resolve, reject } = Promise.withResolvers<SmsOutcome>();
  const cutOff = () => resolve({ kind: "unknown", reason: "cut off by a stop" });
  signal.addEventListener("abort", cutOff);
  const settled = () => signal.removeEventListener("abort", cutOff);
  sending.finally(settled).then(resolve, reject);
  return promise;
}
