import { readFile } from "node:fs/promises";
import { systemClock } from "../actor/clock.ts";
import { generatedSecrets } from "../adapters/files/generated-secrets.ts";
import type { Database } from "../adapters/postgres/client.ts";
import { PostgresEventStore } from "../adapters/postgres/event-store.ts";
import { PostgresOrganiserStore } from "../adapters/postgres/organiser-store.ts";
import type { Config } from "../config.ts";
import { decideChange, decidePause } from "../organiser/event-change.ts";
import { readEventFile } from "../organiser/event-file.ts";
import { openingLines } from "../organiser/opening-lines.ts";
import type { EventChange, EventDecision, EventDraft } from "../organiser/ports.ts";
import type { EventSnapshot } from "../sale/ports.ts";
import { parseKeyRing } from "../ticket/signing-key.ts";
import { RefusedError, runCommand, UsageError } from "./command.ts";
import type { CommandDatabase } from "./database.ts";
import { openDatabase } from "./database.ts";

const USAGE = `bun run event apply FILE     create an event, or change it, from a JSON file (- reads standard input)
bun run event pause EVENT    give out no codes and no seats until resumed
bun run event resume EVENT
bun run event list           every sale, its state and when it opens

A running server follows within a second.
`;

await runCommand({
  usage: USAGE,
  async run(words, { config }) {
    const [verb, subject, ...rest] = words;
    if (rest.length > 0) throw new UsageError("There are too many words.");
    if (verb === "list" && subject === undefined) return list(config);
    if (subject === undefined) throw new UsageError("There are too few words.");
    if (verb === "apply") return apply(config, subject);
    if (verb === "pause") return pause(config, subject, true);
    if (verb === "resume") return pause(config, subject, false);
    throw new UsageError(`There is no "event ${verb}".`);
  },
});

async function list(config: Config): Promise<void> {
  await using opened = await openDatabase(config);
  await printOpenings(opened.database, null);
}

async function apply(config: Config, path: string): Promise<void> {
  const draft = await readDraft(path);
  await using opened = await openDatabase(config);
  const decide = (current: EventSnapshot | null) =>
    decideChange(current, draft, systemClock.nowMs());
  const change = await changeEvent(opened, { config, slug: draft.slug, decide });
  print(`${draft.slug} is ${change.kind}`);
  await printOpenings(opened.database, draft.slug);
}

async function pause(config: Config, slug: string, isPaused: boolean): Promise<void> {
  await using opened = await openDatabase(config);
  const decide = (current: EventSnapshot | null) => decidePause(current, { slug, isPaused });
  await changeEvent(opened, { config, slug, decide });
  print(`${slug} ${isPaused ? "is paused" : "runs"}`);
}

async function changeEvent(
  { database }: CommandDatabase,
  wanted: {
    readonly config: Config;
    readonly slug: string;
    readonly decide: (current: EventSnapshot | null) => EventDecision;
  },
): Promise<EventChange> {
  const frozen = await frozenWithNew(wanted.config);
  const store = new PostgresOrganiserStore(database);
  const change = await store.changeEvent(wanted.slug, frozen, wanted.decide);
  if (change.kind === "refused") throw new RefusedError("Nothing is changed:", change.faults);
  return change;
}

async function readDraft(path: string): Promise<EventDraft> {
  const text = path === "-" ? await Bun.stdin.text() : await readText(path);
  const file = readEventFile(parseJson(text, path));
  if (file.kind === "draft") return file.draft;
  throw new RefusedError(`${path} cannot be applied:`, file.faults);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new RefusedError(`${path} cannot be read: ${messageOf(error)}`);
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    // Editors on Windows begin a file with a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new RefusedError(`${path} is not JSON: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a new event's tickets will carry for good: the public host and the newest key's version. */
async function frozenWithNew({ publicUrl, secrets, dataFolder }: Config) {
  const { ticketKeys } = secrets.kind === "given" ? secrets : await generatedSecrets(dataFolder);
  const parsed = parseKeyRing(ticketKeys);
  if (parsed.kind === "invalid") throw new RefusedError(parsed.reason);
  return { host: new URL(publicUrl).host, keyId: parsed.ring.newest.version };
}

async function printOpenings(database: Database, slug: string | null): Promise<void> {
  const events = await new PostgresEventStore(database).loadEvents();
  const told = events.filter(({ event }) => slug === null || event.slug === slug);
  for (const line of openingLines(told, systemClock.nowMs())) print(line);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
