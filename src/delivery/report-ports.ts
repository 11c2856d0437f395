import type { Email } from "../attendee/email.ts";
import type { DeliveryReport } from "./ports.ts";

/** What was kept of what came back. `unavailable`: perhaps nothing, and whoever told it should tell it again. */
export type TakeOutcome = { readonly kind: "taken" } | { readonly kind: "unavailable" };

/** A provider did not show that it is the one that asks, or asked for something that cannot be read. */
export type ReportRefusal =
  | { readonly kind: "unproven" }
  /** The reason quotes nothing of the request (invariant 10). */
  | { readonly kind: "invalid"; readonly reason: string };

/** A request as a provider made it. */
export interface ReportRequest {
  readonly method: string;
  /** At the public address, whatever the Host header says: that is what signatures cover. */
  readonly url: string;
  readonly headers: Headers;
  /** The very bytes that came, for those are what is signed. */
  readonly body: Uint8Array;
}

/** How one gateway's provider is understood; a pure function. */
export type ReportReader = (
  request: ReportRequest,
) => { readonly kind: "reports"; readonly reports: readonly DeliveryReport[] } | ReportRefusal;

/** What a mail provider tells of the mails it took. */
export interface MailEvents {
  /** Reads one event in the provider's own form and keeps what it says. */
  take(event: Readonly<Record<string, unknown>>): Promise<TakeOutcome | ReportRefusal>;
}

export interface ReportStore {
  /**
   * Keeps what each message came to, by the rule of `DeliveryReports`: in any order and however often, of one message
   * also several at once.
   */
  record(reports: readonly DeliveryReport[]): Promise<void>;
  /** Throws away reports at least that old, so many at most; tells how many went. */
  forget(which: { readonly ageMsMin: number; readonly countMax: number }): Promise<number>;
}

/** An address that no mail goes to any more. */
export interface Suppression {
  readonly address: Email;
  readonly reason: SuppressionReason;
}

/** `bounced`: the address does not exist or refuses mail for good. `complained`: its owner called our mail spam. */
export type SuppressionReason = "bounced" | "complained";

export interface StoredSuppression extends Suppression {
  readonly suppressedAtMs: number;
}

/** Addresses are the same in upper and lower case. */
export interface SuppressionStore {
  /** The first reason of an address stands. */
  suppress(suppressions: readonly Suppression[]): Promise<void>;
  /** The newest first. */
  list(countMax: number): Promise<readonly StoredSuppression[]>;
  /** Lets mail go to the address again; false where none was held back. */
  lift(address: Email): Promise<boolean>;
}
