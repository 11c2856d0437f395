/** Douglas Crockford's base 32: no I, L, O or U, so that nothing in it is read for something else. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const MAC_BITS = 30;

/** What a short code names within its event. */
export interface ShortCodeFields {
  /** Number of the sale within its event, 1 to 16. */
  readonly saleNumber: number;
  /** Event day, 1 to 16. */
  readonly day: number;
  /** 1 to 131,071. */
  readonly ordinal: number;
}

export type ShortCodeParse =
  | { readonly kind: "parsed"; readonly fields: ShortCodeFields; readonly mac: number }
  | { readonly kind: "malformed" }
  /** Twelve good characters that do not fit together: somebody mistyped one. */
  | { readonly kind: "bad-check" };

/** HMAC-SHA-256 under the short-code key of the event's key version. */
export type ShortCodeHmac = (message: Uint8Array) => Uint8Array;

const SHORT_CODE_LENGTH = 12;

/** Twelve characters without dashes, as the Code 128 carries them. */
export function encodeShortCode(
  eventId: number,
  fields: ShortCodeFields,
  hmac: ShortCodeHmac,
): string {
  const place = (((fields.saleNumber - 1) * 16 + fields.day - 1) << 17) | fields.ordinal;
  const digits = [...toDigits(place, 5), ...toDigits(shortCodeMac(eventId, fields, hmac), 6)];
  digits.push(checkDigit(digits));
  return digits.map((digit) => ALPHABET.charAt(digit)).join("");
}

/** Forgives case, spaces, dashes, O for 0, and I and L for 1. Says nothing of the MAC being right. */
export function parseShortCode(typed: string): ShortCodeParse {
  const text = typed
    .slice(0, 64)
    .toUpperCase()
    .replace(/[\s\-\u2010-\u2015]/g, "");
  const plain = text.replaceAll("O", "0").replace(/[IL]/g, "1");
  const digits = Array.from(plain, (character) => ALPHABET.indexOf(character));
  if (digits.length !== SHORT_CODE_LENGTH || digits.includes(-1)) return { kind: "malformed" };
  if (checkDigit(digits.slice(0, -1)) !== digits.at(-1)) return { kind: "bad-check" };
  const place = fromDigits(digits.slice(0, 5));
  const ordinal = place & 0x1ffff;
  if (ordinal === 0) return { kind: "malformed" };
  const fields = { saleNumber: (place >> 21) + 1, day: ((place >> 17) & 0xf) + 1, ordinal };
  return { kind: "parsed", fields, mac: fromDigits(digits.slice(5, 11)) };
}

/** The first 30 bits of the HMAC over a label, event (2 bytes), sale, day (1 each) and ordinal (3). */
export function shortCodeMac(
  eventId: number,
  fields: ShortCodeFields,
  hmac: ShortCodeHmac,
): number {
  const label = new TextEncoder().encode("floodgate-short-code-v1\0");
  const message = new Uint8Array(label.length + 7);
  message.set(label);
  const view = new DataView(message.buffer, label.length);
  view.setUint16(0, eventId);
  view.setUint8(2, fields.saleNumber);
  view.setUint8(3, fields.day);
  view.setUint8(4, fields.ordinal >> 16);
  view.setUint16(5, fields.ordinal & 0xffff);
  const mac = hmac(message);
  return new DataView(mac.buffer, mac.byteOffset).getUint32(0) >>> (32 - MAC_BITS);
}

/** As printed for people: XXXX-XXXX-XXXX. */
export function groupShortCode(shortCode: string): string {
  return `${shortCode.slice(0, 4)}-${shortCode.slice(4, 8)}-${shortCode.slice(8)}`;
}

/**
 * Each character weighs a different power of the generator of GF(32), and the weighted sum of all twelve is
 * zero: any one wrong character, any two swapped and any doubled pair changed together are found.
 */
function checkDigit(digits: readonly number[]): number {
  return digits.reduce((sum, digit) => timesGenerator(sum ^ digit), 0);
}

/** Multiplies by x modulo the primitive polynomial x^5 + x^2 + 1. */
function timesGenerator(element: number): number {
  return element & 0x10 ? (element << 1) ^ 0b100101 : element << 1;
}

function toDigits(value: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => (value >> (5 * (count - 1 - index))) & 0x1f);
}

function fromDigits(digits: readonly number[]): number {
  return digits.reduce((value, digit) => value * 32 + digit, 0);
}
