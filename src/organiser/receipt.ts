import { createPublicKey, verify } from "node:crypto";
import type { SigningKey } from "../ticket/signing-key.ts";
import type { LineTotals, MinuteCount, SaleTotals } from "./receipt-ports.ts";

/** What is signed of a sale that has ended. It names nobody, and is the same whenever it is made of the same seats. */
export interface ReceiptStatement {
  readonly format: typeof RECEIPT_FORMAT;
  /** The public host when the event was made, as under the signature of its tickets. */
  readonly host: string;
  /** The event's slug. */
  readonly event: string;
  /** Number of the sale within its event. */
  readonly sale: number;
  /** RFC 3339 in UTC, with milliseconds. */
  readonly opensAt: string;
  readonly closesAt: string;
  readonly quota: number;
  readonly seats: number;
  /** RFC 3339 in UTC, with microseconds; null where no seat was given out. */
  readonly firstSeatAt: string | null;
  readonly lastSeatAt: string | null;
  /** The instant of the last seat where that made the sale full, else null. */
  readonly fullAt: string | null;
  /** From the opening to the last seat, a day of it at most. */
  readonly seatsPerMinute: readonly number[];
  /** Seats given out after that day. */
  readonly seatsLater: number;
  /** Absent where the waiting room was off. */
  readonly line?: LineTotals;
  /** SHA-256, in hexadecimal, of a `registrationLine` for each seat in order of the ordinals. */
  readonly listSha256: string;
}

/** A statement under its signature, as it is published. */
export interface Receipt {
  /** The JSON text of a `ReceiptStatement`, byte for byte what was signed. */
  readonly statement: string;
  /** Ed25519 (RFC 8032), 64 bytes in base64url. */
  readonly signature: string;
  /** 32 bytes in base64url: the key that the event's tickets are signed with. */
  readonly publicKey: string;
  /** Version of that key, as in the tickets. */
  readonly keyId: number;
}

/** One seat, as the organiser's export lists it. */
export interface ListedSeat {
  readonly ordinal: number;
  readonly registrationId: string;
  /** RFC 3339 in UTC with microseconds. */
  readonly committedAt: string;
}

export const RECEIPT_FORMAT = "floodgate-receipt-1";

const MINUTE_COUNT_MAX = 24 * 60;

export function receiptStatement(
  of: { readonly host: string; readonly event: string; readonly sale: number },
  totals: SaleTotals,
): ReceiptStatement {
  const { quota, seats, firstSeatAt, lastSeatAt, line, listSha256 } = totals;
  return {
    format: RECEIPT_FORMAT,
    host: of.host,
    event: of.event,
    sale: of.sale,
    opensAt: new Date(totals.opensAtMs).toISOString(),
    closesAt: new Date(totals.closesAtMs).toISOString(),
    quota,
    seats,
    firstSeatAt,
    lastSeatAt,
    fullAt: seats === quota ? lastSeatAt : null,
    ...seatsOverTime(totals.minutes),
    ...(line === null ? {} : { line }),
    listSha256,
  };
}

export function signReceipt(
  statement: ReceiptStatement,
  { version, publicKey, sign }: SigningKey,
): Receipt {
  const text = JSON.stringify(statement);
  return {
    statement: text,
    signature: base64url(sign(signedMessage(text, version))),
    publicKey: base64url(publicKey),
    keyId: version,
  };
}

/** The receipt as it is published, with nothing left to the writer's taste, so that no byte of it can differ. */
export function receiptText({ statement, signature, publicKey, keyId }: Receipt): string {
  return JSON.stringify({ statement, signature, publicKey, keyId });
}

/** Whether the receipt was signed with its own key; whose key that is stands elsewhere. False for a key that is none. */
export function isSigned({ statement, signature, publicKey, keyId }: Receipt): boolean {
  // Neither has a second spelling: what only decodes to the same bytes is not the receipt as it was signed.
  if (![signature, publicKey].every(isBase64url)) return false;
  try {
    const key = createPublicKey({
      key: { kty: "OKP", crv: "Ed25519", x: publicKey },
      format: "jwk",
    });
    const bytes = Buffer.from(signature, "base64url");
    return verify(null, signedMessage(statement, keyId), key, bytes);
  } catch {
    return false;
  }
}

/** `ordinal,registration id,instant of the commit` and a line feed. */
export function registrationLine({ ordinal, registrationId, committedAt }: ListedSeat): string {
  return `${ordinal},${registrationId},${committedAt}\n`;
}

export function seatsOverTime(
  minutes: readonly MinuteCount[],
): Pick<ReceiptStatement, "seatsPerMinute" | "seatsLater"> {
  const within = minutes.filter(([minute]) => minute < MINUTE_COUNT_MAX);
  const [lastMinute = -1] = within.at(-1) ?? [];
  const seatsPerMinute = Array.from({ length: lastMinute + 1 }, () => 0);
  for (const [minute, seats] of within) seatsPerMinute[minute] = seats;
  const seatsLater = minutes.slice(within.length).reduce((sum, [, seats]) => sum + seats, 0);
  return { seatsPerMinute, seatsLater };
}

/** The first words differ from those of a ticket's message, so that neither can pass for the other. */
function signedMessage(statement: string, keyId: number): Uint8Array {
  return new TextEncoder().encode(`floodgate-receipt-v1\0${keyId}\0${statement}`);
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}

function isBase64url(text: string): boolean {
  return base64url(Buffer.from(text, "base64url")) === text;
}
