import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import type { ShortCodeHmac } from "./short-code.ts";
import type { SignMessage, VerifyMessage } from "./ticket-code.ts";

/** One version of the keys behind tickets. An event keeps the version it was made with for good. */
export interface SigningKey {
  /** 1 to 255; printed in every ticket code. */
  readonly version: number;
  /** Raw Ed25519 public key, 32 bytes: all that a gate needs. */
  readonly publicKey: Uint8Array;
  readonly sign: SignMessage;
  readonly verify: (message: Uint8Array, signature: Uint8Array) => boolean;
  readonly hmac: ShortCodeHmac;
}

export interface KeyRing {
  /** The highest version: what new events are signed with. */
  readonly newest: SigningKey;
  readonly versions: ReadonlyMap<number, SigningKey>;
}

export type KeyRingParse =
  | { readonly kind: "ring"; readonly ring: KeyRing }
  /** `reason` is a sentence for the operator; it never repeats a seed. */
  | { readonly kind: "invalid"; readonly reason: string };

const SEED_BYTES = 32;
const ENTRY = /^([1-9][0-9]{0,2}):([A-Za-z0-9_-]+)$/;
/** RFC 8410: a PKCS #8 wrapper in DER around a raw Ed25519 private key. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** Reads `1:<base64url of 32 bytes>,2:…`, the order free. */
export function parseKeyRing(text: string): KeyRingParse {
  const seeds = new Map<number, string>();
  for (const [index, entry] of text.split(",").entries()) {
    const fault = (what: string): KeyRingParse => ({
      kind: "invalid",
      reason: `Entry ${index + 1} of the ticket keys ${what}.`,
    });
    const [, digits, seedText] = ENTRY.exec(entry.trim()) ?? [];
    if (digits === undefined || seedText === undefined) {
      return fault("is not of the form 1:<base64url of 32 bytes>");
    }
    const version = Number(digits);
    if (version > 0xff) return fault("has a version above 255");
    if (seeds.has(version)) return fault(`repeats version ${version}`);
    const seed = Buffer.from(seedText, "base64url");
    if (seed.length !== SEED_BYTES || seed.toString("base64url") !== seedText) {
      return fault("holds a seed that is not 32 bytes in base64url");
    }
    if ([...seeds.values()].includes(seedText)) return fault("repeats the seed of another version");
    seeds.set(version, seedText);
  }
  return { kind: "ring", ring: makeKeyRing(seeds) };
}

/** For a server that has the ring; a browser gets the public key and checks with WebCrypto. */
export function ringVerifier(ring: KeyRing): VerifyMessage {
  return (keyId, message, signature) =>
    ring.versions.get(keyId)?.verify(message, signature) ?? null;
}

function makeKeyRing(seeds: ReadonlyMap<number, string>): KeyRing {
  const keys = [...seeds].map(([version, seed]) =>
    deriveKey(version, Buffer.from(seed, "base64url")),
  );
  const newest = keys.reduce((best, key) => (key.version > best.version ? key : best));
  return { newest, versions: new Map(keys.map((key) => [key.version, key])) };
}

/** Two keys from one seed by HKDF-SHA-256 (RFC 5869), no salt, told apart by their info strings. */
function deriveKey(version: number, seed: Uint8Array): SigningKey {
  const derive = (info: string) => Buffer.from(hkdfSync("sha256", seed, "", info, SEED_BYTES));
  const privateKey = ed25519PrivateKey(derive("floodgate ticket-code ed25519 v1"));
  const publicKey = createPublicKey(privateKey);
  const hmacKey = derive("floodgate short-code hmac-sha256 v1");
  return {
    version,
    publicKey: Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url"),
    sign: (message) => sign(null, message, privateKey),
    verify: (message, signature) => verify(null, message, publicKey, signature),
    hmac: (message) => createHmac("sha256", hmacKey).update(message).digest(),
  };
}

function ed25519PrivateKey(raw: Uint8Array): KeyObject {
  const key = Buffer.concat([PKCS8_PREFIX, raw]);
  return createPrivateKey({ key, format: "der", type: "pkcs8" });
}
