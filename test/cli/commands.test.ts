import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventFile, sale } from "../organiser/event-files.ts";
import type { TestDatabase } from "../support/postgres.ts";
import { freshDatabase } from "../support/postgres.ts";
import type { CommandResult } from "./run-command.ts";
import { runCommand, spawnCommand } from "./run-command.ts";

// Each command is a process of its own, several seconds on a machine that is busy.
setDefaultTimeout(60_000);

let folder: string;
let database: TestDatabase;
let environment: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "floodgate-cli-"));
});

afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  await database?.[Symbol.asyncDispose]();
  database = await freshDatabase();
  environment = { DATABASE_URL: database.url, FLOODGATE_DATA: folder };
});

afterAll(() => database[Symbol.asyncDispose]());

function run(line: string, stdin = ""): Promise<CommandResult> {
  return runCommand(line, { environment, stdin });
}

function apply(changes: Record<string, unknown> = {}): Promise<CommandResult> {
  return run("event apply -", JSON.stringify(eventFile(changes)));
}

/** Seats of one sale, committed a microsecond apart from the given microsecond of the year 2027 on. */
async function giveSeats(
  saleNumber: number,
  { count, fromMicrosecond }: { readonly count: number; readonly fromMicrosecond: number },
): Promise<void> {
  await database.sql`
    insert into registrations (
      id, ticket_key, committed_at, phone, event_id, sale_id, ordinal, event_revision,
      template_version, name, email, locale
    )
    select gen_random_uuid(), gen_random_uuid(),
      '2027-01-01T00:00:00Z'::timestamptz + (${fromMicrosecond}::int + n) * interval '1 microsecond',
      8801000000000 + s.number * 10000000 + n, s.event_id, s.id, n, 1, 1,
      '=HYPERLINK("https://evil.example")', 'someone@example.org', 'bn'
    from sales s, generate_series(1, ${count}::int) n
    where s.number = ${saleNumber}`;
  await database.sql`update sales set sold = ${count} where number = ${saleNumber}`;
}

describe("event", () => {
  test("apply makes an event, and list and apply tell its openings", async () => {
    expect((await run("event list")).stdout).toStartWith("no events yet");

    const path = join(folder, "river.json");
    await writeFile(path, `\uFEFF${JSON.stringify(eventFile())}`);
    const applied = await run(`event apply ${path}`);
    expect(applied).toMatchObject({ exitCode: 0, stderr: "" });
    expect(applied.stdout).toStartWith("river-songs is created\nriver-songs: River Songs");

    const { stdout } = await run("event list");
    const [, first, second] = stdout.split("\n");
    expect(first).toContain(
      "opens Sun 2027-01-10 09:00:00 UTC = Sun 2027-01-10 10:00:00 +01:00 Europe/Berlin = ",
    );
    expect(second).toContain("sale 2 ");
    expect(applied.stdout).toContain(`${second?.slice(0, 60)}`);
  });

  test("apply again changes what differs, and says when nothing does", async () => {
    await apply();
    expect((await apply()).stdout).toStartWith("river-songs is unchanged");
    const changed = await apply({ name: "Sea Songs", sales: [sale({ quota: 7 })] });
    expect(changed.stdout).toStartWith("river-songs is changed\nriver-songs: Sea Songs");
    expect(await database.sql`select number, quota from sales`).toEqual([
      { number: 1, quota: 7 },
    ] as never);
  });

  test("apply tells every fault of a file and writes nothing", async () => {
    const { exitCode, stdout, stderr } = await apply({ nmae: "x", sales: [sale({ quota: 0 })] });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toBe(
      [
        "- cannot be applied:",
        "- nmae: no such key; did you mean name?",
        "- sales[0].quota: must be a whole number from 1 to 131071",
        "",
      ].join("\n"),
    );
    expect((await run("event list")).stdout).toStartWith("no events yet");
  });

  test("apply says of a file that is no JSON, or is not there, that it is so", async () => {
    expect((await run("event apply -", "{slug")).stderr).toStartWith("- is not JSON: ");
    const absent = await run("event apply /nowhere.json");
    expect(absent.exitCode).toBe(1);
    expect(absent.stderr).toStartWith("/nowhere.json cannot be read: ");
  });

  test("apply refuses what would break sold tickets, and grants a greater quota", async () => {
    await apply();
    await giveSeats(1, { count: 30, fromMicrosecond: 0 });
    const refused = await apply({ sales: [sale({ quota: 29 })], timeZone: "Europe/Paris" });
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toBe(
      [
        "Nothing is changed:",
        "- timeZone: must stay Europe/Berlin, in which sold tickets are dated",
        "- sales[0].quota: must not be below what is sold; 30 seats of sale 1 are given out",
        "",
      ].join("\n"),
    );
    const granted = await apply({ sales: [sale({ quota: 131_071 })] });
    expect(granted.exitCode).toBe(0);
    expect(granted.stdout).toContain("30 of 131,071 seats given out");
  });

  test("pause and resume set the stored flag of an event there is", async () => {
    const isPaused = async () => (await database.sql`select is_paused from events`.values()).flat();
    await apply();
    expect((await run("event pause river-songs")).stdout).toBe("river-songs is paused\n");
    expect(await isPaused()).toEqual([true]);
    expect((await run("event resume river-songs")).stdout).toBe("river-songs runs\n");
    expect(await isPaused()).toEqual([false]);

    const { exitCode, stderr } = await run("event pause sea-songs");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("there is no event sea-songs");
  });
});

