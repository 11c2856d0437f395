import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../actor/clock.ts";
import type { DeliveryReports } from "../../delivery/delivery-reports.ts";
import { MAIL_SOURCE } from "../../delivery/delivery-reports.ts";
import type { MailEvents, ReportRefusal, TakeOutcome } from "../../delivery/report-ports.ts";
import { textAt } from "./json-text.ts";
import type { MailgunNews } from "./mailgun-news.ts";
import { readMailgunNews } from "./mailgun-news.ts";
import { UsedTokens } from "./used-tokens.ts";

export interface MailgunEventsOptions {
  /** Mailgun's "HTTP webhook signing key" of the account. */
  readonly signingKey: string;
  readonly clock: Pick<Clock, "nowMs">;
  readonly reports: Pick<DeliveryReports, "take" | "suppress">;
  readonly limits: MailgunLimits;
}

export interface MailgunLimits {
  /** How far a signature's instant may be off. Mailgun tries again after ten minutes, which must still be in time. */
  readonly mailEventAgeMsMax: number;
  /** Events within twice that time, before more are put off. */
  readonly mailEventTokenCountMax: number;
}

interface Signature {
  /** Unix time in seconds: ten digits, so that none of them can be moved over into the token. */
  readonly timestamp: string;
  readonly token: string;
  readonly signature: string;
}

const UNPROVEN: ReportRefusal = { kind: "unproven" };
const TIMESTAMP = /^\d{10}$/;
const TOKEN_LENGTH_MAX = 128;
const SHA_256_HEX = /^[0-9a-f]{64}$/i;

/**
 * Webhooks in Mailgun's format (https://documentation.mailgun.com/docs/mailgun/user-manual/events/webhooks), which signs
 * an instant and a token used once. An event that was not kept leaves its token unused, for it will be told again.
 */
export class MailgunEvents implements MailEvents {
  readonly #options: MailgunEventsOptions;
  readonly #tokens: UsedTokens;

  constructor(options: MailgunEventsOptions) {
    this.#options = options;
    const { mailEventAgeMsMax, mailEventTokenCountMax } = options.limits;
    // A timestamp may be as far ahead as behind, and is good for as long again.
    this.#tokens = new UsedTokens(2 * mailEventAgeMsMax, mailEventTokenCountMax);
  }

  async take(event: Readonly<Record<string, unknown>>): Promise<TakeOutcome | ReportRefusal> {
    const nowMs = this.#options.clock.nowMs();
    const signature = readSignature(event["signature"]);
    if (signature === null || !this.#isProven(signature, nowMs)) return UNPROVEN;
    const news = readMailgunNews(event["event-data"]);
    if (news === null) return { kind: "invalid", reason: "event-data names no event" };
    switch (this.#tokens.use(signature.token, nowMs)) {
      case "used":
        return UNPROVEN;
      case "full":
        return { kind: "unavailable" };
      case "fresh": {
        const outcome = await this.#keep(news);
        if (outcome.kind === "unavailable") this.#tokens.release(signature.token);
        return outcome;
      }
    }
  }

  #isProven({ timestamp, token, signature }: Signature, nowMs: number): boolean {
    const { signingKey, limits } = this.#options;
    const digest = createHmac("sha256", signingKey).update(timestamp).update(token).digest();
    if (!timingSafeEqual(digest, Buffer.from(signature, "hex"))) return false;
    return Math.abs(nowMs - Number(timestamp) * 1_000) <= limits.mailEventAgeMsMax;
  }

  async #keep({ report, suppression }: MailgunNews): Promise<TakeOutcome> {
    const { reports } = this.#options;
    const [suppressed, taken] = await Promise.all([
      reports.suppress(suppression === null ? [] : [suppression]),
      reports.take(MAIL_SOURCE, report === null ? [] : [report]),
    ]);
    return suppressed.kind === "taken" ? taken : suppressed;
  }
}

function readSignature(value: unknown): Signature | null {
  const timestamp = textAt(value, "timestamp");
  const token = textAt(value, "token");
  const signature = textAt(value, "signature");
  if (timestamp === null || !TIMESTAMP.test(timestamp)) return null;
  if (token === null || token === "" || token.length > TOKEN_LENGTH_MAX) return null;
  if (signature === null || !SHA_256_HEX.test(signature)) return null;
  return { timestamp, token, signature };
}
