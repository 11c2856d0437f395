import type { Clock } from "../../actor/clock.ts";
import type { DeliveryReport } from "../../delivery/ports.ts";
import type { SmppReceipt } from "./smpp-receipt.ts";

export interface SmppReportsOptions {
  readonly clock: Clock;
  /** No answer to a submit that is awaited now comes later than this. */
  readonly answerWithinMs: number;
  readonly onReport: (report: DeliveryReport) => void;
}

/** Short messages whose receipts can be told from others: a surge and what comes after it. */
const TRACED_COUNT_MAX = 200_000;
/** Receipts that wait for the answer which names their message. */
const EARLY_COUNT_MAX = 1_000;

/**
 * Makes reports of receipts. A text is delivered when all its parts are, and has failed when one has; what is said
 * twice is reported once.
 *
 * Some SMSCs answer a submit with an id in hex and report it in decimal, or the other way round. Each side shows that
 * it writes hex by the first id with a letter in it; where only one side has, its ids are compared as numbers. Case
 * and leading zeros never matter. What fits no id that is remembered, as after a restart, is reported as it is written.
 */
export class SmppReports implements Disposable {
  readonly #options: SmppReportsOptions;
  readonly #parts = new Map<string, Part>();
  /** What cancels the second look at each. */
  readonly #early = new Map<SmppReceipt, () => void>();
  #isAnsweredInHex = false;
  #isReportedInHex = false;

  constructor(options: SmppReportsOptions) {
    this.#options = options;
  }

  /** A text was accepted as parts with these ids; the report on it names it by `providerId`. */
  accepted(providerId: string, messageIds: readonly string[]): void {
    const message = { providerId, partsLeft: messageIds.length, isSettled: false };
    for (const messageId of messageIds) {
      this.#isAnsweredInHex ||= isHex(messageId);
      this.#parts.set(plain(messageId), { message, isDelivered: false });
    }
    for (const oldest of this.#parts.keys()) {
      if (this.#parts.size <= TRACED_COUNT_MAX) break;
      this.#parts.delete(oldest);
    }
  }

  received(receipt: SmppReceipt): void {
    this.#isReportedInHex ||= isHex(receipt.messageId);
    const part = this.#trace(receipt.messageId);
    if (part !== undefined) return this.#settle(part, receipt.state);
    if (this.#early.size >= EARLY_COUNT_MAX) return this.#report(receipt);
    const { clock, answerWithinMs } = this.#options;
    this.#early.set(
      receipt,
      clock.after(answerWithinMs, () => this.#lookAgain(receipt)),
    );
  }

  /** Receipts that still wait are reported as they stand. */
  [Symbol.dispose](): void {
    for (const [receipt, cancel] of this.#early) {
      cancel();
      this.#lookAgain(receipt);
    }
  }

  /** A receipt may overtake the answer that names its message. */
  #lookAgain(receipt: SmppReceipt): void {
    this.#early.delete(receipt);
    const part = this.#trace(receipt.messageId);
    if (part === undefined) this.#report(receipt);
    else this.#settle(part, receipt.state);
  }

  #trace(messageId: string): Part | undefined {
    const written = plain(messageId);
    const part = this.#parts.get(written);
    if (this.#isAnsweredInHex === this.#isReportedInHex) return part;
    const respelled = this.#isAnsweredInHex ? inHex(written) : inDecimal(written);
    return this.#parts.get(respelled ?? "") ?? part;
  }

  #settle(part: Part, state: SmppReceipt["state"]): void {
    const { message } = part;
    if (state === "delivered" && !part.isDelivered) {
      part.isDelivered = true;
      message.partsLeft -= 1;
    }
    if (message.isSettled || (state === "delivered" && message.partsLeft > 0)) return;
    message.isSettled = true;
    this.#options.onReport({ providerId: message.providerId, state });
  }

  #report({ messageId, state }: SmppReceipt): void {
    this.#options.onReport({ providerId: messageId, state });
  }
}

interface Part {
  readonly message: { readonly providerId: string; partsLeft: number; isSettled: boolean };
  isDelivered: boolean;
}

function plain(messageId: string): string {
  return messageId.toLowerCase().replace(/^0+(?=.)/, "");
}

function isHex(messageId: string): boolean {
  return /^(?=.*[a-f])[0-9a-f]+$/i.test(messageId);
}

/** Of a number in decimal; null for what is none. */
function inHex(messageId: string): string | null {
  return /^\d+$/.test(messageId) ? BigInt(messageId).toString(16) : null;
}

/** Of a number in hex; null for what is none. */
function inDecimal(messageId: string): string | null {
  return /^[0-9a-f]+$/.test(messageId) ? BigInt(`0x${messageId}`).toString() : null;
}
