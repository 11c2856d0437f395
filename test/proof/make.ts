import { createHash } from "node:crypto";
import type { Phone } from "../../src/attendee/phone.ts";
import { Mac } from "../../src/otp/mac.ts";
import type { ProofChallenge } from "../../src/proof/proof-challenge.ts";
import { ProofDesk } from "../../src/proof/proof-desk.ts";

export const NOW_MS = Date.UTC(2027, 0, 10, 4);
/** Few, so that a test solves one in a moment. */
export const HASH_COUNT = 50;
export const alice = "+8801712345678" as Phone;
export const bob = "+8801712345679" as Phone;

export function makeDesk({ boot = 1, usedCountMax = 1_000 } = {}): ProofDesk {
  let count = 0;
  return new ProofDesk({
    mac: new Mac(new Uint8Array(32).fill(1)),
    phoneMac: new Mac(new Uint8Array(32).fill(2)),
    boot,
    randomId: () => {
      count += 1;
      return new Uint8Array(Buffer.from(String(count).padStart(16, "0")));
    },
    usedCountMax,
  });
}

/** By the format's own words and another's SHA-256: the number whose hash behind the salt is the challenge. */
export function solve({ salt, challenge, maxnumber }: ProofChallenge): number {
  for (let number = 0; number <= maxnumber; number += 1) {
    if (
      createHash("sha256")
        .update(salt + number)
        .digest("hex") === challenge
    )
      return number;
  }
  throw new Error("the challenge has no solution");
}

/** What ALTCHA's widget sends. */
export function solved(issued: ProofChallenge, change: object = {}): string {
  const { maxnumber: _, ...returned } = issued;
  return encoded({ ...returned, number: solve(issued), ...change });
}

/** A challenge that comes back without its number. */
export function unsolved(issued: ProofChallenge): string {
  const { maxnumber: _, ...returned } = issued;
  return encoded(returned);
}

export function encoded(proof: object): string {
  return btoa(JSON.stringify(proof));
}
