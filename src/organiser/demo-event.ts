import type { EventDraft, SaleDraft } from "./ports.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TIME_ZONE = "Asia/Dhaka";
const DAYS_AHEAD = 61;
const SALE_COUNT = 5;

/**
 * The event of a first start: five sales of 60,000 on five days, the first open since the last full hour, for
 * three evenings two months ahead. A sale closes when the verification for the next one begins, an hour before
 * it opens.
 */
export function demoEvent(nowMs: number): EventDraft {
  const firstOpensAtMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const today = Temporal.Instant.fromEpochMilliseconds(firstOpensAtMs)
    .toZonedDateTimeISO(TIME_ZONE)
    .toPlainDate();
  return {
    slug: "baul-by-the-river",
    proof: "off",
    details: {
      name: "Baul by the River",
      venue: "Rabindra Sarobar Open Air Stage, Dhanmondi, Dhaka",
      description:
        "Three evenings of Baul and Bhatiyali songs on the water, with singers from Kushtia, Sylhet and Birbhum. Admission is free; every seat needs a ticket.",
      timeZone: TIME_ZONE,
      days: [0, 1, 2].map((index) => ({
        day: index + 1,
        date: today.add({ days: DAYS_AHEAD + index }).toString(),
        doorsAt: "16:00",
      })),
    },
    sales: Array.from({ length: SALE_COUNT }, (_, index): SaleDraft => {
      const opensAtMs = firstOpensAtMs + index * DAY_MS;
      return {
        number: index + 1,
        verifyFromMs: opensAtMs - HOUR_MS,
        opensAtMs,
        closesAtMs: opensAtMs + DAY_MS - HOUR_MS,
        quota: 60_000,
      };
    }),
  };
}
