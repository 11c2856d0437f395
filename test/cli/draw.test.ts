import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from "bun:test";
import { PostgresDrawDeskStore } from "../../src/adapters/postgres/draw-desk-store.ts";
import { PostgresWaitingRoomStore } from "../../src/adapters/postgres/waiting-room-store.ts";
import type { Stores } from "../adapters/postgres/stores.ts";
import { eventDraft, openStores, saleDraft, writeEvent } from "../adapters/postgres/stores.ts";
import type { TestDatabase, TestFolder } from "../support/postgres.ts";
import { freshDatabase, freshFolder } from "../support/postgres.ts";
import type { CommandResult } from "./run-command.ts";
import { runCommand } from "./run-command.ts";

// Each command is a process of its own, several seconds on a machine that is busy.
setDefaultTimeout(60_000);

const SEED = new Uint8Array(32).fill(5);
const SEED_HASH = new Bun.CryptoHasher("sha256").update(SEED).digest("base64url");
const ROOT = new Uint8Array(32).fill(6);
const HOUR_MS = 3_600_000;

let folder: TestFolder;
let database: TestDatabase;
let stores: Stores;
let rooms: PostgresWaitingRoomStore;
let opensAtMs: number;

beforeAll(async () => {
  folder = freshFolder();
  database = await freshDatabase();
  stores = openStores(database.url);
  rooms = new PostgresWaitingRoomStore(stores.database);
});

beforeEach(async () => {
  await database.sql`truncate events, event_revisions, sales, waiting_rooms, lobby_places`;
  opensAtMs = Math.ceil(Date.now() / HOUR_MS + 1) * HOUR_MS;
  const over = { opensAtMs: opensAtMs - 9 * HOUR_MS, closesAtMs: opensAtMs - 8 * HOUR_MS };
  await writeEvent(
    stores,
    eventDraft("river-songs", {
      sales: [
        saleDraft({ ...over, verifyFromMs: over.opensAtMs }),
        saleDraft({
          number: 2,
          verifyFromMs: opensAtMs,
          opensAtMs,
          closesAtMs: opensAtMs + HOUR_MS,
        }),
      ],
    }),
  );
});

afterAll(async () => {
  await stores[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  folder.release();
});

function draw(line: string): Promise<CommandResult> {
  const environment = { DATABASE_URL: database.url, FLOODGATE_DATA: folder.path };
  return runCommand(`draw ${line}`.trim(), { environment });
}

/** The waiting room of sale 2, as the organiser's file and its service make it. */
async function openRoom(beacon: string | null): Promise<number> {
  const [sale] = await database.sql<[{ id: number }]>`
    update sales set lobby_from = opens_at - interval '15 minutes', beacon = ${beacon}
    where number = 2 returning id`;
  await rooms.open(sale.id, SEED);
  return sale.id;
}

async function closedRoom(beacon: string | null): Promise<number> {
  const saleId = await openRoom(beacon);
  await rooms.close(saleId);
  await rooms.setRoot(saleId, ROOT);
  return saleId;
}

function told() {
  return database.sql`select beacon_value as value, beacon_missing as missing from waiting_rooms`;
}

describe("draw status", () => {
  test("tells how far the draw has come, and never the seed before it", async () => {
    const saleId = await openRoom("drand round 7");
    await rooms.join(saleId, [
      { passId: new Uint8Array(16).fill(1), isVerified: true },
      { passId: new Uint8Array(16).fill(2), isVerified: false },
    ]);
    const { exitCode, stdout, stderr } = await draw("status river-songs");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout.split("\n")).toEqual([
      `river-songs, sale 2, opens ${new Date(opensAtMs).toISOString()}`,
      "lobby      2 people, 1 verified",
      `list       open until ${new Date(opensAtMs - 120_000).toISOString()}`,
      `seed hash  ${SEED_HASH}`,
      "root       once the list is closed",
      "beacon     drand round 7: not told yet",
      "drawn      not yet",
      "",
    ]);

    await rooms.close(saleId);
    await rooms.setRoot(saleId, ROOT);
    await draw("beacon river-songs 8f3a11c0");
    const { drawnAtMs } = await rooms.setDrawn(saleId);
    const lines = (await draw("status river-songs")).stdout.split("\n");
    expect(lines[2]).toMatch(/^list {7}closed 2\d{3}-.+Z$/);
    expect(lines.slice(4, 7)).toEqual([
      `root       ${Buffer.from(ROOT).toString("base64url")}`,
      "beacon     drand round 7: 8f3a11c0",
      `drawn      ${new Date(drawnAtMs ?? 0).toISOString()}`,
    ]);
  });
});

