import type { Phone } from "../attendee/phone.ts";
import type { ProofChallenge, ProofMac } from "./proof-challenge.ts";
import { issueProof, openProof } from "./proof-challenge.ts";
import { UsedProofs } from "./used-proofs.ts";

/** How long a challenge can be brought back, solved or not. */
export const PROOF_LIFE_MS = 120_000;
/** How long whoever cannot solve a challenge waits instead. */
export const PROOF_WAIT_MS = 60_000;

export interface ProofDeskOptions {
  readonly mac: ProofMac;
  readonly phoneMac: ProofMac;
  /** Number of this life of the process. */
  readonly boot: number;
  /** 128 random bits. */
  readonly randomId: () => Uint8Array;
  readonly usedCountMax: number;
}

/** What a proof is asked for. */
export interface ProofPurpose {
  readonly phone: Phone;
  readonly eventId: number;
  readonly hashCount: number;
}

export type ProofRead =
  /** `solved` was worked for, `waited` was held for a minute. Neither is used yet. */
  { readonly kind: "solved" | "waited"; readonly key: number } | { readonly kind: "invalid" };

/** Gives out challenges and takes them back, each once. Only a taken one costs memory. */
export class ProofDesk {
  readonly #options: ProofDeskOptions;
  readonly #used: UsedProofs;

  constructor(options: ProofDeskOptions) {
    this.#options = options;
    this.#used = new UsedProofs({ countMax: options.usedCountMax, lifeMs: PROOF_LIFE_MS });
  }

  get usedCount(): number {
    return this.#used.count;
  }

  issue({ phone, eventId, hashCount }: ProofPurpose, nowMs: number): ProofChallenge {
    const { boot, mac, randomId } = this.#options;
    const expiresAtS = Math.floor((nowMs + PROOF_LIFE_MS) / 1_000);
    const terms = { boot, eventId, expiresAtS, hashCount, phoneTag: this.#tagOf(phone) };
    return issueProof(terms, randomId(), mac);
  }

  /** What was worked for more than is asked now is as good; for less, invalid. */
  read(text: string, { phone, eventId, hashCount }: ProofPurpose, nowMs: number): ProofRead {
    const { boot, mac } = this.#options;
    const proof = openProof(text, mac);
    if (proof === null) return { kind: "invalid" };
    const { terms, isSolved, key } = proof;
    const leftMs = terms.expiresAtS * 1_000 - nowMs;
    const isBound =
      terms.boot === boot &&
      terms.eventId === eventId &&
      terms.hashCount >= hashCount &&
      terms.phoneTag === this.#tagOf(phone);
    if (!isBound || leftMs <= 0) return { kind: "invalid" };
    if (isSolved) return { kind: "solved", key };
    return leftMs <= PROOF_LIFE_MS - PROOF_WAIT_MS ? { kind: "waited", key } : { kind: "invalid" };
  }

  /** Uses up what was read. When `full`, nothing can be taken until old proofs have expired. */
  use({ key }: Extract<ProofRead, { readonly key: number }>, nowMs: number) {
    return this.#used.use(key, nowMs);
  }

  #tagOf(phone: Phone): string {
    return this.#options.phoneMac.digest(phone).toString("hex", 0, 8);
  }
}
