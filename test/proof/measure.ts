import { join } from "node:path";
import { limits } from "../../src/limits.ts";
import { PROOF_LIFE_MS } from "../../src/proof/proof-desk.ts";
import { launchBrowser } from "../support/browser.ts";
import { alice, HASH_COUNT, makeDesk, NOW_MS, solved } from "./make.ts";

/** How much slower a cheap phone is than this machine: what Chromium's own tools offer as such. */
const SLOWDOWNS = [1, 6] as const;
const ISSUE_COUNT = 200_000;
const PROOF_COUNT = 2_000;

const desk = makeDesk({ usedCountMax: PROOF_COUNT });
const purpose = { phone: alice, eventId: 1, hashCount: HASH_COUNT };

/** What a proof-of-work costs the service, and a phone. */
async function main(): Promise<void> {
  say(
    "to give out a challenge",
    measureUs(ISSUE_COUNT, () => desk.issue(purpose, NOW_MS)),
    "µs",
  );
  const proofs = Array.from({ length: PROOF_COUNT }, () => solved(desk.issue(purpose, NOW_MS)));
  const take = (index: number) => {
    const read = desk.read(proofs[index] ?? "", purpose, NOW_MS);
    if (read.kind !== "solved" || desk.use(read, NOW_MS) !== "taken") throw new Error("not taken");
  };
  say("to check a solution and use it up", measureUs(PROOF_COUNT, take), "µs");
  say("bytes for each that is remembered", await usedBytes(), "");
  for (const slowdown of SLOWDOWNS) {
    for (const [demand, hashCount] of [
      ["on", limits.proofHashCount],
      ["raised", limits.proofRaisedHashCount],
    ] as const) {
      const ms = await solveMs(2 * hashCount, slowdown);
      say(`to try all of "${demand}" in Chromium, ${slowdown} times slower`, ms, "ms");
    }
  }
}

function measureUs(count: number, task: (index: number) => unknown): number {
  const startMs = performance.now();
  for (let index = 0; index < count; index += 1) task(index);
  return ((performance.now() - startMs) * 1_000) / count;
}

/** By a set of so many keys as a desk remembers. */
async function usedBytes(): Promise<number> {
  const count = limits.proofUsedCountMax;
  Bun.gc(true);
  const before = process.memoryUsage.rss();
  const used = new Set<number>();
  for (let index = 0; index < count; index += 1) used.add(index * 2 ** 27 + 1);
  Bun.gc(true);
  return (process.memoryUsage.rss() - before) / used.size;
}

/** All of its numbers, of which a proof takes half on average. */
async function solveMs(numberMax: number, slowdown: number): Promise<number> {
  const built = await Bun.build({
    entrypoints: [join(import.meta.dir, "../../src/web/proof/solver.ts")],
    target: "browser",
    minify: true,
  });
  const script = (await built.outputs[0]?.text()) ?? "";
  const challenge = desk.issue({ ...purpose, hashCount: numberMax / 2 }, NOW_MS + PROOF_LIFE_MS);
  const puzzle = JSON.stringify({ ...challenge, challenge: "0".repeat(64) });
  await using browser = await launchBrowser();
  const page = await browser.newPage();
  const tools = await page.context().newCDPSession(page);
  await tools.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  const module = `data:text/javascript,${encodeURIComponent(script)}`;
  return await page.evaluate(`(async () => {
    const { Solver } = await import(${JSON.stringify(module)});
    const solver = new Solver(${puzzle});
    const startMs = performance.now();
    solver.tryNext(${numberMax + 1});
    return performance.now() - startMs;
  })()`);
}

function say(what: string, value: number, unit: string): void {
  console.log(`${what}: ${value.toPrecision(3)} ${unit}`.trim());
}

await main();
