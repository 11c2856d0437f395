/** RFC 9285, section 3: the 45 characters of a QR code's alphanumeric mode, in order of value. */
export const BASE45_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const BASE = BASE45_ALPHABET.length;

/** Two bytes become three characters, a last odd byte two, least significant character first. */
export function encodeBase45(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length; index += 2) {
    const isPair = index + 1 < bytes.length;
    let value = isPair
      ? byteAt(bytes, index) * 256 + byteAt(bytes, index + 1)
      : byteAt(bytes, index);
    for (let count = isPair ? 3 : 2; count > 0; count -= 1) {
      text += BASE45_ALPHABET.charAt(value % BASE);
      value = Math.floor(value / BASE);
    }
  }
  return text;
}

/** Null for every text that no bytes encode to, so that one value has exactly one spelling. */
export function decodeBase45(text: string): Uint8Array | null {
  if (text.length % 3 === 1) return null;
  const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + (text.length % 3 === 2 ? 1 : 0));
  for (let from = 0, to = 0; from < text.length; from += 3, to += 2) {
    const group = text.slice(from, from + 3);
    const value = groupValue(group);
    if (value === null || value > (group.length === 3 ? 0xffff : 0xff)) return null;
    if (group.length === 3) bytes.set([value >> 8, value & 0xff], to);
    else bytes[to] = value;
  }
  return bytes;
}

function groupValue(group: string): number | null {
  let value = 0;
  for (let index = group.length - 1; index >= 0; index -= 1) {
    const digit = BASE45_ALPHABET.indexOf(group.charAt(index));
    if (digit === -1) return null;
    value = value * BASE + digit;
  }
  return value;
}

function byteAt(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}
