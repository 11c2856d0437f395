import { Backlog } from "./backlog.ts";
import type { Priority } from "./priority.ts";

/** The event loop as it really runs: monotonic milliseconds, and the end of the pass that is under way. */
export interface Loop {
  nowMs(): number;
  afterPass(task: () => void): void;
}

export const processLoop: Loop = {
  nowMs: () => performance.now(),
  afterPass: (task) => void setImmediate(task),
};

/** For metrics. */
export interface OverloadFigures {
  /** How many were turned away since the start. */
  readonly shedCounts: Readonly<Record<Priority, number>>;
  /** Claims that wait for their commit. */
  readonly claimCount: number;
  /** Reads of the database that somebody waits for. */
  readonly readCount: number;
}

/** What one pass of the loop takes in at most, and how long work may wait for the database on average. */
const PASS_MS = 600;
const BACKLOG_MS = 2_000;

/** Longer passes than this, one after the other for longer than that, are no burst and no pause of the machine's. */
const LONG_PASS_MS = 300;
const BURST_MS = 1_000;

/** While the kernel has more to read, Bun does not end a pass: it is cut into slices, each with a budget of its own. */
const SLICE_MS = 1_000;

/** From which part of `PASS_MS` and `BACKLOG_MS` on each is turned away: the rest is left to those above. */
const SHARES: Readonly<Record<Priority, number>> = {
  claim: 1,
  code: 0.75,
  status: 0.5,
  download: 0.25,
};

/** Taken in every slice, however late it is: after a long pause nobody would get in otherwise. */
const FLOORS: Readonly<Record<Priority, number>> = { claim: 8, code: 4, status: 2, download: 1 };

/**
 * Takes in what can be answered in time, and says no to the rest before any of it is read.
 *
 * What runs out first is the one thread. Bun reads every socket that is ready in one pass of the loop, so what waits
 * unread waits about as long as a pass takes: the delay itself is known, and is what is bounded, as CoDel does (RFC 8289),
 * rather than a count, whose right value depends on the machine. A long pass is no loss by itself, for batches grow with
 * it; a burst is let through; and passes of `PASS_MS` still answer everybody in about a second. What is taken then waits
 * for the database, and how far that is behind is told by what is under way (`backlog.ts`). Reads have connections of
 * their own, so a crowd that looks at its tickets holds up no claim.
 *
 * Nothing is learned, so nothing has to be unlearned: the first short pass ends it.
 */
export class Overload implements OverloadFigures {
  /** What claims and reads are to be counted in. */
  readonly claims: Backlog;
  readonly reads: Backlog;
  readonly #loop: Loop;
  readonly #shedCounts: Record<Priority, number> = { claim: 0, code: 0, status: 0, download: 0 };
  readonly #takenInSlice: Record<Priority, number> = { ...this.#shedCounts };
  #isInPass = false;
  #passStartMs = 0;
  #passEndMs = 0;
  #sliceStartMs = 0;
  /** Since then every pass has been a long one. */
  #behindSinceMs = 0;
  readonly #endPass = (): void => {
    this.#isInPass = false;
    this.#passEndMs = this.#loop.nowMs();
  };

  constructor(loop: Loop = processLoop) {
    this.#loop = loop;
    this.claims = new Backlog(() => loop.nowMs());
    this.reads = new Backlog(() => loop.nowMs());
  }

  get shedCounts(): Readonly<Record<Priority, number>> {
    return this.#shedCounts;
  }

  get claimCount(): number {
    return this.claims.count;
  }

  get readCount(): number {
    return this.reads.count;
  }

  /** To be asked once for each request, when it is met. */
  admits(priority: Priority): boolean {
    const nowMs = this.#loop.nowMs();
    this.#followPass(nowMs);
    const isTaken = this.#isInTime(nowMs, priority) && this.#isKeptUpWith(nowMs, priority);
    const counts = isTaken ? this.#takenInSlice : this.#shedCounts;
    counts[priority] += 1;
    return isTaken;
  }

  #isInTime(nowMs: number, priority: Priority): boolean {
    const isBurst = nowMs - this.#behindSinceMs <= BURST_MS;
    if (isBurst || nowMs - this.#sliceStartMs < SHARES[priority] * PASS_MS) return true;
    return this.#takenInSlice[priority] < FLOORS[priority];
  }

  #isKeptUpWith(nowMs: number, priority: Priority): boolean {
    const isRead = priority === "status" || priority === "download";
    const ageMs = Math.max(this.claims.ageMs(nowMs), isRead ? this.reads.ageMs(nowMs) : 0);
    return ageMs < SHARES[priority] * BACKLOG_MS;
  }

  #followPass(nowMs: number): void {
    if (this.#isInPass && nowMs - this.#sliceStartMs < SLICE_MS) return;
    if (!this.#isInPass) this.#beginPass(nowMs);
    this.#sliceStartMs = nowMs;
    Object.assign(this.#takenInSlice, NONE);
  }

  #beginPass(nowMs: number): void {
    const wasShort = this.#passEndMs - this.#passStartMs <= LONG_PASS_MS;
    const wasIdle = nowMs - this.#passEndMs > LONG_PASS_MS;
    if (wasShort || wasIdle) this.#behindSinceMs = nowMs;
    this.#isInPass = true;
    this.#passStartMs = nowMs;
    this.#loop.afterPass(this.#endPass);
  }
}

const NONE: Readonly<Record<Priority, number>> = { claim: 0, code: 0, status: 0, download: 0 };
