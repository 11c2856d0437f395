import { timingSafeEqual } from "node:crypto";
import type { Phone } from "../attendee/phone.ts";
import type { OtpKeys } from "./otp-keys.ts";

/** A recover code proves a phone to get its ticket again; it works in every state of the sale. */
export type CodePurpose = "register" | "recover";

/** The request a code belongs to; carried by the browser as a MACed token, so that inventing one costs no state. */
export interface Challenge {
  /** 128 random bits. */
  readonly id: Uint8Array;
  readonly eventId: number;
  readonly purpose: CodePurpose;
  readonly issuedAtMs: number;
  /** Number of the process's life that issued it. */
  readonly boot: number;
}

const VERSION = 1;
const PURPOSES: readonly CodePurpose[] = ["register", "recover"];
const ID_BYTES = 16;
const PHONE_MAC_BYTES = 8;
const MAC_BYTES = 16;
/** version 1 | purpose 1 | event 2 | boot 4 | issued at 6 | id 16 | phone MAC 8 | MAC 16 */
const PHONE_MAC_AT = 14 + ID_BYTES;
const MAC_AT = PHONE_MAC_AT + PHONE_MAC_BYTES;
const TOKEN_BYTES = MAC_AT + MAC_BYTES;
const TOKEN_LENGTH = Math.ceil((TOKEN_BYTES * 4) / 3);

export function sealChallenge(challenge: Challenge, phone: Phone, keys: OtpKeys): string {
  const token = Buffer.alloc(TOKEN_BYTES);
  token.writeUInt8(VERSION, 0);
  token.writeUInt8(PURPOSES.indexOf(challenge.purpose), 1);
  token.writeUInt16BE(challenge.eventId, 2);
  token.writeUInt32BE(challenge.boot, 4);
  token.writeUIntBE(challenge.issuedAtMs, 8, 6);
  token.set(challenge.id, 14);
  token.set(phoneMac(phone, keys), PHONE_MAC_AT);
  token.set(mac(token, keys), MAC_AT);
  return token.toString("base64url");
}

/** Null for anything that was not issued here for this phone. */
export function openChallenge(text: string, phone: Phone, keys: OtpKeys): Challenge | null {
  if (text.length !== TOKEN_LENGTH) return null;
  const token = Buffer.from(text, "base64url");
  if (token.length !== TOKEN_BYTES || token.toString("base64url") !== text) return null;
  if (!timingSafeEqual(token.subarray(MAC_AT), mac(token, keys))) return null;
  if (!timingSafeEqual(token.subarray(PHONE_MAC_AT, MAC_AT), phoneMac(phone, keys))) return null;
  const purpose = PURPOSES[token.readUInt8(1)];
  if (token.readUInt8(0) !== VERSION || purpose === undefined) return null;
  return {
    id: new Uint8Array(token.subarray(14, 14 + ID_BYTES)),
    eventId: token.readUInt16BE(2),
    purpose,
    issuedAtMs: token.readUIntBE(8, 6),
    boot: token.readUInt32BE(4),
  };
}

/** The name a shard knows the challenge by: 48 of its random bits, exact in a double. */
export function challengeKey(challenge: Challenge): number {
  return Buffer.from(challenge.id.buffer, challenge.id.byteOffset, ID_BYTES).readUIntBE(0, 6);
}

function phoneMac(phone: Phone, keys: OtpKeys): Uint8Array {
  return keys.phone.digest(phone).subarray(0, PHONE_MAC_BYTES);
}

function mac(token: Buffer, keys: OtpKeys): Uint8Array {
  return keys.challenge.digest(token.subarray(0, MAC_AT)).subarray(0, MAC_BYTES);
}
