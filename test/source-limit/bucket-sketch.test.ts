import { expect, test } from "bun:test";
import { Mac } from "../../src/otp/mac.ts";
import type { BucketPolicy } from "../../src/source-limit/bucket-sketch.ts";
import { BucketSketch } from "../../src/source-limit/bucket-sketch.ts";
import { Random } from "../support/random.ts";

const mac = new Mac(new Uint8Array(32).fill(3));
const policy: BucketPolicy = { tokenCountMax: 5, refillEveryMs: 1_000 };
const OWED_MAX = 2;

test("a bucket gives what it holds, then a token each time one has come back", () => {
  const sketch = new BucketSketch(policy, 1_024);
  const name = mac.digest("a");
  for (let taken = 0; taken < 5; taken += 1) {
    expect(sketch.waitMs(name, 0)).toBe(0);
    sketch.take(name, 0);
  }
  expect(sketch.waitMs(name, 0)).toBe(1_000);
  expect(sketch.waitMs(name, 999)).toBe(1);
  expect(sketch.waitMs(name, 1_000)).toBe(0);
  expect(sketch.waitMs(mac.digest("b"), 0)).toBe(0);
  expect([sketch.isUnspent(999), sketch.isUnspent(1_000)]).toEqual([false, true]);
  expect(sketch.isUnspent(0, 1)).toBe(true);
});

test("an empty bucket can owe, to those who may", () => {
  const sketch = new BucketSketch(policy, 1_024);
  const name = mac.digest("a");
  for (let taken = 0; taken < 6; taken += 1) sketch.take(name, 0);
  expect(sketch.waitMs(name, 0)).toBe(2_000);
  expect(sketch.waitMs(name, 0, OWED_MAX)).toBe(0);
  sketch.take(name, 0);
  expect(sketch.waitMs(name, 0, OWED_MAX)).toBe(1_000);
});

/** Buckets that share nothing, as many as there are names. */
class TrueBuckets {
  readonly #fullAtMs = new Map<string, number>();

  waitMs(name: string, nowMs: number, owedCountMax: number): number {
    const roomMs = (policy.tokenCountMax + owedCountMax - 1) * policy.refillEveryMs;
    return Math.max(0, this.#missingMs(name, nowMs) - roomMs);
  }

  take(name: string, nowMs: number): void {
    this.#fullAtMs.set(name, nowMs + this.#missingMs(name, nowMs) + policy.refillEveryMs);
  }

  #missingMs(name: string, nowMs: number): number {
    return Math.max(0, (this.#fullAtMs.get(name) ?? 0) - nowMs);
  }
}

test("whatever flood of other names comes, no bucket is refilled by it: a wait is never shorter than the truth", () => {
  for (let seed = 0; seed < 30; seed += 1) {
    const random = new Random(seed);
    // Far fewer cells than names, so that all of them share.
    const sketch = new BucketSketch(policy, 2 ** random.whole(2, 7));
    const truth = new TrueBuckets();
    const nameCount = random.pick([3, 50, 1_000]);
    let nowMs = 0;
    for (let step = 0; step < 3_000; step += 1) {
      nowMs += random.pick([0, 1, 50, 700, 5_000]);
      const name = `name ${random.whole(0, nameCount)}`;
      const owed = random.pick([0, OWED_MAX]);
      const waitMs = sketch.waitMs(mac.digest(name), nowMs, owed);
      expect(waitMs).toBeGreaterThanOrEqual(truth.waitMs(name, nowMs, owed));
      if (sketch.isUnspent(nowMs, owed)) expect(waitMs).toBe(0);
      if (waitMs > 0) continue;
      sketch.take(mac.digest(name), nowMs);
      truth.take(name, nowMs);
    }
  }
});

test("3,000 empty buckets among 32,768 cells make fewer than one in 1,000 others seem empty", () => {
  const sketch = new BucketSketch(policy, 32_768);
  for (let name = 0; name < 3_000; name += 1) {
    const digest = mac.digest(`attacker ${name}`);
    for (let taken = 0; taken < policy.tokenCountMax; taken += 1) sketch.take(digest, 0);
  }
  let seemingCount = 0;
  for (let name = 0; name < 100_000; name += 1) {
    if (sketch.waitMs(mac.digest(`other ${name}`), 0) > 0) seemingCount += 1;
  }
  expect(seemingCount).toBeLessThan(100);
});
