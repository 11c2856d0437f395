import type { Bench, BenchOptions, MeasuredRatio } from "../harness/bench.ts";
import { compare, type Go, ROUND_COUNT } from "../harness/measure.ts";
import { bombard, requireFlawless } from "../harness/throughput.ts";
import { RawEcho } from "../http/raw-echo.ts";
import { openVenue } from "../http/venue.ts";
import { ClaimRounds } from "./claim-rounds.ts";
import { flushNotes } from "./flush-notes.ts";

/** Code checked, committed and flushed, outbox written: held to what Bun makes of the same bytes when it only parses them. */
export const claimsVsEcho: Bench = {
  name: "claims-vs-echo",
  unit: "registrations/s",
  bar: 0.15,
  goal: 0.25,
  direction: "higher-is-better",
  run,
};

async function run(options: BenchOptions): Promise<MeasuredRatio> {
  await using venue = await openVenue(options);
  await using echo = await RawEcho.start();
  const rounds = new ClaimRounds(venue, options);
  // The first tells how much there is to prepare, and has everything compiled.
  if (!options.isSmoke) await rounds.round();
  const measured = await compare({
    candidate: () => rounds.round(),
    baseline: () => bombardEcho(echo.url, rounds, options),
    roundCount: options.isSmoke ? 1 : ROUND_COUNT,
  });
  await rounds.check();
  return { ...measured, notes: await flushNotes(venue.database.sql, options) };
}

/** The bytes of the claims, again and again. */
async function bombardEcho(
  url: string,
  { load, requestFile }: ClaimRounds,
  { isSmoke }: Pick<BenchOptions, "isSmoke">,
): Promise<Go> {
  const { connectionCount, durationS } = load;
  const throughput = await bombard({
    url,
    connectionCount,
    durationS: isSmoke ? 1 : durationS,
    requestFile,
    lines: "again",
  });
  requireFlawless(throughput);
  return { figure: throughput.requestsPerS, processor: null };
}
