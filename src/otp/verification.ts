import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Phone } from "../attendee/phone.ts";
import type { OtpKeys } from "./otp-keys.ts";

/** Proof that its bearer has shown control of a phone; reusable for one event until it expires. */
export interface Verification {
  readonly phone: Phone;
  readonly eventId: number;
  /** End of the event's last sale, ms since the epoch. */
  readonly expiresAtMs: number;
}

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FACTS_BYTES = 16;
/** version 1 | nonce 12 | sealed: event 2, expiry 6, phone digits 8 | tag 16 */
const TOKEN_BYTES = 1 + NONCE_BYTES + FACTS_BYTES + TAG_BYTES;
const TOKEN_LENGTH = Math.ceil((TOKEN_BYTES * 4) / 3);

/** AES-256-GCM: the phone is not to be read from a token that lies in a browser. */
export function sealVerification(verification: Verification, keys: OtpKeys): string {
  const facts = Buffer.alloc(FACTS_BYTES);
  facts.writeUInt16BE(verification.eventId, 0);
  facts.writeUIntBE(verification.expiresAtMs, 2, 6);
  facts.writeBigUInt64BE(BigInt(verification.phone.slice(1)), 8);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keys.verification, nonce);
  const sealed = Buffer.concat([cipher.update(facts), cipher.final()]);
  const version = Buffer.of(VERSION);
  return Buffer.concat([version, nonce, sealed, cipher.getAuthTag()]).toString("base64url");
}

/** Null for anything that was not sealed here. Expiry and event are the caller's to judge. */
export function openVerification(text: string, keys: OtpKeys): Verification | null {
  if (text.length !== TOKEN_LENGTH) return null;
  const token = Buffer.from(text, "base64url");
  if (token.length !== TOKEN_BYTES || token[0] !== VERSION) return null;
  if (token.toString("base64url") !== text) return null;
  const nonce = token.subarray(1, 1 + NONCE_BYTES);
  const sealed = token.subarray(1 + NONCE_BYTES, -TAG_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", keys.verification, nonce);
  decipher.setAuthTag(token.subarray(-TAG_BYTES));
  try {
    const facts = Buffer.concat([decipher.update(sealed), decipher.final()]);
    return {
      eventId: facts.readUInt16BE(0),
      expiresAtMs: facts.readUIntBE(2, 6),
      phone: `+${facts.readBigUInt64BE(8)}` as Phone,
    };
  } catch {
    return null;
  }
}
