import { limits } from "../../src/limits.ts";
import { Histogram, type LatencySummary } from "../harness/histogram.ts";
import type { ServedPerson } from "./code-crowd.ts";
import type { AcceptedSegment } from "./smsc-process.ts";

/** The wait that is promised is an estimate, and an answer takes its time. */
const LATE_AFTER_MS = limits.codeWaitMsMax + 5_000;

/** What the SMSC accepted, held against what was taken: each code once, and none late. */
export interface CodeLedger {
  readonly lostCount: number;
  readonly doubledCount: number;
  /** Accepted for phones that nobody asked with. */
  readonly strangeCount: number;
  readonly lateCount: number;
  /** From being taken to being accepted, of those that were. */
  readonly waits: LatencySummary;
}

export function readLedger(
  people: readonly ServedPerson[],
  accepted: readonly AcceptedSegment[],
): CodeLedger {
  const acceptedAtMs = new Map(accepted.map(({ phone, atMs }) => [phone, atMs]));
  const asked = new Set(people.map(({ phone }) => phone));
  const waits = new Histogram();
  let lostCount = 0;
  let lateCount = 0;
  for (const { phone, takenAtMs, untilMs, outcome } of people) {
    const atMs = acceptedAtMs.get(phone);
    if (atMs === undefined || outcome !== "accepted") {
      lostCount += 1;
      continue;
    }
    if (atMs > Math.min(untilMs, takenAtMs + LATE_AFTER_MS)) lateCount += 1;
    // Two processes' clocks may differ by a hair.
    waits.record(Math.max(0, atMs - takenAtMs));
  }
  return {
    lostCount,
    doubledCount: accepted.length - acceptedAtMs.size,
    strangeCount: acceptedAtMs.size - asked.intersection(new Set(acceptedAtMs.keys())).size,
    lateCount,
    waits: waits.summary(),
  };
}
