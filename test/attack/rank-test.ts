import { expect } from "bun:test";
import type { Random } from "../support/random.ts";
import type { TimedRequest } from "./timing-client.ts";

/** One request of either kind: only the time until its answer counts. */
export interface TimedPair {
  readonly prepare: (index: number) => Promise<unknown>;
  readonly one: (index: number) => TimedRequest;
  readonly other: (index: number) => TimedRequest;
}

/**
 * A service that tells nothing by its time draws p uniformly, so it fails one try at `P_MIN` once in a hundred and
 * all `TRIES_MAX` once in a million: under the one in 10,000 that a suite may cost, for all comparisons together.
 */
const P_MIN = 0.01;
const TRIES_MAX = 3;
/** What is done after an answer, as to send an SMS, is none of the next one's time. */
const REST_MS = 1;

/**
 * Expects that a stranger with a clock cannot tell the two apart. Pairs are interleaved and which goes first is drawn,
 * so that whatever else the machine does befalls both. Each try begins at the index where the last ended.
 */
export async function expectSameTime(
  pair: TimedPair,
  { pairCount, random }: { readonly pairCount: number; readonly random: Random },
): Promise<void> {
  using client = new TimingClient();
  let p = 0;
  for (let tries = 0; tries < TRIES_MAX && p < P_MIN; tries += 1) {
    p = await measure(pair, { client, from: tries * pairCount, pairCount, random });
  }
  expect(p).toBeGreaterThan(P_MIN);
}

/** How many indexes `expectSameTime` may ask for. */
export function indexCountMax(pairCount: number): number {
  return TRIES_MAX * pairCount;
}

interface MeasureOptions {
  readonly client: TimingClient;
  readonly from: number;
  readonly pairCount: number;
  readonly random: Random;
}

async function measure(
  { prepare, one, other }: TimedPair,
  { client, from, pairCount, random }: MeasureOptions,
): Promise<number> {
  const times = { one: [] as number[], other: [] as number[] };
  for (let index = from; index < from + pairCount; index += 1) {
    await prepare(index);
    const isOneFirst = random.chance(0.5);
    const turns = [
      async () => times.one.push(await client.timeOf(one(index))),
      async () => times.other.push(await client.timeOf(other(index))),
    ];
    for (const turn of isOneFirst ? turns : turns.toReversed()) {
      await turn();
      await Bun.sleep(REST_MS);
    }
  }
  return rankTest(times.one, times.other);
}

/** On a thread of its own: on the service's, it would also wait for what that does after its answer. */
class TimingClient implements Disposable {
  readonly #worker = new Worker(new URL("./timing-client.ts", import.meta.url));

  /** Milliseconds. */
  timeOf(request: TimedRequest): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<number>) => resolve(data);
      this.#worker.onerror = ({ message }) => reject(new Error(`${request.url}: ${message}`));
      this.#worker.postMessage(request);
    });
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}

/**
 * Mann and Whitney's U by its normal approximation, ties counted as halves: the two-sided probability that samples of
 * one population differ in rank by as much. Good from a few dozen values on.
 */
export function rankTest(ones: readonly number[], others: readonly number[]): number {
  const values = [
    ...ones.map((value) => ({ value, isOne: true })),
    ...others.map((value) => ({ value, isOne: false })),
  ].toSorted((a, b) => a.value - b.value);
  let rankSum = 0;
  let tieTerm = 0;
  for (let start = 0; start < values.length; ) {
    let end = start + 1;
    while (end < values.length && values[end]?.value === values[start]?.value) end += 1;
    const count = end - start;
    const rank = (start + 1 + end) / 2;
    rankSum += rank * values.slice(start, end).filter(({ isOne }) => isOne).length;
    tieTerm += count ** 3 - count;
    start = end;
  }
  const [m, n, total] = [ones.length, others.length, values.length];
  const u = rankSum - (m * (m + 1)) / 2;
  const deviation = Math.sqrt(((m * n) / 12) * (total + 1 - tieTerm / (total * (total - 1))));
  return 2 * (1 - normal(Math.abs(u - (m * n) / 2) / deviation));
}

/** The standard normal distribution; Abramowitz and Stegun 26.2.17, off by less than 10^-7. */
function normal(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const factors = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const series = factors.reduceRight((sum, factor) => (sum + factor) * t, 0);
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