describe("export", () => {
  test("sorts by the exact instant of the commit, whatever the sale", async () => {
    await apply();
    await giveSeats(2, { count: 6_000, fromMicrosecond: 0 });
    await giveSeats(1, { count: 6_000, fromMicrosecond: 3_000 });
    const { exitCode, stdout, stderr } = await run("export river-songs");
    expect(exitCode).toBe(0);

    const [header, ...rows] = stdout.trimEnd().split("\r\n");
    expect(header).toStartWith("committed_at,sale,ordinal,");
    const cells = rows.map((row) => row.split(","));
    const places = cells.map(([at = "", saleNumber = "", ordinal = ""]) =>
      [at, saleNumber, ordinal.padStart(6, "0")].join(" "),
    );
    expect(places).toHaveLength(12_000);
    expect(places).toEqual(places.toSorted());
    expect(cells[0]?.slice(0, 3)).toEqual(["2027-01-01T00:00:00.000001Z", "2", "1"]);
    expect(cells.at(-1)?.slice(0, 3)).toEqual(["2027-01-01T00:00:00.009000Z", "1", "6000"]);
    expect(rows[0]).toContain(
      `,"'=HYPERLINK(""https://evil.example"")",'+8801020000001,someone@example.org,bn,`,
    );
    expect(stderr.trimEnd().split("\n").at(-1)).toBe("12,000 of 12,000 registrations exported");
  });

  test("ends quietly when its reader has seen enough", async () => {
    await apply();
    await giveSeats(1, { count: 12_000, fromMicrosecond: 0 });
    const process = spawnCommand("export river-songs", { environment });
    const reader = process.stdout.getReader();
    expect((await reader.read()).done).toBe(false);
    await reader.cancel();
    const stderr = await new Response(process.stderr).text();
    expect(await process.exited).toBe(0);
    expect(stderr).not.toMatch(/EPIPE|rror/);
  });

  test("of no one is a header, and of no event a refusal", async () => {
    await apply();
    expect((await run("export river-songs")).stdout.split("\r\n")).toHaveLength(2);
    expect(await run("export sea-songs")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "There is no event sea-songs.\n",
    });
  });
});

test("delivery pauses and resumes one channel", async () => {
  const paused = () => database.sql`select name from lanes where is_paused`.values();
  expect((await run("delivery pause sms")).stdout).toBe("sms paused\n");
  expect([...(await paused())]).toEqual([["confirmation-sms"]]);
  await run("delivery pause mail");
  expect((await run("delivery resume sms")).stdout).toBe("sms resumed\n");
  expect([...(await paused())]).toEqual([["mail"]]);
});

describe("every command", () => {
  test("answers words it does not know with its usage and exit code 2", async () => {
    const lines = [
      "event",
      "event apply",
      "event list all",
      "event remove river-songs",
      "event list --fast",
      "export",
      "delivery stop sms",
      "delivery pause letters",
    ];
    const results = await Promise.all(lines.map((line) => run(line)));
    for (const [index, { exitCode, stdout, stderr }] of results.entries()) {
      expect({ line: lines[index], exitCode, stdout }).toEqual({
        line: lines[index],
        exitCode: 2,
        stdout: "",
      });
      expect(stderr).toContain("\n\nbun run ");
    }
  });

  test("tells its usage when asked, whatever the settings", async () => {
    for (const name of ["event", "export", "delivery"]) {
      const { exitCode, stdout } = await runCommand(`${name} --help`, {
        environment: { DATABASE_URL: "not a database" },
      });
      expect(exitCode).toBe(0);
      expect(stdout).toStartWith(`bun run ${name} `);
    }
  });

  test("says in a sentence that the settings or the database cannot be used", async () => {
    environment["DATABASE_URL"] = "not a database";
    expect(await run("event list")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("- DATABASE_URL is not"),
    });
    environment["DATABASE_URL"] = database.url.replace(/:\d+\//, ":1/");
    expect(await run("event list")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^The database cannot be used \(ECONNREFUSED\): .*\n$/),
    });
  });
});
