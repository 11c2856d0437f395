import { expect, test } from "bun:test";
import { UsedProofs } from "../../src/proof/used-proofs.ts";
import { Random } from "../support/random.ts";

const LIFE_MS = 120_000;

test("a key is taken once for as long as its proof can live", () => {
  const used = new UsedProofs({ countMax: 10, lifeMs: LIFE_MS });
  expect(used.use(1, 0)).toBe("taken");
  for (const nowMs of [0, 1, LIFE_MS - 1, LIFE_MS]) expect(used.use(1, nowMs)).toBe("used");
});

test("a full set forgets nothing and takes nothing more, until what it holds has expired (invariant 8)", () => {
  const used = new UsedProofs({ countMax: 100, lifeMs: LIFE_MS });
  for (let key = 0; key < 100; key += 1) expect(used.use(key, key)).toBe("taken");
  for (let key = 100; key < 10_000; key += 1) expect(used.use(key, 1_000)).toBe("full");
  for (let key = 0; key < 100; key += 1) expect(used.use(key, LIFE_MS - 1)).toBe("used");
  expect(used.count).toBe(100);
  expect(used.use(100, 2 * LIFE_MS)).toBe("taken");
  expect(used.count).toBe(1);
});

test("against a set that forgets nothing, over floods and silences: never a key twice within its life", () => {
  const random = new Random(7);
  const used = new UsedProofs({ countMax: 500, lifeMs: LIFE_MS });
  const takenAtMs = new Map<number, number>();
  let nowMs = 0;
  let fullCount = 0;
  for (let round = 0; round < 200_000; round += 1) {
    nowMs += random.chance(0.001) ? random.whole(0, 3 * LIFE_MS) : random.whole(0, 300);
    const key = random.whole(0, 2_000);
    const answer = used.use(key, nowMs);
    const since = nowMs - (takenAtMs.get(key) ?? Number.NEGATIVE_INFINITY);
    if (since <= LIFE_MS) expect(answer).toBe("used");
    if (since >= 2 * LIFE_MS) expect(answer).not.toBe("used");
    if (answer === "taken") takenAtMs.set(key, nowMs);
    if (answer === "full") fullCount += 1;
    expect(used.count).toBeLessThanOrEqual(500);
  }
  expect(fullCount).toBeGreaterThan(1_000);
});
