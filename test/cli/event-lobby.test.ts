import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventFile, sale } from "../organiser/event-files.ts";
import type { TestDatabase } from "../support/postgres.ts";
import { freshDatabase } from "../support/postgres.ts";
import type { CommandResult } from "./run-command.ts";
import { runCommand } from "./run-command.ts";

// Each command is a process of its own, several seconds on a machine that is busy.
setDefaultTimeout(60_000);

const MINUTE_MS = 60_000;

let folder: string;
let database: TestDatabase;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "floodgate-cli-"));
  database = await freshDatabase();
});

afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function run(line: string, stdin = ""): Promise<CommandResult> {
  const environment = { DATABASE_URL: database.url, FLOODGATE_DATA: folder };
  return runCommand(line, { environment, stdin });
}

/** An event with one sale that opens in so many minutes, with a lobby from a quarter of an hour before. */
function apply(
  slug: string,
  opensInMinutes: number,
  changes: {
    readonly waitingRoom?: string;
    readonly beacon?: string;
    readonly quota?: number;
  } = {},
): Promise<CommandResult> {
  const { waitingRoom = "on", ...ofSale } = changes;
  const instant = (minutes: number) => new Date(minuteMs + minutes * MINUTE_MS).toISOString();
  const window = { opensAt: instant(opensInMinutes), closesAt: instant(opensInMinutes + 60) };
  const file = eventFile({ slug, waitingRoom, sales: [sale({ ...window, ...ofSale })] });
  return run("event apply -", JSON.stringify(file));
}

const minuteMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;

test("a waiting room is turned on and off until its lobby begins, and shows in every list", async () => {
  const beacon = "drand round 5512345";
  const applied = await apply("river-songs", 120, { beacon });
  expect(applied).toMatchObject({ exitCode: 0, stderr: "" });
  expect(applied.stdout).toMatch(/; lobby in 1 h 4\d min, drawn with drand round 5512345; 0 of /);
  expect((await run("event list")).stdout).toContain(`, drawn with ${beacon}; 0 of 60,000`);
  expect((await apply("river-songs", 120, { beacon })).stdout).toContain("is unchanged");

  const off = await apply("river-songs", 120, { waitingRoom: "off" });
  expect(off.stdout).toStartWith("river-songs is changed\n");
  expect(off.stdout).not.toContain("lobby");
});

test("once the lobby has begun the room stays as it is, and the quota may be raised", async () => {
  const applied = await apply("sea-songs", 10);
  expect(applied.stdout).toMatch(/sale 1 {2}lobby +opens .+; lobby \d min .*ago; 0 of 60,000/);
  const off = await apply("sea-songs", 10, { waitingRoom: "off" });
  expect(off.exitCode).toBe(1);
  expect(off.stderr).toBe(
    "Nothing is changed:\n- waitingRoom: must stay on; the lobby of sale 1 has begun\n",
  );
  const raised = await apply("sea-songs", 10, { quota: 60_001 });
  expect(raised.stdout).toContain("0 of 60,001 seats given out");
});
