import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from "bun:test";
import { sleep, systemClock } from "../../src/actor/clock.ts";
import { PostgresModeStore } from "../../src/adapters/postgres/mode-store.ts";
import type { ToldMode } from "../../src/mode/ports.ts";
import type { SaleDraft } from "../../src/organiser/ports.ts";
import type { Stores } from "../adapters/postgres/stores.ts";
import { eventDraft, openStores, saleDraft, writeEvent } from "../adapters/postgres/stores.ts";
import type { TestDatabase, TestFolder } from "../support/postgres.ts";
import { freshDatabase, freshFolder } from "../support/postgres.ts";
import { runCommand } from "./run-command.ts";

// Each command is a process of its own, several seconds on a machine that is busy.
setDefaultTimeout(60_000);

const HOUR_MS = 3_600_000;
let folder: TestFolder;
let database: TestDatabase;
let stores: Stores;
let mode: PostgresModeStore;

beforeAll(async () => {
  folder = freshFolder();
  database = await freshDatabase();
  stores = openStores(database.url);
  mode = new PostgresModeStore(stores.database);
});

beforeEach(async () => {
  await database.sql`truncate events cascade`;
  await database.sql`
    update service_mode
    set level = default, cause = default, since = default, seen_at = default, held_level = null`;
});

afterAll(async () => {
  await stores[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  folder.release();
});

function run(words: string) {
  const environment = { DATABASE_URL: database.url, FLOODGATE_DATA: folder.path };
  return runCommand(`mode ${words}`.trim(), { environment });
}

/** Open for two hours, an hour of them past; or shifted by as many hours. */
function sale({ shiftH = 0, ...change }: { readonly shiftH?: number } & Partial<SaleDraft> = {}) {
  const opensAtMs = Date.now() + (shiftH - 1) * HOUR_MS;
  const instants = { verifyFromMs: opensAtMs, opensAtMs, closesAtMs: opensAtMs + 2 * HOUR_MS };
  return saleDraft({ ...instants, ...change });
}

/** Tells the same again and again, as a service does. */
function runService(told: ToldMode) {
  let isStopped = false;
  const done = (async () => {
    while (!isStopped) await Promise.all([mode.tell(told), sleep(systemClock, 100)]);
  })();
  return {
    stop() {
      isStopped = true;
      return done;
    },
  };
}

async function told(): Promise<readonly string[]> {
  const { exitCode, stdout, stderr } = await run("");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout.split("\n");
}

describe("mode", () => {
  test("tells every event's sale and state: the current one, or the last where all are over", async () => {
    const write = (slug: string, sales: readonly SaleDraft[]) =>
      writeEvent(stores, eventDraft(slug, { sales }));
    await write("ahead", [sale({ shiftH: 24 })]);
    await write("closed", [sale({ shiftH: -48 }), sale({ number: 2, shiftH: -24 })]);
    await write("full", [sale({ quota: 1 })]);
    await write("gathering", [sale({ shiftH: 2, lobby: { fromMs: Date.now() - HOUR_MS } })]);
    await write("open", [
      sale({ shiftH: -24 }),
      sale({ number: 2 }),
      sale({ number: 3, shiftH: 24 }),
    ]);
    await write("paused", [sale()]);
    await write("proving", [sale({ shiftH: 24, verifyFromMs: Date.now() - HOUR_MS })]);
    await database.sql`update events set is_paused = true where slug = 'paused'`;
    await database.sql`
      update sales set sold = 1 where event_id in (select id from events where slug = 'full')`;
    expect((await told()).slice(0, 9)).toEqual([
      "event      sale  state",
      "ahead         1  scheduled",
      "closed        2  closed",
      "full          1  full",
      "gathering     1  lobby",
      "open          2  open",
      "paused        1  paused",
      "proving       1  verifying",
      "",
    ]);
  });

  test("tells that no service was ever seen, and what each level would do", async () => {
    expect(await told()).toEqual([
      "no events yet",
      "",
      "no service seen yet",
      "it moves by itself",
      "",
      "level  measure                                in force",
      "    1  pages that wait ask every 10 s         no",
      "    2  proofs-of-work are harder              no",
      "    3  mails wait                             no",
      "    4  no PDFs are drawn for mails            no",
      "    5  new verifications are put off          no",
      "    6  people are let in at 25 % of the pace  no",
      "",
    ]);
  });

  test("tells how far the service has climbed, when, why, and what is in force", async () => {
    const cause = "event loop late by 83 ms at p90, line 50 ms";
    const service = runService({ level: 3, cause, sinceMs: Date.now() - 200_000 });
    const lines = await told();
    await service.stop();
    expect(lines[2]).toMatch(/^level 3 of 6, reached [34] min( \d+ s)? ago: /);
    expect(lines[2]).toEndWith(cause);
    expect(lines[3]).toMatch(/^service last seen: (now|[1-5] s ago)$/);
    expect(lines.slice(7, 11)).toEqual([
      "    1  pages that wait ask every 20 s         yes",
      "    2  proofs-of-work are harder              yes",
      "    3  mails wait                             yes",
      "    4  no PDFs are drawn for mails            no",
    ]);
  });

  test("tells for how long no service has been seen", async () => {
    await mode.tell({ level: 1, cause: "all was calm for a while", sinceMs: Date.now() });
    await database.sql`update service_mode set seen_at = now() - interval '2 hours'`;
    expect((await told())[3]).toMatch(
      /^no service seen for 2 h( \d+ min)?: this is what it said last$/,
    );
  });
});

test("a level is held, and released", async () => {
  expect(await run("hold 2")).toEqual({ exitCode: 0, stdout: "held at level 2\n", stderr: "" });
  expect((await mode.read()).heldLevel).toBe(2);
  expect(await told()).toContain("an operator holds it at level 2");
  expect(await run("release")).toEqual({ exitCode: 0, stdout: "released\n", stderr: "" });
  expect((await mode.read()).heldLevel).toBeNull();
});

describe("words it does not know", () => {
  const HOLD = "Say at which level to hold it, from 0 to 6.";
  test.each([
    ["hold", HOLD],
    ["hold 7", HOLD],
    ["hold 1.5", HOLD],
    ["hold three", HOLD],
    ["hold 1 2", HOLD],
    ["release now", "Say release, and nothing more."],
    ["climb", 'There is no "mode climb".'],
  ])("mode %s: one sentence, the usage, and nothing is changed", async (words, sentence) => {
    const { exitCode, stdout, stderr } = await run(words);
    const [first, second, usage] = stderr.split("\n");
    expect({ exitCode, stdout, first, second }).toEqual({
      exitCode: 2,
      stdout: "",
      first: sentence,
      second: "",
    });
    expect(usage).toStartWith("bun run mode ");
    expect((await mode.read()).heldLevel).toBeNull();
  });
});
