import { ok as assert } from "node:assert";
import type { Evidence, MeasuredRatio, MeasuredValue, ProcessorTime, Round } from "./bench.ts";
import { addProcessorTimes } from "./processor.ts";

/** One go at something: its figure, and what it cost where that was told apart. */
export interface Go {
  readonly figure: number;
  readonly processor: ProcessorTime | null;
}

export interface Comparison {
  readonly candidate: () => Promise<Go>;
  readonly baseline: () => Promise<Go>;
  /** Odd, so that one of them is the median. */
  readonly roundCount: number;
}

/** Rounds of a full run; a smoke run has one. */
export const ROUND_COUNT = 5;

/**
 * Runs candidate and baseline side by side, in turn and in alternating order, so that neither what else the machine
 * does nor who goes first favours one. The round whose ratio is the median speaks for all. The processor time is that
 * of the candidate, over all rounds.
 */
export async function compare({
  candidate,
  baseline,
  roundCount,
}: Comparison): Promise<MeasuredRatio> {
  assert(roundCount % 2 === 1);
  const rounds: Round[] = [];
  const costs: (ProcessorTime | null)[] = [];
  for (let index = 0; index < roundCount; index += 1) {
    const isCandidateFirst = index % 2 === 0;
    const first = await (isCandidateFirst ? candidate() : baseline());
    const second = await (isCandidateFirst ? baseline() : candidate());
    const [ours, theirs] = isCandidateFirst ? [first, second] : [second, first];
    rounds.push({ candidate: ours.figure, baseline: theirs.figure });
    costs.push(ours.processor);
  }
  return { ...ratioOf(rounds), ...NO_EVIDENCE, processor: sumOf(costs) };
}

/** The figures of the round whose ratio is the median. */
export function ratioOf(rounds: readonly Round[]): Omit<MeasuredRatio, keyof Evidence> {
  const middle = middleOf(rounds, (round) => round.candidate / round.baseline);
  const { candidate: value, baseline } = middle;
  return { kind: "ratio", value, baseline, ratio: value / baseline, rounds };
}

/** The median of several goes at a figure that stands by itself. */
export function valueOf(values: readonly number[]): MeasuredValue {
  const value = middleOf(values, (candidate) => candidate);
  return { kind: "value", value, values, ...NO_EVIDENCE };
}

export const NO_EVIDENCE: Evidence = { notes: [], processor: null, details: {}, plots: {} };

/** The middle one by size; of two the smaller. */
function middleOf<Item>(items: readonly Item[], sizeOf: (item: Item) => number): Item {
  const middle = items.toSorted((a, b) => sizeOf(a) - sizeOf(b))[(items.length - 1) >> 1];
  assert(middle !== undefined, "there is one at least");
  return middle;
}

function sumOf(costs: readonly (ProcessorTime | null)[]): ProcessorTime | null {
  const known = costs.filter((cost) => cost !== null);
  return known.length < costs.length ? null : addProcessorTimes(known);
}
