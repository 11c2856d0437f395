import { describe, expect, test } from "bun:test";
import { Mac } from "../../src/otp/mac.ts";
import { SourceLimits } from "../../src/source-limit/source-limits.ts";

const mac = new Mac(new Uint8Array(32).fill(4));

function makeLimits(): SourceLimits {
  return new SourceLimits({
    mac,
    narrow: { tokenCountMax: 10, refillEveryMs: 1_000 },
    wide: { tokenCountMax: 40, refillEveryMs: 250 },
    waiterCountMax: 3,
    cellsPerRow: 1_024,
  });
}

function fail(limits: SourceLimits, address: string, count: number): void {
  for (let failure = 0; failure < count; failure += 1) limits.charge(address, 0);
}

const blocks = {
  IPv4: {
    address: "203.0.113.1",
    neighbour: "203.0.113.2",
    stranger: "203.0.114.1",
    inNetwork: (index: number) => `203.0.113.${index}`,
  },
  IPv6: {
    address: "2001:db8:1:1::1",
    neighbour: "2001:db8:1:2::1",
    stranger: "2001:db8:2:1::1",
    inNetwork: (index: number) => `2001:db8:1:${index}::9`,
  },
};

describe.each(Object.entries(blocks))("of %s", (_, { address, neighbour, stranger, inNetwork }) => {
  test("an address is spent by its failures alone, and its neighbours are not", () => {
    const limits = makeLimits();
    fail(limits, address, 9);
    expect(limits.isSpent(address, 0)).toBe(false);
    fail(limits, address, 1);
    expect(limits.isSpent(address, 0)).toBe(true);
    expect(limits.isSpent(neighbour, 0)).toBe(false);
    expect(limits.isSpent(address, 1_000)).toBe(false);
  });

  test("however often one address fails, its network is spent no further than by its bucket", () => {
    const limits = makeLimits();
    fail(limits, address, 1_000);
    expect([limits.isSpent(address, 0), limits.isSpent(neighbour, 0)]).toEqual([true, false]);
  });

  test("a network is spent by the failures of many addresses, and strangers are not", () => {
    const limits = makeLimits();
    for (let index = 10; index < 50; index += 1) fail(limits, inNetwork(index), 1);
    expect(limits.isSpent(neighbour, 0)).toBe(true);
    expect(limits.isSpent(stranger, 0)).toBe(false);
  });

  test("who waited is let into an empty bucket as well, some at a time", () => {
    const limits = makeLimits();
    fail(limits, address, 1_000);
    expect([1, 2, 3, 4].map(() => limits.admitWaiter(address, 0))).toEqual([0, 0, 0, 1_000]);
    expect(limits.admitWaiter(neighbour, 0)).toBe(0);
    expect(limits.admitWaiter(address, 1_000)).toBe(0);
  });
});

test("all addresses of an IPv6 /64 are one", () => {
  const limits = makeLimits();
  for (let index = 0; index < 10; index += 1) fail(limits, `2001:db8:1:1::${index}`, 1);
  expect(limits.isSpent("2001:db8:1:1:ffff::1", 0)).toBe(true);
});
