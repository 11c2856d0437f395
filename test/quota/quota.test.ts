import { expect, test } from "bun:test";
import { decide, withSale, withSold } from "../../src/quota/quota.ts";
import { makeSale } from "../support/registration-world.ts";

const sale = makeSale({ quota: 2 });
const open = { sale, isPaused: false, sold: 0 };

test("a claim is forwarded while the sale is open and seats are left, with the instant it was taken", () => {
  expect(decide(open, sale.opensAtMs)).toEqual({ kind: "forward", takenAtMs: sale.opensAtMs });
  const last = sale.closesAtMs - 1;
  expect(decide({ ...open, sold: 1 }, last)).toEqual({ kind: "forward", takenAtMs: last });
});

test("everything else is refused with the state that says why", () => {
  const refusals = [
    decide(open, sale.verifyFromMs - 1),
    decide(open, sale.opensAtMs - 1),
    decide({ ...open, isPaused: true }, sale.opensAtMs),
    decide({ ...open, sold: 2 }, sale.opensAtMs),
    decide({ ...open, sold: 2, isPaused: true }, sale.opensAtMs),
    decide({ ...open, sold: 2 }, sale.closesAtMs),
  ];
  const states = ["scheduled", "verifying", "paused", "full", "full", "closed"] as const;
  expect(refusals).toEqual(states.map((state) => ({ kind: "refuse", state })));
});

test("seats are only ever given out: an older count changes nothing", () => {
  expect(withSold(withSold(open, 2), 1).sold).toBe(2);
  expect(() => withSold(open, -1)).toThrow();
});

test("a raised quota makes a full sale open again", () => {
  const full = { ...open, sold: 2 };
  const raised = withSale(full, { ...sale, quota: 3 }, false);
  expect(decide(raised, sale.opensAtMs).kind).toBe("forward");
  expect(() => withSale(full, makeSale({ id: 99 }), false)).toThrow();
});
