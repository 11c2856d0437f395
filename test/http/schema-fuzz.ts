/**
 * `bun test/http/schema-fuzz.ts [STATE] [what schemathesis run takes]`: the service on a database of its own, with an
 * event in every state of a sale or in the one named, under Schemathesis (`pip install schemathesis`; 4.32 on the PATH)
 * with all its checks.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SaleDraft } from "../../src/organiser/ports.ts";
import {
  Attendee,
  phoneNumber,
  saleDraft,
  startService,
  storeEvent,
  type TestService,
} from "../support/harness.ts";
import { freshDatabase, type TestDatabase } from "../support/postgres.ts";

const HOUR_MS = 3_600_000;
/** Each registers once before it is recognised as a holder. */
const NEWCOMER_COUNT = 12;
const ABSENT_KEY = "AAECAwQFBgcICQoLDA0ODw";
/** Where a phone can be verified before the sale is filled or paused. */
const OPEN_AT_FIRST = ["open", "verifying", "full", "paused"];

/** An event for each state of a sale, named for it. */
const SALES: Readonly<Record<string, (nowMs: number) => Partial<SaleDraft>>> = {
  open: () => ({}),
  full: () => ({ quota: 1 }),
  paused: () => ({}),
  closed: (nowMs) => ({ closesAtMs: nowMs - 1_000 }),
  verifying: (nowMs) => ({ opensAtMs: nowMs + HOUR_MS, closesAtMs: nowMs + 2 * HOUR_MS }),
  scheduled: (nowMs) => ({
    verifyFromMs: nowMs + HOUR_MS,
    opensAtMs: nowMs + 2 * HOUR_MS,
    closesAtMs: nowMs + 3 * HOUR_MS,
  }),
};

/** A paused sale is a documented 503; 422 is told of values that no schema can judge. */
const CHECKS = `[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", 503]
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", 401, 403, 404, 409, 422, 429, 503]
[checks.response_schema_conformance]
validate-formats = true`;

const given = process.argv.slice(2);
const chosenEvent = Object.keys(SALES).find((slug) => slug === given[0]);
const options = chosenEvent === undefined ? given : given.slice(1);
let phoneCount = 0;
// The cluster that tests share is there as long as the process is, and the process as long as the cluster.
process.exit(await main());

async function main(): Promise<number> {
  const schemathesis = Bun.which("schemathesis");
  if (schemathesis === null) {
    process.stderr.write("schemathesis is not on the PATH: pip install schemathesis\n");
    return 1;
  }
  await using database = await freshDatabase();
  await storeEvents(database.url);
  await using service = await startService(database.url);
  const words = await knownWords(service, database);
  const folder = mkdtempSync(join(tmpdir(), "floodgate-schema-fuzz-"));
  const settings = join(folder, "schemathesis.toml");
  writeFileSync(settings, settingsText(words));
  const child = Bun.spawn(
    [schemathesis, "--config-file", settings, "run", `${service.url}/openapi.json`].concat(
      ["--checks", "all", "--generation-database", "none", "--continue-on-failure"],
      options,
    ),
    { cwd: folder, stdout: "inherit", stderr: "inherit" },
  );
  const exitCode = await child.exited;
  rmSync(folder, { recursive: true });
  return exitCode;
}

async function storeEvents(databaseUrl: string): Promise<void> {
  const nowMs = Date.now();
  for (const [slug, changes] of Object.entries(SALES)) {
    await storeEvent(databaseUrl, [saleDraft(nowMs, changes(nowMs))], slug);
  }
}

/** Values that random text would never hit: what makes a call go all the way. */
type Words = Readonly<Record<string, readonly string[]>>;

async function knownWords({ url }: TestService, { sql }: TestDatabase): Promise<Words> {
  const everyEvent = Object.keys(SALES);
  const events = everyEvent.filter((slug) => slug === chosenEvent || chosenEvent === undefined);
  const proofs = events
    .filter((slug) => OPEN_AT_FIRST.includes(slug))
    .flatMap((slug) => Array.from({ length: NEWCOMER_COUNT }, () => verification(url, slug)));
  const verifications = await Promise.all(proofs);
  const guessed = OPEN_AT_FIRST.find((slug) => events.includes(slug)) ?? "open";
  const guesser = new Attendee(url, nextPhone(), guessed);
  await guesser.askCode();
  const winner = await new Attendee(url, nextPhone(), "full").comeThrough();
  await sql`update events set is_paused = true where slug = 'paused'`;
  return {
    event: events,
    key: [String(winner.body["ticketUrl"]).split("/").at(-1) ?? "", ABSENT_KEY],
    phone: [guesser.phone, "01712 345678"],
    challenge: [guesser.challenge],
    code: [await guesser.readCode()],
    verification: verifications.length > 0 ? verifications : ["of another event"],
    name: ["Rahim Uddin", "রহিম উদ্দিন"],
    email: ["rahim@example.org"],
  };
}

async function verification(url: string, event: string): Promise<string> {
  const person = new Attendee(url, nextPhone(), event);
  await person.askCode();
  const { body } = await person.verify(await person.readCode());
  return String(body["verification"]);
}

function nextPhone(): string {
  phoneCount += 1;
  return phoneNumber(phoneCount);
}

/** Most values are known words, the rest stays random. */
function settingsText(words: Words): string {
  const dictionaries = Object.entries(words).map(
    ([name, values]) => `[dictionaries.${name}]\nvalues = ${JSON.stringify(values)}`,
  );
  const bindings = Object.keys(words).map((name) => {
    const place = name === "event" || name === "key" ? "path" : "body";
    return `"${place}.${name}" = { dictionary = "${name}", probability = 0.8 }`;
  });
  return [CHECKS, ...dictionaries, "[parameters]", ...bindings, ""].join("\n");
}
