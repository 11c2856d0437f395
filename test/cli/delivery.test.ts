import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from "bun:test";
import { PostgresSuppressionStore } from "../../src/adapters/postgres/report-store.ts";
import type { Email } from "../../src/attendee/email.ts";
import type { Stores } from "../adapters/postgres/stores.ts";
import { createSale, openStores } from "../adapters/postgres/stores.ts";
import { candidates } from "../contract/registration-store.contract.ts";
import type { TestDatabase, TestFolder } from "../support/postgres.ts";
import { freshDatabase, freshFolder } from "../support/postgres.ts";
import { runCommand } from "./run-command.ts";

// Each command is a process of its own, several seconds on a machine that is busy.
setDefaultTimeout(60_000);

const ADDRESS = "Rahim.Uddin@example.org" as Email;

let folder: TestFolder;
let database: TestDatabase;
let stores: Stores;

beforeAll(async () => {
  folder = freshFolder();
  database = await freshDatabase();
  stores = openStores(database.url);
});

beforeEach(async () => {
  await database.sql`truncate outbox, registrations, mail_suppressions, sms_blocks`;
  await database.sql`update lanes set is_paused = false`;
});

afterAll(async () => {
  await stores[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  folder.release();
});

function run(words: string) {
  const environment = { DATABASE_URL: database.url, FLOODGATE_DATA: folder.path };
  return runCommand(`delivery ${words}`.trim(), { environment });
}

/** Registrations of whose mails one failed and one was sent just now. */
async function register(count: number): Promise<void> {
  const { saleId } = await createSale(stores, count);
  await stores.registrations.commitBatch(saleId, candidates(count));
  const items = await stores.outbox.claim("mail", { countMax: 2, leaseMs: 180_000 });
  await stores.outbox.settle(
    "mail",
    items.map((item, index) => ({
      item,
      result: index === 0 ? { kind: "failed", reason: "x" } : { kind: "sent", providerId: "m/1" },
    })),
  );
}

describe("status", () => {
  test("tells how each lane stands, the budget and the suppressed, under their headings", async () => {
    await register(1_200);
    await run("pause sms");
    await database.sql`
      insert into sms_blocks (share, segments, micros) values ('codes', 1200, 420000000)`;
    const { exitCode, stdout, stderr } = await run("");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const lines = stdout.replace(/(\d+ s ago|now)$/gm, "N s ago").split("\n");
    expect(lines).toEqual([
      "lane   state    waiting    due  sent  delivered  failed  unknown  last minute  oldest waiting",
      "codes  running",
      "sms    paused     1,200  1,200     0          0       0        0            0  N s ago",
      "mail   running    1,198  1,198     1          0       1        0            1  N s ago",
      "",
      "SMS budget reserved today (UTC): codes 1,200 segments and 420.00, others 0 segments and 0.00",
      "Mail is held back from 0 suppressed addresses",
      "",
    ]);
  });

  test("tells programs the same in JSON", async () => {
    await register(3);
    await run("pause codes");
    const { stdout } = await run("status --json");
    const { lanes, ...others } = JSON.parse(stdout);
    expect(others).toEqual({
      reservedToday: {
        codes: { segments: 0, micros: 0 },
        others: { segments: 0, micros: 0 },
      },
      suppressedCount: 0,
    });
    const [codes, sms, mail] = lanes;
    expect(codes).toEqual({ lane: "codes", isPaused: true, counts: null });
    expect(sms.counts).toMatchObject({ waiting: 3, due: 3, sentLastMinute: 0 });
    expect(mail).toMatchObject({ lane: "mail", isPaused: false });
    expect(mail.counts).toMatchObject({ waiting: 1, sent: 1, failed: 1, sentLastMinute: 1 });
    expect(mail.counts.oldestWaitingMs).toBeGreaterThanOrEqual(0);
  });
});

test("each lane is paused and resumed by its own word", async () => {
  const paused = async () =>
    (await database.sql`select name from lanes where is_paused order by name`.values()).flat();
  expect((await run("pause codes")).stdout).toBe("codes paused\n");
  expect((await run("pause mail")).stdout).toBe("mail paused\n");
  expect(await paused()).toEqual(["code", "mail"]);
  expect((await run("resume codes")).stdout).toBe("codes resumed\n");
  expect(await paused()).toEqual(["mail"]);
});

test("what failed is queued again, and how much is told", async () => {
  await register(3);
  expect(await run("retry failed mail")).toEqual({
    exitCode: 0,
    stdout: "1 mail queued again\n",
    stderr: "",
  });
  expect((await run("retry failed mail")).stdout).toBe("0 mail queued again\n");
  expect((await run("retry failed sms")).stdout).toBe("0 sms queued again\n");
});

test("suppressed addresses are listed and lifted, and a refusal repeats none (invariant 10)", async () => {
  const suppressions = new PostgresSuppressionStore(stores.database);
  await suppressions.suppress([{ address: ADDRESS, reason: "complained" }]);
  const { stdout } = await run("suppressed list");
  expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z {2}complained {2}rahim.uddin@example.org\n$/);
  expect(await run(`suppressed lift ${ADDRESS}`)).toMatchObject({ exitCode: 0, stderr: "" });
  expect((await run("suppressed list")).stdout).toBe("");
  expect(await run(`suppressed lift ${ADDRESS}`)).toEqual({
    exitCode: 1,
    stdout: "",
    stderr: "That address is not suppressed.\n",
  });
  expect((await run("suppressed lift someone")).stderr).toBe("That is no mail address.\n");
});

test("words it does not know are answered with its usage and exit code 2", async () => {
  const lines = [
    "stop",
    "status --json all",
    "pause letters",
    "retry sms",
    "retry failed codes",
    "send-test fax +8801712345678",
    "suppressed list all",
    "doctor dkim",
    "doctor dns a dns b",
    "doctor dns nonsense",
  ];
  const results = await Promise.all(lines.map(run));
  for (const [index, { exitCode, stdout, stderr }] of results.entries()) {
    const line = lines[index];
    expect({ line, exitCode, stdout }).toEqual({ line, exitCode: 2, stdout: "" });
    expect(stderr).toContain("\n\nbun run delivery ");
  }
});
