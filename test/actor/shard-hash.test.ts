import { expect, test } from "bun:test";
import { shardHash } from "../../src/actor/shard-hash.ts";

test("version 1 is pinned: another value sends every phone to another shard", () => {
  expect([0, 1, 8801712345678, 2 ** 53 - 1].map((key) => shardHash(key, 0))).toEqual([
    0, 804215951, 432819284, 3103865808,
  ]);
  expect([0, 1, 8801712345678].map((key) => shardHash(key, 0xdead_beef))).toEqual([
    3268920208, 2860306451, 2138348673,
  ]);
});

test("numbers dealt in sequence fall evenly: no shard of 64 has over 1.3 times its share", () => {
  const counts = Array.from({ length: 64 }, () => 0);
  for (let index = 0; index < 64_000; index += 1) {
    const shard = shardHash(8801700000000 + index, 12345) & 63;
    counts[shard] = (counts[shard] ?? 0) + 1;
  }
  expect(Math.max(...counts)).toBeLessThan(1_300);
});

test("the seed decides: phones that share a shard under one seed part under another", () => {
  const together = Array.from({ length: 100_000 }, (_, index) => 8801700000000 + index)
    .filter((phone) => (shardHash(phone, 1) & 63) === 0)
    .slice(0, 640);
  const shards = new Set(together.map((phone) => shardHash(phone, 2) & 63));
  expect(shards.size).toBe(64);
});
