import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Database } from "../../src/adapters/postgres/client.ts";
import { PostgresEventStore } from "../../src/adapters/postgres/event-store.ts";
import { PostgresReceiptStore } from "../../src/adapters/postgres/receipt-store.ts";
import { receiptText } from "../../src/organiser/receipt.ts";
import { Receipts } from "../../src/organiser/receipts.ts";
import { eventFile, sale } from "../organiser/event-files.ts";
import { ring } from "../organiser/receipt-signed.ts";
import type { TestDatabase } from "../support/postgres.ts";
import { freshDatabase } from "../support/postgres.ts";
import type { CommandResult } from "./run-command.ts";
import { runCommand } from "./run-command.ts";

// Each command is a process of its own, several seconds on a machine that is busy.
setDefaultTimeout(60_000);

const QUOTA = 500;

let folder: string;
let database: TestDatabase;
/** The receipt as it would be answered, and the file of it. */
let text: string;
let receiptPath: string;
/** What `bun run export` says of the same event. */
let csv: string;

function run(line: string, stdin = ""): Promise<CommandResult> {
  const environment = { DATABASE_URL: database.url, FLOODGATE_DATA: folder };
  return runCommand(line, { environment, stdin });
}

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** Three seats a second from the opening on, under names that try to break a line. */
async function sellOut(): Promise<void> {
  await database.sql`
    insert into registrations (
      id, ticket_key, committed_at, phone, event_id, sale_id, ordinal, event_revision,
      template_version, name, email, locale
    )
    select gen_random_uuid(), gen_random_uuid(), s.opens_at + n * interval '333333 microseconds',
      8801000000000 + n, s.event_id, s.id, n, 1, 1, e'"Rahima"\r\n,Khatun', 'r@example.org', 'bn'
    from sales s, generate_series(1, ${QUOTA}::int) n where s.number = 1`;
  await database.sql`update sales set sold = ${QUOTA} where number = 1`;
}

async function makeReceipt(): Promise<string> {
  await using opened = new Database({
    url: database.url,
    applicationName: "floodgate-test",
    connectionCountMax: 1,
    isPrepared: true,
  });
  const [snapshot] = await new PostgresEventStore(opened).loadEvents();
  const first = snapshot?.event.sales.at(0);
  if (snapshot === undefined || first === undefined) throw new Error("there is an event");
  const receipts = new Receipts({ store: new PostgresReceiptStore(opened), ring, countMax: 1 });
  const now = { event: snapshot.event, sale: first, remaining: 0, nowMs: first.opensAtMs };
  const signed = await receipts.find(now);
  if (signed === null) throw new Error("the sale is full");
  return receiptText(signed.receipt);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "floodgate-cli-"));
  database = await freshDatabase();
  const described = eventFile({ sales: [sale({ quota: QUOTA })] });
  const applied = await run("event apply -", JSON.stringify(described));
  expect(applied).toMatchObject({ exitCode: 0, stderr: "" });
  await sellOut();
  text = await makeReceipt();
  receiptPath = await file("receipt.json", text);
  csv = (await run("export river-songs")).stdout;
});

afterAll(async () => {
  await rm(folder, { recursive: true });
  await database[Symbol.asyncDispose]();
});

describe("a receipt", () => {
  test("that stands as it was signed is told in two lines", async () => {
    const { exitCode, stdout, stderr } = await run(`verify-receipt ${receiptPath}`);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const [what, key, ...rest] = stdout.split("\n");
    expect(what).toMatch(
      /^river-songs at .+, sale 1: 500 of 500 seats, full at 20\d\d-.+\.\d{6}Z$/,
    );
    expect(key).toBe(
      `signed with key 1, ${Buffer.from(ring.versions.get(1)?.publicKey ?? []).toString("base64url")}`,
    );
    expect(rest).toEqual([""]);
  });

  test("is read from standard input as well", async () => {
    expect((await run("verify-receipt -", text)).exitCode).toBe(0);
  });

  test("that was altered in a single digit is refused", async () => {
    const altered = text.replace('\\"seats\\":500', '\\"seats\\":501');
    expect(altered).not.toBe(text);
    expect(await run("verify-receipt -", altered)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: "The signature does not fit: the receipt was altered after it was signed.\n",
    });
  });

  test("that is something else, or not there, is told in a sentence", async () => {
    expect((await run("verify-receipt -", "{}")).stderr).toBe("This is not a receipt.\n");
    const absent = await run("verify-receipt /nowhere.json");
    expect(absent.exitCode).toBe(1);
    expect(absent.stderr).toStartWith("/nowhere.json cannot be read: ");
    const noExport = await run(`verify-receipt ${receiptPath} /nowhere.csv`);
    expect(noExport.exitCode).toBe(1);
    expect(noExport.stderr).toStartWith("/nowhere.csv cannot be read: ");
  });

  test("is asked for where none is named", async () => {
    const { exitCode, stderr } = await run("verify-receipt");
    expect(exitCode).toBe(2);
    expect(stderr).toStartWith("Name one receipt.\n\nbun run verify-receipt FILE");
  });
});

describe("an export", () => {
  test("of the same seats is proved", async () => {
    const exportPath = await file("registrations.csv", csv);
    const { exitCode, stdout, stderr } = await run(`verify-receipt ${receiptPath} ${exportPath}`);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toEndWith("the export holds these seats, at these instants, and no others\n");
  });

  test("with one seat a microsecond later is told to be another", async () => {
    const [first = ""] = /^20.*?(?=Z,1,1,)/m.exec(csv) ?? [];
    const later = `${first.slice(0, -1)}${first.endsWith("9") ? "8" : "9"}`;
    const path = await file("later.csv", csv.replace(first, later));
    const { exitCode, stdout, stderr } = await run(`verify-receipt ${receiptPath} ${path}`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr.split("\n")).toEqual([
      "This is not the receipt of that export:",
      "- The hash of the list of the receipt is not that of the export.",
      "- The first instant of the receipt is not that of the export.",
      "",
    ]);
  });

  test("that is none is told", async () => {
    const path = await file("other.csv", "a,b\r\n1,2\r\n");
    const { exitCode, stderr } = await run(`verify-receipt ${receiptPath} ${path}`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("- The export has no column committed_at.");
  });
});
