import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { Solver } from "../../src/web/proof/solver.ts";
import { alice, makeDesk, NOW_MS, solve } from "../proof/make.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

test.each([0, 1, 8, 9, 44, 54, 55, 56, 63, 64, 65, 119, 120, 128, 200])(
  "finds the number behind a salt of %d bytes, over every length of padding",
  (saltBytes) => {
    const salt = "s".repeat(saltBytes);
    for (const number of [0, 9, 10, 99, 100, 999, 1_000, 1_234]) {
      const challenge = sha256(salt + number);
      const solver = new Solver({ salt, challenge, maxnumber: 2_000 });
      expect(solver.tryNext(2_001)).toBe(number);
    }
  },
);

test("what the service gives out is solved slice by slice, with the share that was tried", () => {
  const issued = makeDesk().issue({ phone: alice, eventId: 1, hashCount: 500 }, NOW_MS);
  const solver = new Solver(issued);
  const right = solve(issued);
  let number: number | null = null;
  for (let slice = 1; number === null; slice += 1) {
    number = solver.tryNext(10);
    if (number === null) expect(solver.triedShare).toBeCloseTo((10 * slice) / 1_001, 9);
  }
  expect(number).toBe(right);
});

test("a puzzle without a solution ends", () => {
  const solver = new Solver({ salt: "s", challenge: sha256("t"), maxnumber: 100 });
  expect([solver.tryNext(1_000), solver.triedShare]).toEqual([null, 1]);
});
