import type { Bench, BenchOptions, MeasuredRatio } from "../harness/bench.ts";
import { compare, ROUND_COUNT } from "../harness/measure.ts";
import { openVenue } from "../http/venue.ts";
import { ClaimRounds } from "./claim-rounds.ts";
import { flushNotes } from "./flush-notes.ts";
import { RowLock } from "./row-lock.ts";

/** The same registrations, held to the design everyone writes first: a row that counts down, locked by each request. */
export const claimsVsRowLock: Bench = {
  name: "claims-vs-row-lock",
  unit: "registrations/s",
  bar: 10,
  goal: 25,
  direction: "higher-is-better",
  run,
};

async function run(options: BenchOptions): Promise<MeasuredRatio> {
  await using venue = await openVenue(options);
  await using rowLock = await RowLock.start(await venue.cluster.freshDatabase(), venue.folder);
  const rounds = new ClaimRounds(venue, options);
  // The first tells how much there is to prepare, and has everything compiled.
  if (!options.isSmoke) await rounds.round();
  const measured = await compare({
    candidate: () => rounds.round(),
    baseline: () => rowLock.round(rounds.load, options),
    roundCount: options.isSmoke ? 1 : ROUND_COUNT,
  });
  await rounds.check();
  return { ...measured, notes: await flushNotes(venue.database.sql, options) };
}
