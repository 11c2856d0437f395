import { decodeBase45, encodeBase45 } from "./base45.ts";

/** What a ticket code says; `README.md` beside this file has the layout. Nothing here names a person. */
export interface TicketCodeFields {
  /** Version of the signing key, 1 to 255. */
  readonly keyId: number;
  readonly eventId: number;
  /** Event day, 1 to 16. */
  readonly day: number;
  /** Number of the sale within its event, 1 to 16. */
  readonly saleNumber: number;
  /** 1 to 131,071, the largest quota. */
  readonly ordinal: number;
  readonly revision: number;
  /** First two bytes of SHA-256 of the registration id: tells two registrations of one ordinal apart. */
  readonly tag: number;
}

export type TicketCodeParse =
  | { readonly kind: "valid"; readonly fields: TicketCodeFields }
  | { readonly kind: "malformed" }
  | { readonly kind: "unknown-key"; readonly keyId: number }
  | { readonly kind: "bad-signature" };

/** Signs with the key that `keyId` names: Ed25519 (RFC 8032), 64 bytes. */
export type SignMessage = (message: Uint8Array) => Uint8Array;

/** Checks an Ed25519 signature under a version of the key; null for a version it does not know. */
export type VerifyMessage = (
  keyId: number,
  message: Uint8Array,
  signature: Uint8Array,
) => (boolean | null) | Promise<boolean | null>;

const PREFIX = "T1:";
const FORMAT_VERSION = 1;
const FIELDS_BYTES = 12;
const SIGNATURE_BYTES = 64;

/** 76 bytes as base45 and the prefix: a QR symbol of version 5-M holds 122 such characters. */
export const TICKET_CODE_LENGTH = PREFIX.length + ((FIELDS_BYTES + SIGNATURE_BYTES) / 2) * 3;

export function encodeTicketCode(
  fields: TicketCodeFields,
  host: string,
  sign: SignMessage,
): string {
  const head = packFields(fields);
  const bytes = new Uint8Array(FIELDS_BYTES + SIGNATURE_BYTES);
  bytes.set(head);
  bytes.set(sign(signedMessage(host, head)), FIELDS_BYTES);
  return PREFIX + encodeBase45(bytes);
}

/** Takes any text from a scanner. The key id alone is read before the signature is found good. */
export async function parseTicketCode(
  text: string,
  host: string,
  verify: VerifyMessage,
): Promise<TicketCodeParse> {
  if (text.length !== TICKET_CODE_LENGTH || !text.startsWith(PREFIX)) return { kind: "malformed" };
  const bytes = decodeBase45(text.slice(PREFIX.length));
  if (bytes === null || bytes[0] !== FORMAT_VERSION) return { kind: "malformed" };
  const head = bytes.subarray(0, FIELDS_BYTES);
  const keyId = bytes[1] ?? 0;
  const isGood = await verify(keyId, signedMessage(host, head), bytes.subarray(FIELDS_BYTES));
  if (isGood === null) return { kind: "unknown-key", keyId };
  return isGood ? { kind: "valid", fields: unpackFields(head) } : { kind: "bad-signature" };
}

/** The host is signed but not carried, so that another site's tickets fail here whatever they say. */
function signedMessage(host: string, head: Uint8Array): Uint8Array {
  const context = new TextEncoder().encode(`floodgate-ticket-v1\0${host}\0`);
  const message = new Uint8Array(context.length + head.length);
  message.set(context);
  message.set(head, context.length);
  return message;
}

function packFields(fields: TicketCodeFields): Uint8Array {
  assertRange("key id", fields.keyId, 1, 0xff);
  assertRange("event id", fields.eventId, 1, 0xffff);
  assertRange("day", fields.day, 1, 16);
  assertRange("sale number", fields.saleNumber, 1, 16);
  assertRange("ordinal", fields.ordinal, 1, 0x1ffff);
  assertRange("revision", fields.revision, 0, 0xff);
  assertRange("tag", fields.tag, 0, 0xffff);
  const head = new Uint8Array(FIELDS_BYTES);
  const view = new DataView(head.buffer);
  view.setUint8(0, FORMAT_VERSION);
  view.setUint8(1, fields.keyId);
  view.setUint16(2, fields.eventId);
  view.setUint8(4, fields.day);
  view.setUint8(5, fields.saleNumber);
  view.setUint8(6, fields.ordinal >> 16);
  view.setUint16(7, fields.ordinal & 0xffff);
  view.setUint8(9, fields.revision);
  view.setUint16(10, fields.tag);
  return head;
}

function unpackFields(head: Uint8Array): TicketCodeFields {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return {
    keyId: view.getUint8(1),
    eventId: view.getUint16(2),
    day: view.getUint8(4),
    saleNumber: view.getUint8(5),
    ordinal: (view.getUint8(6) << 16) | view.getUint16(7),
    revision: view.getUint8(9),
    tag: view.getUint16(10),
  };
}

function assertRange(name: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`a ticket's ${name} is ${min} to ${max}, not ${value}`);
  }
}
