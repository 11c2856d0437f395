import { ok as assert } from "node:assert";
import type { Clock } from "../../actor/clock.ts";
import type { Database } from "./client.ts";

export interface DatabaseClockOptions {
  readonly database: Database;
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
 * Monotonic time, set to the database's clock at the start and slewed after it: never back, never in a step, so
 * that a wall clock stepped by an hour opens no sale. While the database is away it runs on as it was.
 */
export class DatabaseClock implements Clock, Disposable {
  readonly #options: DatabaseClockOptions;
  #slew: Slew;
  #cancelSync: () => void = () => undefined;
  #isDisposed = false;

  private constructor(options: DatabaseClockOptions, offsetMs: number) {
    this.#options = options;
    this.#slew = { fromMs: options.base.nowMs(), offsetMs, targetMs: offsetMs };
    this.#scheduleSync();
  }

  /** Throws when the database is away. */
  static async start(options: DatabaseClockOptions): Promise<DatabaseClock> {
    return new DatabaseClock(options, await sampleOffsetMs(options, START_SAMPLE_COUNT));
  }

  nowMs(): number {
    const baseMs = this.#options.base.nowMs();
    return baseMs + slewedOffsetMs(this.#slew, baseMs);
  }

  after(delayMs: number, task: () => void): () => void {
    return this.#options.base.after(delayMs, task);
  }

  /** Asks the database once and slews towards its answer. */
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
  { base, database }: Pick<DatabaseClockOptions, "base" | "database">,
  count: number,
): Promise<number> {
  let best = { roundTripMs: Number.POSITIVE_INFINITY, offsetMs: 0 };
  for (let index = 0; index < count; index += 1) {
    const askedMs = base.nowMs();
    const [row] = await database.run(
      (sql) => sql<{ nowMs: number }[]>`
        select (extract(epoch from clock_timestamp()) * 1000)::double precision as "nowMs"`,
    );
    const roundTripMs = base.nowMs() - askedMs;
    assert(row !== undefined);
    if (roundTripMs < best.roundTripMs) {
      best = { roundTripMs, offsetMs: row.nowMs - (askedMs + roundTripMs / 2) };
    }
  }
  return best.offsetMs;
}
