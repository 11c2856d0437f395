import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { REGRESSION_SEEDS } from "./regression-seeds.ts";
import { runSeed } from "./run-seed.ts";
import { runSeeds, seedsFrom } from "./seed-pool.ts";

const RUN = join(import.meta.dir, "run.ts");
const SEED_COUNT = 300;
const TIMEOUT_MS = 300_000;

describe("the simulator", () => {
  test(
    `invariants 1 to 10, 12 and 13: ${SEED_COUNT} worlds of chaos keep every one of them and heal`,
    async () => {
      const ends = await runSeeds(seedsFrom(1, SEED_COUNT));
      expect(ends).toHaveLength(SEED_COUNT);
      expect(ends.filter(({ violation }) => violation !== null)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test("seeds that once found a bug find it no more", () => {
    for (const { seed, found } of REGRESSION_SEEDS) {
      expect(runSeed(seed).violation, found).toBeNull();
    }
  });

  test(
    "the same seed is the same world, here and on another thread, to the last line",
    async () => {
      const [first, again] = [await runSeeds(seedsFrom(1, 20)), await runSeeds(seedsFrom(1, 20))];
      expect(again).toEqual(first);
      expect([...seedsFrom(1, 5)].map((seed) => runSeed(seed).hash)).toEqual(
        first.slice(0, 5).map(({ hash }) => hash),
      );
      expect(new Set(first.map(({ hash }) => hash)).size).toBe(20);
    },
    TIMEOUT_MS,
  );

  test(
    "a seed that breaks something says what, at which commit, and by which faults, and does so again",
    async () => {
      const plant = ["--plant", "counts a late twin twice"];
      const found = await run(...plant, "--count", "100");
      const seed = /^seed (\d+): invariant 6: full was told/.exec(found.output)?.[1] ?? "";
      expect(found.exitCode).toBe(1);
      const [first, again] = [await run(seed, ...plant), await run(seed, ...plant)];
      expect(first.exitCode).toBe(1);
      expect(first.output).toStartWith(`seed ${seed} at commit `);
      expect(first.output).toContain("faults it takes: ");
      expect(first.output).toContain("VIOLATION    invariant 6");
      expect(again.output).toBe(first.output);
    },
    TIMEOUT_MS,
  );
});

async function run(...words: readonly string[]) {
  const child = Bun.spawn(["bun", RUN, ...words], { stdout: "pipe", stderr: "inherit" });
  return { output: await new Response(child.stdout).text(), exitCode: await child.exited };
}
