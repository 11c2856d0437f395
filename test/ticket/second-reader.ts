/**
 * Both formats read once more from `src/ticket/README.md` alone: WebCrypto for the keys, arithmetic on big
 * integers for base45 and base 32, tables of logarithms for the check character. Shares no code with `src`.
 */

const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export async function readTicketCode(
  text: string,
  host: string,
  keyRing: string,
): Promise<{ kind: string; fields: Record<string, number> | null }> {
  const match = /^T1:([0-9A-Z $%*+\-./:]{114})$/.exec(text);
  const bytes = match?.[1] === undefined || text.endsWith("\n") ? null : fromBase45(match[1]);
  if (bytes === null || bytes[0] !== 1) return { kind: "malformed", fields: null };
  const number = (from: number, to: number) => Number(bigEndian(bytes.slice(from, to)));
  const keyId = number(1, 2);
  const seed = seedOf(keyRing, keyId);
  if (seed === null) return { kind: "unknown-key", fields: null };
  const context = new TextEncoder().encode(`floodgate-ticket-v1\0${host}\0`);
  const message = Uint8Array.of(...context, ...bytes.slice(0, 12));
  const key = await ed25519PublicKey(seed);
  const isGood = await crypto.subtle.verify("Ed25519", key, bytes.slice(12), message);
  if (!isGood) return { kind: "bad-signature", fields: null };
  const fields = {
    keyId,
    eventId: number(2, 4),
    day: number(4, 5),
    saleNumber: number(5, 6),
    ordinal: number(6, 9),
    revision: number(9, 10),
    tag: number(10, 12),
  };
  return { kind: "valid", fields };
}

export async function readShortCode(
  typed: string,
  eventId: number,
  hmac: (message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>,
): Promise<{ kind: string; fields: { saleNumber: number; day: number; ordinal: number } | null }> {
  const folded = typed
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, "")
    .replace(/O/g, "0")
    .replace(/[IL]/g, "1");
  if (!/^[0-9A-HJKMNP-TV-Z]{12}$/.test(folded)) return { kind: "malformed", fields: null };
  const digits = Array.from(folded, (character) => CROCKFORD.indexOf(character));
  if (weightedSum(digits) !== 0) return { kind: "bad-check", fields: null };
  const bits = digits.map((digit) => digit.toString(2).padStart(5, "0")).join("");
  const field = (from: number, to: number) => Number.parseInt(bits.slice(from, to), 2);
  const [saleNumber, day, ordinal] = [field(0, 4) + 1, field(4, 8) + 1, field(8, 25)];
  if (ordinal === 0) return { kind: "malformed", fields: null };
  const ordinalBytes = [ordinal >> 16, (ordinal >> 8) & 255, ordinal & 255];
  const label = new TextEncoder().encode("floodgate-short-code-v1\0");
  const message = Uint8Array.of(
    ...label,
    eventId >> 8,
    eventId & 255,
    saleNumber,
    day,
    ...ordinalBytes,
  );
  const mac = Array.from(await hmac(message), (byte) => byte.toString(2).padStart(8, "0")).join("");
  const isGenuine = mac.slice(0, 30) === bits.slice(25, 55);
  return { kind: isGenuine ? "genuine" : "bad-mac", fields: { saleNumber, day, ordinal } };
}

export async function hmacSha256(
  keyRing: string,
  keyId: number,
): Promise<(message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>> {
  const seed = seedOf(keyRing, keyId);
  if (seed === null) throw new Error(`no key ${keyId}`);
  const raw = await hkdf(seed, "floodgate short-code hmac-sha256 v1");
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", raw, algorithm, false, ["sign"]);
  return async (message) => new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
}

/** The sum of `x^(11 - i) * digit i` in GF(32), by logarithms to the base x. */
function weightedSum(digits: readonly number[]): number {
  const powers = [1];
  while (powers.length < 31) {
    const doubled = (powers.at(-1) ?? 0) * 2;
    powers.push(doubled > 31 ? doubled ^ 37 : doubled);
  }
  return digits.reduce((sum, digit, index) => {
    if (digit === 0) return sum;
    return sum ^ (powers[(powers.indexOf(digit) + 11 - index) % 31] ?? 0);
  }, 0);
}

function fromBase45(text: string): Uint8Array<ArrayBuffer> | null {
  const groups = text.match(/.{3}/gs) ?? [];
  const values = groups.map((group) =>
    Array.from(group, (character, index) => ALPHANUMERIC.indexOf(character) * 45 ** index).reduce(
      (sum, part) => sum + part,
    ),
  );
  if (values.some((value) => value > 65_535)) return null;
  return Uint8Array.from(values.flatMap((value) => [Math.floor(value / 256), value % 256]));
}

function bigEndian(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n);
}

function seedOf(keyRing: string, version: number): Uint8Array<ArrayBuffer> | null {
  const entry = keyRing.split(",").find((text) => text.startsWith(`${version}:`));
  return entry === undefined
    ? null
    : Uint8Array.fromBase64(entry.slice(entry.indexOf(":") + 1), { alphabet: "base64url" });
}

async function hkdf(seed: Uint8Array<ArrayBuffer>, info: string): Promise<ArrayBuffer> {
  const key = await crypto.subtle.importKey("raw", seed, "HKDF", false, ["deriveBits"]);
  const parameters = {
    name: "HKDF",
    hash: "SHA-256",
    salt: new Uint8Array(),
    info: new TextEncoder().encode(info),
  };
  return crypto.subtle.deriveBits(parameters, key, 256);
}

async function ed25519PublicKey(seed: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const raw = new Uint8Array(await hkdf(seed, "floodgate ticket-code ed25519 v1"));
  const wrapped = Uint8Array.of(...Uint8Array.fromHex("302e020100300506032b657004220420"), ...raw);
  const privateKey = await crypto.subtle.importKey("pkcs8", wrapped, "Ed25519", true, ["sign"]);
  const { x = "" } = await crypto.subtle.exportKey("jwk", privateKey);
  const publicKey = { kty: "OKP", crv: "Ed25519", x };
  return crypto.subtle.importKey("jwk", publicKey, "Ed25519", false, ["verify"]);
}
