import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Overload } from "../../src/http/overload.ts";
import type { Priority } from "../../src/http/priority.ts";
import { priorityOf } from "../../src/http/priority.ts";
import { ManualLoop } from "./manual-loop.ts";

const PRIORITIES: readonly Priority[] = ["claim", "code", "status", "download"];

/** Whether each is taken, asked once for every one of them. */
function takenNow(overload: Overload): readonly Priority[] {
  return PRIORITIES.filter((priority) => overload.admits(priority));
}

/** Passes so long, for so long, that it is no burst. */
function fallBehind(overload: Overload, loop: ManualLoop): void {
  for (let count = 0; count < 4; count += 1) {
    overload.admits("claim");
    loop.spend(500);
    loop.endPass();
  }
}

/** Uses up what is taken however late it is. */
function useUpFloors(overload: Overload): void {
  for (let count = 0; count < 20; count += 1) takenNow(overload);
}

describe("a service with more to do than it can", () => {
  test("takes all of a burst, however long the pass", () => {
    const loop = new ManualLoop();
    const overload = new Overload(loop);
    for (let count = 0; count < 1_000; count += 1) {
      expect(takenNow(overload)).toEqual(PRIORITIES);
      loop.spend(1);
    }
  });

  test("gives up downloads first, then status, then codes, and claims last", () => {
    const loop = new ManualLoop();
    const overload = new Overload(loop);
    fallBehind(overload, loop);
    const seen: string[] = [];
    for (let spentMs = 0; spentMs < 700; spentMs += 50) {
      useUpFloors(overload);
      seen.push(takenNow(overload).join(" "));
      loop.spend(50);
    }
    const told = seen.filter((each, index) => each !== seen[index - 1]);
    expect(told).toEqual([
      "claim code status download",
      "claim code status",
      "claim code",
      "claim",
      "",
    ]);
  });

  test("takes everything again after the first short pass", () => {
    const loop = new ManualLoop();
    const overload = new Overload(loop);
    fallBehind(overload, loop);
    overload.admits("claim");
    loop.spend(10);
    loop.endPass();
    overload.admits("claim");
    loop.spend(900);
    useUpFloors(overload);
    expect(takenNow(overload)).toEqual(PRIORITIES);
  });

  test("takes everything when it comes back from having nothing to do", () => {
    const loop = new ManualLoop();
    const overload = new Overload(loop);
    fallBehind(overload, loop);
    loop.spend(60_000);
    overload.admits("claim");
    loop.spend(900);
    useUpFloors(overload);
    expect(takenNow(overload)).toEqual(PRIORITIES);
  });

  test("gives a pass that never ends a new budget every slice", () => {
    const loop = new ManualLoop();
    const overload = new Overload(loop);
    fallBehind(overload, loop);
    let takenCount = 0;
    for (let spentMs = 0; spentMs < 10_000; spentMs += 1) {
      if (overload.admits("claim")) takenCount += 1;
      loop.spend(1);
    }
    expect(takenCount / 10_000).toBeGreaterThan(0.58);
    expect(takenCount / 10_000).toBeLessThan(0.62);
  });

  test("never takes less than its floor in a slice, whatever the passes are like", () => {
    const step = fc.record({
      asked: fc.constantFrom(...PRIORITIES),
      spentMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5_000 })),
      isEnd: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const loop = new ManualLoop();
        const overload = new Overload(loop);
        for (const { asked, spentMs, isEnd } of steps) {
          loop.spend(spentMs);
          if (isEnd) loop.endPass();
          overload.admits(asked);
        }
        loop.endPass();
        overload.admits("claim");
        loop.spend(999);
        const floors = { claim: 7, code: 4, status: 2, download: 1 };
        for (const priority of PRIORITIES) {
          const taken = Array.from({ length: floors[priority] }, () => overload.admits(priority));
          expect(taken, priority).not.toContain(false);
        }
      }),
    );
  });
});

describe("a database that does not keep up", () => {
  test("turns downloads away first and claims last, until claims are quick again", async () => {
    const loop = new ManualLoop();
    const overload = new Overload(loop);
    const stuck = Promise.withResolvers<string>();
    const claims = Array.from({ length: 64 }, () => overload.claims.during(() => stuck.promise));
    const seen: string[] = [];
    for (let ageMs = 0; ageMs <= 2_000; ageMs += 100) {
      seen.push(takenNow(overload).join(" "));
      loop.endPass();
      loop.spend(100);
    }
    expect(seen.filter((each, index) => each !== seen[index - 1])).toEqual([
      "claim code status download",
      "claim code status",
      "claim code",
      "claim",
      "",
    ]);
    stuck.resolve("seat");
    await Promise.all(claims);
    expect(takenNow(overload)).toEqual(PRIORITIES);
  });

  test("is not told by a few claims, however old", () => {
    const loop = new ManualLoop();
    const overload = new Overload(loop);
    for (let count = 0; count < 63; count += 1) {
      void overload.claims.during(() => new Promise(() => {}));
    }
    loop.spend(60_000);
    expect(takenNow(overload)).toEqual(PRIORITIES);
  });

  test("that is slow to read holds up what is read, and no claim or code", () => {
    const loop = new ManualLoop();
    const overload = new Overload(loop);
    for (let count = 0; count < 64; count += 1) {
      void overload.reads.during(() => new Promise(() => {}));
    }
    loop.spend(1_900);
    expect(takenNow(overload)).toEqual(["claim", "code"]);
  });

  test("leaves no claim in the count, whatever became of it", async () => {
    const overload = new Overload(new ManualLoop());
    const stuck = Promise.withResolvers<string>();
    const ends = [
      overload.claims.during(() => stuck.promise),
      overload.claims.during(() => Promise.reject(new Error("refused"))),
      overload.claims.during(() => {
        throw new Error("thrown before any promise");
      }),
    ];
    expect(overload.claimCount).toBeGreaterThan(0);
    stuck.resolve("seat");
    const outcomes = await Promise.allSettled(ends);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(overload.claimCount).toBe(0);
  });
});

test("what a request may be turned away for follows from its path alone", () => {
  const event = "https://tickets.example.org/api/v1/events/boi-mela";
  const cases: readonly [url: string, priority: Priority | null][] = [
    [`${event}/registrations`, "claim"],
    [`${event}/verifications`, "claim"],
    [`${event}/codes`, "code"],
    [`${event}/proofs`, "code"],
    [`${event}/passes`, "code"],
    [event, "status"],
    [`${event}/constructor`, "status"],
    ["http://[::1]:8080/t/AAECAwQFBgcICQoLDA0ODw", "status"],
    ["http://[::1]:8080/t/AAECAwQFBgcICQoLDA0ODw/status", "status"],
    ["http://[::1]:8080/t/AAECAwQFBgcICQoLDA0ODw/tickets.pdf", "download"],
    ["http://[::1]:8080/webhooks/sms/one", "status"],
    ["http://[::1]:8080/healthz", null],
    ["http://[::1]:8080/readyz", null],
    ["http://[::1]:8080/metrics", null],
    ["http://[::1]:8080/e/boi-mela", null],
    ["http://[::1]:8080/", null],
    ["/codes", null],
  ];
  for (const [url, priority] of cases) expect(priorityOf(url), url).toBe(priority);
});
