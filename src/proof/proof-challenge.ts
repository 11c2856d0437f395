import { timingSafeEqual } from "node:crypto";

/**
 * A proof-of-work to find, as ALTCHA writes it (version 1 of its format, https://altcha.org/docs): the number whose
 * SHA-256 behind the salt is the challenge. What it is bound to stands in the salt.
 */
export interface ProofChallenge {
  readonly algorithm: "SHA-256";
  /** Hexadecimal, as the signature is. */
  readonly challenge: string;
  /** No number above it needs to be tried. */
  readonly maxnumber: number;
  readonly salt: string;
  readonly signature: string;
}

/** What a challenge is bound to. */
export interface ProofTerms {
  /** Number of the process's life that issued it, the only one that knows whether it was used. */
  readonly boot: number;
  readonly eventId: number;
  /** Whole seconds since the Unix epoch. */
  readonly expiresAtS: number;
  /** Hashes a solver has to expect: half of those there are to try. */
  readonly hashCount: number;
  /** 64 keyed bits of the phone, hexadecimal. */
  readonly phoneTag: string;
}

/** A challenge that comes back. One that is not solved was waited for instead, or not; its terms tell since when. */
export interface ReturnedProof {
  readonly terms: ProofTerms;
  readonly isSolved: boolean;
  /** The name to remember it by: 48 bits of the challenge, exact in a double. */
  readonly key: number;
}

/** HMAC-SHA-256 under a key of no other use. */
export interface ProofMac {
  digest(text: string): Buffer;
}

/** The longest text that can be a proof, in characters. */
export const PROOF_LENGTH_MAX = 1_024;

/** `id` is 128 random bits. Nothing is kept: the number to find follows from the salt by the key. */
export function issueProof(terms: ProofTerms, id: Uint8Array, mac: ProofMac): ProofChallenge {
  return sealed(saltOf(terms, id), terms.hashCount, mac).challenge;
}

/** Null for anything that was not issued here, or carries a number that does not solve it. */
export function openProof(text: string, mac: ProofMac): ReturnedProof | null {
  const returned = parse(text);
  const terms = typeof returned?.["salt"] === "string" ? termsOf(returned["salt"]) : null;
  if (returned === null || terms === null) return null;
  const { challenge, number } = sealed(returned["salt"] as string, terms.hashCount, mac);
  const isSolved = returned["number"] !== undefined;
  if (isSolved && returned["number"] !== number) return null;
  if (returned["algorithm"] !== ALGORITHM || returned["challenge"] !== challenge.challenge) {
    return null;
  }
  if (!isSame(returned["signature"], challenge.signature)) return null;
  return { terms, isSolved, key: Number.parseInt(challenge.challenge.slice(0, 12), 16) };
}

const ALGORITHM = "SHA-256";

/** The number is the key's to tell, so that a salt has one challenge and what is not solved can be known again. */
function sealed(
  salt: string,
  hashCount: number,
  mac: ProofMac,
): { readonly challenge: ProofChallenge; readonly number: number } {
  const maxnumber = 2 * hashCount;
  const number = mac.digest(`number ${salt}`).readUIntBE(0, 6) % (maxnumber + 1);
  const challenge = Bun.SHA256.hash(salt + number, "hex");
  const signature = mac.digest(challenge).toString("hex");
  return { challenge: { algorithm: ALGORITHM, challenge, maxnumber, salt, signature }, number };
}

/** Ends in a separator, or digits could move between the last of the terms and the number. */
function saltOf(terms: ProofTerms, id: Uint8Array): string {
  const { boot, eventId, expiresAtS, hashCount, phoneTag } = terms;
  const bound = `boot=${boot}&event=${eventId}&expires=${expiresAtS}&hashes=${hashCount}&phone=${phoneTag}`;
  return `${Buffer.from(id).toString("hex")}?${bound}&`;
}

const SALT =
  /^[0-9a-f]{32}\?boot=(\d{1,10})&event=(\d{1,5})&expires=(\d{1,12})&hashes=(\d{1,9})&phone=([0-9a-f]{16})&$/;

function termsOf(salt: string): ProofTerms | null {
  const [, boot, eventId, expiresAtS, hashCount, phoneTag] = SALT.exec(salt) ?? [];
  if (phoneTag === undefined) return null;
  return {
    boot: Number(boot),
    eventId: Number(eventId),
    expiresAtS: Number(expiresAtS),
    hashCount: Number(hashCount),
    phoneTag,
  };
}

function parse(text: string): Readonly<Record<string, unknown>> | null {
  if (text.length > PROOF_LENGTH_MAX) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64").toString("utf8"));
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

function isSame(given: unknown, right: string): boolean {
  if (typeof given !== "string" || given.length !== right.length) return false;
  const bytes = Buffer.from(given, "utf8");
  return bytes.length === right.length && timingSafeEqual(bytes, Buffer.from(right, "utf8"));
}
