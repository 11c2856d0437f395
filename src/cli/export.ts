import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { PostgresEventStore } from "../adapters/postgres/event-store.ts";
import { PostgresOrganiserStore } from "../adapters/postgres/organiser-store.ts";
import { exportCsv } from "../organiser/export.ts";
import type { CommandContext } from "./command.ts";
import { RefusedError, runCommand, UsageError } from "./command.ts";
import { openDatabase } from "./database.ts";

const USAGE = `bun run export EVENT    every registration as CSV on standard output, in the order of the commits

Progress goes to standard error. A cell that a spreadsheet would take for a formula begins with an apostrophe,
phone numbers included. To a file: bun run export EVENT > registrations.csv
`;

await runCommand({
  usage: USAGE,
  async run(words, context) {
    const [slug, ...rest] = words;
    if (slug === undefined || rest.length > 0) throw new UsageError("Name one event.");
    await exportEvent(slug, context);
  },
});

async function exportEvent(slug: string, { config, signal }: CommandContext): Promise<void> {
  await using opened = await openDatabase(config);
  const events = await new PostgresEventStore(opened.database).loadEvents();
  const found = events.find(({ event }) => event.slug === slug);
  if (found === undefined) throw new RefusedError(`There is no event ${slug}.`);

  const store = new PostgresOrganiserStore(opened.database);
  const total = await store.countRegistrations(found.event.id);
  const progress = tellProgress(total);
  const chunks = exportCsv(store.exportRegistrations(found.event.id), progress);
  try {
    await pipeline(Readable.from(chunks, { highWaterMark: 1 }), process.stdout, {
      end: false,
      signal,
    });
  } catch (error) {
    // A reader that has seen enough, as `head` has, is no failure.
    if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) throw error;
  }
}

/** One line for each tenth of the rows; people may register meanwhile, so there can be more than were counted. */
function tellProgress(total: number): (rowCount: number) => void {
  let toldTenths = 0;
  return (rowCount) => {
    const tenths = Math.floor((10 * rowCount) / Math.max(total, 1));
    if (tenths <= toldTenths) return;
    toldTenths = tenths;
    const [done, all] = [rowCount.toLocaleString("en"), total.toLocaleString("en")];
    process.stderr.write(`${done} of ${all} registrations exported\n`);
  };
}
