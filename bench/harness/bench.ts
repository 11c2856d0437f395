import type { Sql } from "postgres";

/** One name of `bun run bench`. */
export interface Bench {
  /** As DESIGN and `bench/README.md` know it, as in `claims-vs-echo`. */
  readonly name: string;
  /** Of `value` and `baseline`, as in `registrations/s`. */
  readonly unit: string;
  /** What must be met, and what is wished for: by the ratio where there is a baseline, else by the value. */
  readonly bar: number;
  readonly goal: number;
  readonly direction: Direction;
  /** Ends by itself within two minutes, and leaves nothing behind. Throws `BenchError` where it cannot be run. */
  run(options: BenchOptions): Promise<Measured>;
}

export type Direction = "higher-is-better" | "lower-is-better";

export interface BenchOptions {
  /** A second or two, to show that it works; its figures mean nothing. */
  readonly isSmoke: boolean;
  /** Where the service is to listen; 0 is any free port. */
  readonly port: number;
  /** Starts a PostgreSQL, which is the caller's to dispose of. */
  readonly openCluster: () => Promise<OpenCluster>;
}

/** A PostgreSQL on a disk of this machine. */
export interface OpenCluster extends AsyncDisposable {
  /** Of the postmaster. */
  readonly pid: number;
  freshDatabase(): Promise<BenchDatabase>;
}

/** A migrated database of its own; it goes with its cluster. */
export interface BenchDatabase {
  readonly url: string;
  readonly sql: Sql;
}

export type Measured = MeasuredRatio | MeasuredValue;

/** Candidate and baseline in turn; `measure.ts` makes one. */
export interface MeasuredRatio extends Evidence {
  readonly kind: "ratio";
  /** Figures of the round whose ratio is the median. */
  readonly value: number;
  readonly baseline: number;
  readonly ratio: number;
  /** In the order in which they ran. */
  readonly rounds: readonly Round[];
}

/** A figure that stands by itself. */
export interface MeasuredValue extends Evidence {
  readonly kind: "value";
  readonly value: number;
  /** Every value of which `value` is the median, or the one there is. */
  readonly values: readonly number[];
}

export interface Round {
  readonly candidate: number;
  readonly baseline: number;
}

/** What is kept beside the figure. */
export interface Evidence {
  /** Sentences for whoever reads the table. */
  readonly notes: readonly string[];
  /** Null where nothing was told apart. */
  readonly processor: ProcessorTime | null;
  /** Anything else worth keeping in the results, as JSON. */
  readonly details: Readonly<Record<string, unknown>>;
  /** What else is demanded and was not met, in a sentence: the bar is missed whatever the figure. */
  readonly shortfall?: string;
  /** Pictures by file name, as in `sellout-60k.svg`. */
  readonly plots: Readonly<Record<string, string>>;
}

/** Seconds of processor time during what was measured; "unknown" where the system does not tell. */
export interface ProcessorTime {
  readonly serverS: number | "unknown";
  readonly postgresS: number | "unknown";
  readonly generatorS: number | "unknown";
}

/** What a person at the terminal can mend, in one sentence: no wrk, a port that is taken, too few file handles. */
export class BenchError extends Error {
  override readonly name = "BenchError";
}
