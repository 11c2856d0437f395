import { Histogram } from "../harness/histogram.ts";

/** What people ask for. */
export const CALLS = [
  "page",
  "asset",
  "tick",
  "draw",
  "proof",
  "pass",
  "code",
  "verification",
  "registration",
  "ticket",
  "status",
  "download",
] as const;

export type Call = (typeof CALLS)[number];

/**
 * `done`: what was asked for. `refused`: an answer a person can act on. `unproven`: asked for a proof-of-work first.
 * `later`: told to come again. `failed`: an error
 * of the service, or no answer. `left`: the person or their network went before it came.
 */
export const OUTCOMES = ["done", "refused", "unproven", "later", "failed", "left"] as const;

export type Outcome = (typeof OUTCOMES)[number];

export interface Entry {
  readonly call: Call;
  /** When the person's page was to ask. */
  readonly dueAtMs: number;
  /** When it did: later, where the generator itself was late. */
  readonly askedAtMs: number;
  readonly endedAtMs: number;
  readonly isFromOrigin: boolean;
  readonly outcome: Outcome;
  /** As in `201` and `409 sale_full`. */
  readonly reason: string;
}

/** The calls of the flood, for which people wait. */
const AWAITED: ReadonlySet<Call> = new Set(["pass", "code", "verification", "registration"]);

/** One second of the run. */
export class Second {
  /** Requests by the instant they were due. */
  readonly offered = counts(CALLS);
  /** Requests by the instant they ended. */
  readonly ended = counts(OUTCOMES);
  registeredCount = 0;
  arrivedCount = 0;
  /** By the instant they were due, as those below. */
  readonly awaitedLatency = new Histogram();
  /** Of what the service itself did as it was asked, downloads apart. */
  readonly acceptedLatency = new Histogram();
  /** Of those that no CDN had. */
  readonly pageLatency = new Histogram();
  /** People in line, let in since the start, and seats kept, at its end; null before anyone was told of a line. */
  line: LineSample | null = null;
  /** Of the machine's processor time, what others on its host took; null where nobody tells. */
  stolenShare: number | null = null;
}

export interface LineSample {
  readonly waitingCount: number;
  readonly admittedCount: number;
  readonly heldCount: number;
}

/**
 * Everything that was asked and answered, by call and by second. Latency counts from the instant a request was asked,
 * whether or not a connection was free, to the instant at which its answer was read.
 */
export class Journal {
  readonly latencies = byName(CALLS, () => new Histogram());
  readonly outcomes = byName(CALLS, () => counts(OUTCOMES));
  /** By call and reason, as in `registration 409 sale_full`; everything that is not `done`. */
  readonly reasons = new Map<string, number>();
  /** Of what the service itself did as it was asked, downloads apart. */
  readonly acceptedLatency = new Histogram();
  /** The same from the instant at which each was due: with what the generator itself was late. */
  readonly acceptedSinceDue = new Histogram();
  /** How late the generator itself was. */
  readonly lag = new Histogram();
  /** By `performance.now()`. */
  readonly startMs: number;
  readonly #seconds: Second[] = [];

  constructor(startMs: number) {
    this.startMs = startMs;
  }

  get seconds(): readonly Second[] {
    return this.#seconds;
  }

  arrived(atMs: number): void {
    this.#secondAt(atMs).arrivedCount += 1;
  }

  sampleLine(sample: LineSample): void {
    this.#secondAt(performance.now()).line = sample;
  }

  sampleSteal(share: number | null): void {
    this.#secondAt(performance.now()).stolenShare = share;
  }

  note({ call, dueAtMs, askedAtMs, endedAtMs, isFromOrigin, outcome, reason }: Entry): void {
    const due = this.#secondAt(dueAtMs);
    const end = this.#secondAt(endedAtMs);
    due.offered[call] += 1;
    end.ended[outcome] += 1;
    this.outcomes[call][outcome] += 1;
    if (outcome !== "done") this.#countReason(`${call} ${reason}`);
    if (outcome === "left") return;
    const latencyMs = endedAtMs - askedAtMs;
    this.latencies[call].record(latencyMs);
    const isAccepted = isFromOrigin && outcome === "done" && call !== "download";
    if (isAccepted) {
      this.acceptedLatency.record(latencyMs);
      this.acceptedSinceDue.record(Math.max(0, endedAtMs - dueAtMs));
      due.acceptedLatency.record(latencyMs);
    }
    if (AWAITED.has(call)) due.awaitedLatency.record(latencyMs);
    if (call === "page" && isFromOrigin) due.pageLatency.record(latencyMs);
    if (call === "registration" && reason === "201") end.registeredCount += 1;
  }

  #secondAt(atMs: number): Second {
    const index = Math.max(0, Math.floor((atMs - this.startMs) / 1_000));
    while (this.#seconds.length <= index) this.#seconds.push(new Second());
    return this.#seconds[index] ?? new Second();
  }

  #countReason(reason: string): void {
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
  }
}

function counts<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return byName(names, () => 0);
}

function byName<Name extends string, Value>(
  names: readonly Name[],
  make: () => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, make()])) as Record<Name, Value>;
}