describe("draw beacon", () => {
  test("tells the value exactly, once: a second word of any kind changes nothing", async () => {
    await closedRoom("drand round 7");
    expect(await draw("beacon river-songs 8f3a11c0")).toEqual({
      exitCode: 0,
      stdout: "the beacon is told\n",
      stderr: "",
    });
    for (const words of ["beacon river-songs 8f3a11c1", "without-beacon river-songs away"]) {
      const { exitCode, stderr } = await draw(words);
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: "The beacon was told already.\n",
      });
    }
    expect(Array.from(await told())).toEqual([{ value: "8f3a11c0", missing: null }]);
  });

  test("says why it is missing, once", async () => {
    await closedRoom("drand round 7");
    const { stdout } = await draw("without-beacon river-songs drand-is-away");
    expect(stdout).toBe("it is drawn without the beacon\n");
    expect((await draw("beacon river-songs 8f3a11c0")).stderr).toBe(
      "It is drawn without the beacon, as was said already.\n",
    );
    expect(Array.from(await told())).toEqual([{ value: null, missing: "drand-is-away" }]);
  });

  test("is refused while the list is open or has no root: its value would come before the list", async () => {
    const saleId = await openRoom("drand round 7");
    const closing = new Date(opensAtMs - 120_000).toISOString();
    const refusal = async () => (await draw("beacon river-songs 8f3a11c0")).stderr;
    expect(await refusal()).toBe(`The list is open until ${closing}.\n`);
    await rooms.close(saleId);
    expect(await refusal()).toBe("The list has no root yet: try again in a moment.\n");
    expect(Array.from(await told())).toEqual([{ value: null, missing: null }]);
  });

  test("is refused where no beacon was named, and once places are drawn", async () => {
    const saleId = await closedRoom(null);
    const refusal = async () => (await draw("beacon river-songs 8f3a11c0")).stderr;
    expect(await refusal()).toBe("Sale 2 is drawn without a beacon.\n");
    await database.sql`update sales set beacon = 'drand round 7' where id = ${saleId}`;
    await rooms.setDrawn(saleId);
    expect(await refusal()).toBe("The places are drawn.\n");
    expect(Array.from(await told())).toEqual([{ value: null, missing: null }]);
  });

  test("is refused of an event, a sale or a room that is not there", async () => {
    const refusal = async (slug: string) => await draw(`beacon ${slug} 8f3a11c0`);
    expect((await refusal("sea-songs")).stderr).toBe("There is no event sea-songs.\n");
    expect((await refusal("river-songs")).stderr).toBe("Sale 2 has no waiting room.\n");
    await openRoom("drand round 7");
    await database.sql`truncate waiting_rooms`;
    expect((await refusal("river-songs")).stderr).toBe(
      "No server has opened the waiting room of sale 2 yet.\n",
    );
    await database.sql`
      update sales set opens_at = opens_at - interval '3 hours', lobby_from = null,
        verify_from = verify_from - interval '3 hours', closes_at = closes_at - interval '3 hours'`;
    expect(await refusal("river-songs")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "Every sale of river-songs is over.\n",
    });
  });
});

test("of two operators who speak at once one is heard, whatever each had read", async () => {
  const saleId = await closedRoom("drand round 7");
  const desk = new PostgresDrawDeskStore(stores.database);
  const words = ["a", "b", "c", "d"].map((text) => ({ kind: "value", text }) as const);
  const heard = await Promise.all(words.map((word) => desk.tellBeacon(saleId, word)));
  expect(heard.filter(Boolean)).toHaveLength(1);
  const [word] = await told();
  expect(word?.["value"]).toBe(words[heard.indexOf(true)]?.text);
});

test("an operator is not heard before the root, nor after the draw, whatever they had read", async () => {
  const saleId = await openRoom("drand round 7");
  const desk = new PostgresDrawDeskStore(stores.database);
  const tell = () => desk.tellBeacon(saleId, { kind: "missing", text: "away" });
  expect(await tell()).toBe(false);
  await rooms.close(saleId);
  expect(await tell()).toBe(false);
  await rooms.setRoot(saleId, ROOT);
  await rooms.setDrawn(saleId);
  expect(await tell()).toBe(false);
  expect(Array.from(await told())).toEqual([{ value: null, missing: null }]);
});

test("words it does not know are answered with the usage and 2", async () => {
  const lines = [
    "",
    "status",
    "status river-songs now",
    "beacon river-songs",
    "beacon river-songs two words",
    "beacon river-songs ",
    "toss river-songs coin",
  ];
  const results = await Promise.all(lines.map((line) => draw(line)));
  for (const [index, { exitCode, stdout, stderr }] of results.entries()) {
    const line = lines[index];
    expect({ line, exitCode, stdout }).toEqual({ line, exitCode: 2, stdout: "" });
    expect(stderr).toContain("\n\nbun run draw status EVENT");
  }
});
