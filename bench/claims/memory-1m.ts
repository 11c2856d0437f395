import { join } from "node:path";
import type { Bench, BenchOptions, MeasuredValue } from "../harness/bench.ts";
import { Child } from "../harness/child.ts";
import { valueOf } from "../harness/measure.ts";
import type { ChallengeMemory, ChallengeOrder } from "./memory-process.ts";

/** Bytes of resident memory per live challenge, with a million of them in a process of their own. */
export const memory1m: Bench = {
  name: "memory-1m",
  unit: "bytes/challenge",
  bar: 300,
  goal: 200,
  direction: "lower-is-better",
  run,
};

const PROGRAM = join(import.meta.dir, "memory-process.ts");
const CHALLENGE_COUNT = 1_000_000;
const CHALLENGE_COUNT_SMOKE = 20_000;
const ROUND_COUNT = 3;

async function run({ isSmoke }: BenchOptions): Promise<MeasuredValue> {
  const challengeCount = isSmoke ? CHALLENGE_COUNT_SMOKE : CHALLENGE_COUNT;
  const rounds: ChallengeMemory[] = [];
  while (rounds.length < (isSmoke ? 1 : ROUND_COUNT)) rounds.push(await weigh({ challengeCount }));
  const values = rounds.map(
    ({ emptyBytes, fullBytes }) => (fullBytes - emptyBytes) / challengeCount,
  );
  return { ...valueOf(values), details: { challengeCount, rounds } };
}

async function weigh(order: ChallengeOrder): Promise<ChallengeMemory> {
  await using child = new Child(PROGRAM);
  return await child.ask(order);
}
