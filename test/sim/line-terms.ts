import type { Limits } from "../../src/limits.ts";
import { BEACON_LEAD_MS } from "../../src/waiting-room/draw-course.ts";
import type { Random } from "../support/random.ts";

/** Only the first sale has a beacon: for others there is no time. */
export const BEACON_SALE_ID = 1;

/** The waiting room of a world's sales. */
export interface LineTerms {
  /** A place in the lobby then costs a verification, else a proof-of-work. */
  readonly isVerifiedEarly: boolean;
  /** The lobby opens so long before the list closes (ms). */
  readonly lobbyMs: number;
  /** Of the first sale; null where its draw goes without one. */
  readonly beacon: BeaconTerms | null;
}

export interface BeaconTerms {
  readonly name: string;
  /** By how much earlier the list closes, so that the world begins earlier as well. */
  readonly leadMs: number;
  /** When an operator tells it, after the opening. */
  readonly toldAfterMs: number;
  /** What is told: null where it never came. */
  readonly value: string | null;
}

const LOBBY_MS = { min: 5_000, max: 40_000 } as const;

export function drawLineTerms(random: Random): LineTerms {
  return {
    isVerifiedEarly: random.chance(0.5),
    lobbyMs: random.between(LOBBY_MS.min, LOBBY_MS.max),
    beacon: random.chance(0.25) ? drawBeacon(random) : null,
  };
}

/** Holds of seconds, and proofs that are found at once: what a proof costs is not what is tested here. */
export function lineLimits(limits: Limits, random: Random): Limits {
  const holdMs = random.between(6_000, 20_000);
  return {
    ...limits,
    holdMs,
    verifiedHoldMs: 2 * holdMs,
    proofHashCount: 1,
    proofRaisedHashCount: 2,
    tailBlockCount: random.pick([1, 5, 20]),
    lobbyBatchCountMax: random.pick([1, 4, 20]),
    lobbyWaitingCountMax: random.pick([20, 20_000]),
    admitPerSMin: random.pick([0.5, 2, 200]),
  };
}

function drawBeacon(random: Random): BeaconTerms {
  return {
    name: "drand round 5512345",
    leadMs: BEACON_LEAD_MS,
    toldAfterMs: random.between(-100_000, 20_000),
    value: random.chance(0.8) ? String(random.whole(0, 999_999)) : null,
  };
}
