interface OwnHold {
  /** Its end without any code. */
  readonly baseEndMs: number;
  untilMs: number;
  /** Those that may have been sent: no more than a phone has sends. */
  readonly codes: Map<number, CodeOfHold>;
  claimCount: number;
}

interface CodeOfHold {
  untilMs: number;
  /** Sends that are under way or done. */
  sendCount: number;
  isSent: boolean;
}

/** Ends are put off to a whole one of these, so that the holds which end together are found together. */
const END_STEP_MS = 1_000;

/** Holds of those who have asked for a code or claim a seat, each with an end of its own; by index in the line. */
export class OwnHolds {
  readonly #holds = new Map<number, OwnHold>();
  /** Holds by their end, but for those with a claim under way, which have none; an end is kept until it comes. */
  readonly #ends = new Map<number, Set<number>>();
  /** No hold ends before it. */
  #firstEndMs = Number.POSITIVE_INFINITY;

  get count(): number {
    return this.#holds.size;
  }

  /** Null for a place without one. */
  untilMs(index: number): number | null {
    return this.#holds.get(index)?.untilMs ?? null;
  }

  /** Whether a code was asked for that was not taken back. */
  hasCode(index: number): boolean {
    return (this.#holds.get(index)?.codes.size ?? 0) > 0;
  }

  add(index: number, untilMs: number): void {
    const endMs = wholeEnd(untilMs);
    this.#holds.set(index, {
      baseEndMs: endMs,
      untilMs: endMs,
      codes: new Map(),
      claimCount: 0,
    });
    this.#schedule(index, endMs);
  }

  delete(index: number): void {
    const hold = this.#holds.get(index);
    if (hold === undefined) return;
    this.#unschedule(index, hold.untilMs);
    this.#holds.delete(index);
  }

  /** A send of the code is under way: the hold lasts as long as the code may. A second one lengthens no life. */
  addSend(index: number, code: number, untilMs: number): void {
    const hold = this.#holds.get(index);
    const known = hold?.codes.get(code);
    if (known !== undefined) known.sendCount += 1;
    else hold?.codes.set(code, { untilMs: wholeEnd(untilMs), sendCount: 1, isSent: false });
    this.#settle(index);
  }

  /** A gateway took it, and from the first time on its end is known. */
  codeSent(index: number, code: number, untilMs: number): void {
    const known = this.#holds.get(index)?.codes.get(code);
    if (known === undefined || known.isSent) return;
    known.isSent = true;
    known.untilMs = wholeEnd(untilMs);
    this.#settle(index);
  }

  /** One send of it came to nothing; without another the code might as well not have been asked for. */
  dropSend(index: number, code: number): void {
    const codes = this.#holds.get(index)?.codes;
    const known = codes?.get(code);
    if (known === undefined) return;
    known.sendCount -= 1;
    if (known.sendCount === 0) codes?.delete(code);
    this.#settle(index);
  }

  /** From here on it does not end, until it is unpinned as often as it was pinned. */
  pin(index: number): void {
    const hold = this.#holds.get(index);
    if (hold === undefined) return;
    hold.claimCount += 1;
    this.#unschedule(index, hold.untilMs);
  }

  unpin(index: number): void {
    const hold = this.#holds.get(index);
    if (hold === undefined) return;
    hold.claimCount -= 1;
    if (hold.claimCount === 0) this.#schedule(index, hold.untilMs);
  }

  /** How many holds ended by this instant; they are forgotten. */
  lapse(nowMs: number): number {
    if (nowMs < this.#firstEndMs) return 0;
    const before = this.count;
    this.#firstEndMs = Number.POSITIVE_INFINITY;
    for (const [endMs, indexes] of this.#ends) {
      if (endMs > nowMs) {
        this.#firstEndMs = Math.min(this.#firstEndMs, endMs);
        continue;
      }
      for (const index of indexes) this.#holds.delete(index);
      this.#ends.delete(endMs);
    }
    return before - this.count;
  }

  #settle(index: number): void {
    const hold = this.#holds.get(index);
    if (hold !== undefined) this.#move(index, hold, endOf(hold));
  }

  #move(index: number, hold: OwnHold, untilMs: number): void {
    this.#unschedule(index, hold.untilMs);
    hold.untilMs = untilMs;
    if (hold.claimCount === 0) this.#schedule(index, untilMs);
  }

  #schedule(index: number, endMs: number): void {
    const indexes = this.#ends.get(endMs) ?? new Set();
    this.#ends.set(endMs, indexes.add(index));
    this.#firstEndMs = Math.min(this.#firstEndMs, endMs);
  }

  #unschedule(index: number, endMs: number): void {
    this.#ends.get(endMs)?.delete(index);
  }
}

function wholeEnd(untilMs: number): number {
  return Math.ceil(untilMs / END_STEP_MS) * END_STEP_MS;
}

function endOf({ baseEndMs, codes }: OwnHold): number {
  return Math.max(baseEndMs, ...Array.from(codes.values(), ({ untilMs }) => untilMs));
}
