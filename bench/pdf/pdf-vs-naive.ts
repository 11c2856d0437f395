import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { ticketCodes } from "../../src/ticket/ticket-codes.ts";
import { testKeyRing } from "../../test/ticket/make-ticket-sheet.ts";
import { TicketPress } from "../../workers/ticket-press.ts";
import { naiveTicket } from "./naive-ticket.ts";
import { ticketSheet } from "./ticket-people.ts";

export interface PdfVsNaive {
  /** Medians of all rounds. */
  readonly ticketsPerS: number;
  readonly naivePerS: number;
  readonly ratio: number;
  /** Of each round, in order. */
  readonly ratios: readonly number[];
  readonly ticketMs: readonly number[];
  readonly naiveMs: readonly number[];
  /** Of the last ticket of each kind. */
  readonly ticketBytes: number;
  readonly naiveBytes: number;
}

/** Signed three-page tickets on one core, and the same by the baseline in turn; a round takes a second. */
export async function run({ isSmoke }: { readonly isSmoke: boolean }): Promise<PdfVsNaive> {
  const rounds = isSmoke ? 2 : 9;
  const [stampedCount, naiveCount] = isSmoke ? [20, 2] : [1_000, 10];
  const stamp = stampedTickets();
  const naive = await naiveTickets();
  // Both are measured warm: parsed fonts, compiled code, and for the press its event's template.
  await stamp(isSmoke ? 20 : 2_000);
  await naive(isSmoke ? 1 : 10);
  const results = [];
  for (let round = 0; round < rounds; round += 1) {
    const [slow, fast] = [await naive(naiveCount), await stamp(stampedCount)];
    results.push({ ticketMs: fast.ms, naiveMs: slow.ms, ratio: slow.ms / fast.ms, fast, slow });
  }
  const last = results.at(-1);
  return {
    ticketsPerS: 1_000 / median(results.map(({ ticketMs }) => ticketMs)),
    naivePerS: 1_000 / median(results.map(({ naiveMs }) => naiveMs)),
    ratio: median(results.map(({ ratio }) => ratio)),
    ratios: results.map(({ ratio }) => ratio),
    ticketMs: results.map(({ ticketMs }) => ticketMs),
    naiveMs: results.map(({ naiveMs }) => naiveMs),
    ticketBytes: last?.fast.bytes ?? 0,
    naiveBytes: last?.slow.bytes ?? 0,
  };
}

/** Milliseconds for each of `count` tickets, and the bytes of the last. */
type Measure = (count: number) => Promise<{ readonly ms: number; readonly bytes: number }>;

function stampedTickets(): Measure {
  const press = new TicketPress(testKeyRing());
  return measure((ordinal) => press.print(ticketSheet(ordinal)));
}

async function naiveTickets(): Promise<Measure> {
  const ring = testKeyRing();
  const font = await readFile(fileURLToPath(import.meta.resolve(FONT)));
  return measure((ordinal) => {
    const { event, holderName, ...sheet } = ticketSheet(ordinal);
    const codes = ticketCodes({ event, holderName, ...sheet }, ring);
    const days = event.days.map(({ date }, index) => ({
      date,
      code: codes[index]?.ticketCode ?? "",
      shortCode: codes[index]?.shortCode ?? "",
    }));
    return naiveTicket({ event: event.name, venue: event.venue, name: holderName, days }, font);
  });
}

const FONT = "@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf";

function measure(make: (ordinal: number) => Promise<Uint8Array>): Measure {
  let ordinal = 0;
  return async (count) => {
    let bytes = 0;
    const start = performance.now();
    for (let index = 0; index < count; index += 1) {
      ordinal = (ordinal % ORDINAL_MAX) + 1;
      bytes = (await make(ordinal)).byteLength;
    }
    return { ms: (performance.now() - start) / count, bytes };
  };
}

/** Of a ticket code. */
const ORDINAL_MAX = 131_071;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
