import { expect, test } from "bun:test";
import type { SmsBudgetLimits } from "../../src/delivery/budget-limits.ts";
import type { SaleOut } from "../../src/delivery/checks/sale-out-check.ts";
import { checkPrice, checkRate } from "../../src/delivery/checks/sale-out-check.ts";

const NO_LIMITS: SmsBudgetLimits = {
  segmentsPerMinute: null,
  segmentsPerDay: null,
  microsPerMinute: null,
  microsPerDay: null,
};

function saleOut(changes: Partial<SaleOut> = {}): SaleOut {
  return {
    quota: 60_000,
    codesWithinMs: 480_000,
    codeSegments: 1,
    confirmationSegments: 1,
    gateways: [{ segmentsPerS: 1_000, priceMicros: 350_000 }],
    budget: NO_LIMITS,
    ...changes,
  };
}

test("codes that all go out in time are ok, with how long they take", () => {
  expect(checkRate(saleOut())).toEqual({
    kind: "ok",
    subject: "SMS rate",
    text: "60,000 codes at 1,000/s take 1 minute, with the confirmations 2 minutes",
  });
});

test("codes that would come too late are a warning that says what rate it takes", () => {
  const { kind, text } = checkRate(saleOut({ gateways: [{ segmentsPerS: 100, priceMicros: 0 }] }));
  expect(kind).toBe("warning");
  expect(text).toBe(
    "60,000 codes at 100/s take 10 minutes, with the confirmations 20 minutes, " +
      "where a code is no use after 8 minutes: ask the provider for 125/s",
  );
});

test("gateways share the load, and a second segment doubles it", () => {
  const gateways = [
    { segmentsPerS: 300, priceMicros: 0 },
    { segmentsPerS: 200, priceMicros: 0 },
  ];
  const { kind, text } = checkRate(saleOut({ quota: 10_000, gateways, codeSegments: 2 }));
  expect(kind).toBe("ok");
  expect(text).toBe(
    "10,000 codes of 2 segments at 500/s take 40 seconds, with the confirmations 1 minute",
  );
});

test("the budget of a minute holds codes up like a rate does, in segments and in money", () => {
  const bySegments = { ...NO_LIMITS, segmentsPerMinute: 6_000 };
  const byMoney = { ...NO_LIMITS, microsPerMinute: 2_100_000_000 };
  for (const budget of [bySegments, byMoney]) {
    const { kind, text } = checkRate(saleOut({ budget }));
    expect(kind).toBe("warning");
    // 80 % of a limit is the most that codes may take.
    expect(text).toStartWith("60,000 codes at 80/s take 13 minutes");
    expect(text).toEndWith(
      "the budget of a minute holds them up, which would have to allow codes 125/s",
    );
  }
});

test("a price without a budget is a warning", () => {
  const { kind, text } = checkPrice(saleOut());
  expect(kind).toBe("warning");
  expect(text).toStartWith("a sale-out of 60,000 seats takes 120,000 segments and 42,000.00");
});

test("the dearest gateway makes the price, and none at all is told", () => {
  const gateways = [
    { segmentsPerS: 1, priceMicros: 8_300 },
    { segmentsPerS: 1, priceMicros: 7_000 },
  ];
  expect(checkPrice(saleOut({ quota: 1, gateways })).text).toStartWith(
    "a sale-out of 1 seat takes 2 segments and 0.0166",
  );
  const free = [{ segmentsPerS: 1, priceMicros: 0 }];
  expect(checkPrice(saleOut({ quota: 1, gateways: free })).text).toContain("pricePerSegment");
});

test("a budget that covers codes and confirmations, each by its share, is ok", () => {
  const budget = { ...NO_LIMITS, microsPerDay: 52_500_000_000, segmentsPerDay: 150_000 };
  expect(checkPrice(saleOut({ budget })).kind).toBe("ok");
});

test("a budget that ends before the sale does is a fault that says whose share is short", () => {
  const short = (budget: Partial<SmsBudgetLimits>) =>
    checkPrice(saleOut({ budget: { ...NO_LIMITS, ...budget } }));
  const byShare = short({ segmentsPerDay: 149_999 });
  expect(byShare.kind).toBe("fault");
  expect(byShare.text).toEndWith(
    "the budget of a day allows confirmations 59,999 segments: raise it",
  );
  const byMoney = short({ microsPerDay: 21_000_000_000 });
  expect(byMoney.text).toEndWith(
    "allows codes 16,800.00, confirmations 8,400.00, all SMS 21,000.00: raise it",
  );
});
