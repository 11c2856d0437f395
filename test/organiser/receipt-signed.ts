import type { ListedSeat, Receipt, ReceiptStatement } from "../../src/organiser/receipt.ts";
import { receiptStatement, registrationLine, signReceipt } from "../../src/organiser/receipt.ts";
import type { MinuteCount, SaleTotals } from "../../src/organiser/receipt-ports.ts";
import { parseKeyRing } from "../../src/ticket/signing-key.ts";

export const OPENS_AT_MS = Date.parse("2027-01-10T04:00:00Z");
export const MINUTE_MS = 60_000;

const SEEDS = [1, 2].map(
  (version) => `${version}:${Buffer.alloc(32, version).toString("base64url")}`,
);

/** Two versions of a signing key that is nobody's. */
export const ring = (() => {
  const parsed = parseKeyRing(SEEDS.join());
  if (parsed.kind === "invalid") throw new Error(parsed.reason);
  return parsed.ring;
})();

/** So many milliseconds after the opening, with a microsecond to tell it from a rounded one. */
export function instantAt(afterMs: number): string {
  return new Date(OPENS_AT_MS + afterMs).toISOString().replace("Z", "001Z");
}

/** Seats in order of their ordinals, each so many milliseconds after the opening. */
export function makeSeats(afterMs: readonly number[]): readonly ListedSeat[] {
  return afterMs.map((ms, index) => ({
    ordinal: index + 1,
    registrationId: `01990000-0000-7000-8000-${`${index + 1}`.padStart(12, "0")}`,
    committedAt: instantAt(ms),
  }));
}

/** What a database would say of a sale with these seats. */
export function totalsOf(
  seats: readonly ListedSeat[],
  change: Partial<SaleTotals> = {},
): SaleTotals {
  const minutes = Map.groupBy(seats, ({ committedAt }) =>
    Math.floor((Date.parse(committedAt) - OPENS_AT_MS) / MINUTE_MS),
  );
  return {
    opensAtMs: OPENS_AT_MS,
    closesAtMs: OPENS_AT_MS + 720 * MINUTE_MS,
    quota: seats.length,
    seats: seats.length,
    firstSeatAt: seats.at(0)?.committedAt ?? null,
    lastSeatAt: seats.at(-1)?.committedAt ?? null,
    minutes: [...minutes].map(([minute, { length }]): MinuteCount => [minute, length]),
    listSha256: new Bun.CryptoHasher("sha256")
      .update(seats.map(registrationLine).join(""))
      .digest("hex"),
    line: null,
    ...change,
  };
}

export function statementOf(totals: SaleTotals): ReceiptStatement {
  return receiptStatement({ host: "tickets.example.org", event: "river-songs", sale: 1 }, totals);
}

export function signed(statement: ReceiptStatement): Receipt {
  return signReceipt(statement, ring.newest);
}
