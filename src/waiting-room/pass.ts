import { timingSafeEqual } from "node:crypto";
import type { Phone } from "../attendee/phone.ts";

/** One phone's place in the line of one sale; carried by the browser, so that nobody who waits costs memory here. */
export interface Pass {
  readonly saleId: number;
  /** Whether it was bought by a verification, and not by a proof-of-work. */
  readonly isVerified: boolean;
  /** Behind the lobby, from 0; null in the lobby, where the draw tells the place. */
  readonly serial: number | null;
  readonly issuedAtMs: number;
}

export interface OpenedPass extends Pass {
  /** 16 bytes. */
  readonly id: Uint8Array;
}

/** HMAC-SHA-256 under a key of no other use. */
export interface PassMac {
  digest(...parts: readonly (Uint8Array | string)[]): Uint8Array;
}

/** Where in a token the 16 bytes of its pass id stand: of them the page works out its place in the draw. */
export const PASS_ID_AT = 16;

/** Every token's length, in characters. */
export const PASS_LENGTH_MAX = 64;

const VERSION = 1;
const VERIFIED = 1;
const BEHIND_LOBBY = 2;
const PASS_ID_BYTES = 16;
const MAC_BYTES = 16;
/** version 1 | flags 1 | sale 4 | serial 4, 0 in the lobby | issued at 6 | pass id 16 | MAC 16 */
const MAC_AT = PASS_ID_AT + PASS_ID_BYTES;
const TOKEN_BYTES = MAC_AT + MAC_BYTES;

/** 16 bytes, the same for the same phone in the same sale, that tell nobody without the key whose they are. */
export function passId(phone: Phone, saleId: number, mac: PassMac): Uint8Array {
  // A phone begins with "+" and a token with its version, so neither can be taken for the other.
  const sale = Buffer.alloc(4);
  sale.writeUInt32BE(saleId);
  return mac.digest(phone, sale).slice(0, PASS_ID_BYTES);
}

export function sealPass(pass: Pass, phone: Phone, mac: PassMac): string {
  const { saleId, isVerified, serial, issuedAtMs } = pass;
  const token = Buffer.alloc(TOKEN_BYTES);
  token.writeUInt8(VERSION, 0);
  token.writeUInt8((isVerified ? VERIFIED : 0) | (serial === null ? 0 : BEHIND_LOBBY), 1);
  token.writeUInt32BE(saleId, 2);
  token.writeUInt32BE(serial ?? 0, 6);
  token.writeUIntBE(issuedAtMs, 10, 6);
  token.set(passId(phone, saleId, mac), PASS_ID_AT);
  token.set(sealOf(token, mac), MAC_AT);
  return token.toString("base64url");
}

/** Null for anything that was not sealed here for this phone. The sale is the caller's to judge. */
export function openPass(text: string, phone: Phone, mac: PassMac): OpenedPass | null {
  if (text.length !== PASS_LENGTH_MAX) return null;
  const token = Buffer.from(text, "base64url");
  if (token.length !== TOKEN_BYTES || token.toString("base64url") !== text) return null;
  if (!timingSafeEqual(token.subarray(MAC_AT), sealOf(token, mac))) return null;
  const saleId = token.readUInt32BE(2);
  const id = passId(phone, saleId, mac);
  if (!timingSafeEqual(token.subarray(PASS_ID_AT, MAC_AT), id)) return null;
  if (token.readUInt8(0) !== VERSION) return null;
  const flags = token.readUInt8(1);
  return {
    id,
    saleId,
    isVerified: (flags & VERIFIED) !== 0,
    serial: (flags & BEHIND_LOBBY) === 0 ? null : token.readUInt32BE(6),
    issuedAtMs: token.readUIntBE(10, 6),
  };
}

function sealOf(token: Buffer, mac: PassMac): Uint8Array {
  return mac.digest(token.subarray(0, MAC_AT)).subarray(0, MAC_BYTES);
}
