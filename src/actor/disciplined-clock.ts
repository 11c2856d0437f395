import type { Clock } from "./clock.ts";

export interface DisciplinedClockOptions {
  /** The reference's instant, ms since the epoch; throws when it is away. */
  readonly readReferenceMs: () => Promise<number>;
  /** Monotonic time to be disciplined. */
  readonly base: Clock;
  readonly syncEveryMs: number;
  /** Told how far off this clock is whenever that is over a second after the start; it is only slewed all the same. */
  readonly onDrift: (offMs: number) => void;
}

const START_SAMPLE_COUNT = 5;
const SYNC_SAMPLE_COUNT = 3;
const DRIFT_TOLD_MS = 1_000;
/** 5 ms a second, ten times what NTP allows itself, and far too slow to open a sale by mistake. */
const SLEW_RATE = 0.005;

/**
 * Monotonic time, set to a reference clock (the database's) at the start and slewed after it: never back, never in a
 * step, so that a wall clock stepped by an hour opens no sale. While the reference is away it runs on as it was.
 */
export class DisciplinedClock implements Clock, Disposable {
  readonly #options: DisciplinedClockOptions;
  #slew: Slew;
  #cancelSync: () => void = () => undefined;
  #isDisposed = false;

  private constructor(options: DisciplinedClockOptions, offsetMs: number) {
    this.#options = options;
    this.#slew = { fromMs: options.base.nowMs(), offsetMs, targetMs: offsetMs };
    this.#scheduleSync();
  }

  /** Throws when the reference is away. */
  static async start(options: DisciplinedClockOptions): Promise<DisciplinedClock> {
    return new DisciplinedClock(options, await sampleOffsetMs(options, START_SAMPLE_COUNT));
  }

  nowMs(): number {
    const baseMs = this.#options.base.nowMs();
    return baseMs + slewedOffsetMs(this.#slew, baseMs);
  }

  after(delayMs: number, task: () => void): () => void {
    return this.#options.base.after(delayMs, task);
  }

  /** Asks the reference once and slews towards its answer. */
  async sync(): Promise<void> {
    let targetMs: number;
    try {
      targetMs = await sampleOffsetMs(this.#options, SYNC_SAMPLE_COUNT);
    } catch {
      return;
    }
    const fromMs = this.#options.base.nowMs();
    const offsetMs = slewedOffsetMs(this.#slew, fromMs);
    this.#slew = { fromMs, offsetMs, targetMs };
    if (Math.abs(targetMs - offsetMs) > DRIFT_TOLD_MS) this.#options.onDrift(targetMs - offsetMs);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#cancelSync();
  }

  #scheduleSync(): void {
    if (this.#isDisposed) return;
    this.#cancelSync = this.#options.base.after(this.#options.syncEveryMs, () => {
      void this.sync().then(() => this.#scheduleSync());
    });
  }
}

/** An offset on its way: at `fromMs` of the base clock it was `offsetMs`, and it goes to `targetMs`. */
export interface Slew {
  readonly fromMs: number;
  readonly offsetMs: number;
  readonly targetMs: number;
}

export function slewedOffsetMs(slew: Slew, baseMs: number): number {
  const stepMaxMs = (baseMs - slew.fromMs) * SLEW_RATE;
  const wantedMs = slew.targetMs - slew.offsetMs;
  return slew.offsetMs + Math.max(-stepMaxMs, Math.min(stepMaxMs, wantedMs));
}

/** The answer with the shortest round trip is wrong by half of that trip at most. */
async function sampleOffsetMs(
  { base, readReferenceMs }: Pick<DisciplinedClockOptions, "base" | "readReferenceMs">,
  count: number,
): Promise<number> {
  let best = { roundTripMs: Number.POSITIVE_INFINITY, offsetMs: 0 };
  for (let index = 0; index < count; index += 1) {
    const askedMs = base.nowMs();
    const referenceMs = await readReferenceMs();
    const roundTripMs = base.nowMs() - askedMs;
    if (roundTripMs < best.roundTripMs) {
      best = { roundTripMs, offsetMs: referenceMs - (askedMs + roundTripMs / 2) };
    }
  }
  return best.offsetMs;
}
