import { join } from "node:path";
import type { Bench, BenchOptions, Measured } from "../harness/bench.ts";
import { Child } from "../harness/child.ts";
import { NO_EVIDENCE, ratioOf, valueOf } from "../harness/measure.ts";
import { short } from "../harness/table.ts";
import type { Pdf60k } from "./pdf-60k.ts";
import type { PdfOrder } from "./pdf-process.ts";
import type { PdfVsNaive } from "./pdf-vs-naive.ts";

/** Signed tickets of three pages on one core, beside what one gets who reaches for pdfkit and PNG barcodes. */
export const pdfVsNaive: Bench = {
  name: "pdf-vs-naive",
  unit: "tickets/s",
  bar: 60,
  goal: 100,
  direction: "higher-is-better",
  async run(options): Promise<Measured> {
    const found = await runApart<PdfVsNaive>("pdf-vs-naive", options);
    const { ticketMs, naiveMs, ticketBytes, naiveBytes } = found;
    const rounds = ticketMs.map((ms, index) => ({
      candidate: 1_000 / ms,
      baseline: 1_000 / (naiveMs[index] ?? Number.NaN),
    }));
    const notes = [`a ticket is ${short(ticketBytes)} bytes, a naive one ${short(naiveBytes)}`];
    return { ...ratioOf(rounds), ...NO_EVIDENCE, notes, details: { found } };
  },
};

/** All tickets of a sale, by the service's pool of two threads. */
export const pdf60k: Bench = {
  name: "pdf-60k",
  unit: "s",
  bar: 30,
  goal: 12,
  direction: "lower-is-better",
  async run(options): Promise<Measured> {
    const found = await runApart<Pdf60k>("pdf-60k", options);
    const { seconds, ticketCount, ticketsPerS, threadCount, bytesMean, bytesMax } = found;
    const notes = [
      `${short(ticketCount)} tickets by ${threadCount} threads, ${short(ticketsPerS)} a second`,
      `${short(bytesMean)} bytes each on average, ${short(bytesMax)} at most`,
    ];
    return { ...valueOf([seconds]), notes, details: { found } };
  },
};

const PROGRAM = join(import.meta.dir, "pdf-process.ts");

/** In a process of its own, which no other bench has warmed up or filled. */
async function runApart<Found>(name: PdfOrder["name"], { isSmoke }: BenchOptions): Promise<Found> {
  await using child = new Child(PROGRAM);
  return await child.ask<Found>({ name, isSmoke } satisfies PdfOrder);
}
