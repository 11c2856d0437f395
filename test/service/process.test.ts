import { expect, test } from "bun:test";
import { join } from "node:path";
import { findEmbedded } from "../../src/adapters/postgres/embedded.ts";
import { freePort } from "../support/free-port.ts";
import { Attendee, phoneNumber, saleDraft, storeEvent } from "../support/harness.ts";
import { freshDatabase, initialisedFolder } from "../support/postgres.ts";
import { ServiceProcess } from "../support/service-process.ts";

const DEMO = "baul-by-the-river";

test("a first start has a demo event that is open; a second start keeps the data; Ctrl-C stops it all", async () => {
  const folder = await initialisedFolder();
  const environment = { FLOODGATE_DATA: folder.path };
  const first = await new ServiceProcess(environment).ready();
  const registered = await new Attendee(first.url, phoneNumber(1), DEMO).comeThrough();
  expect(registered).toMatchObject({ status: 201, body: { ordinal: 1 } });
  // npx and terminals send it twice.
  first.signal("SIGINT");
  const { exitCode, output } = await first.end("SIGINT");
  expect(exitCode).toBe(0);
  for (const path of ["/", "/dev/inbox", "/docs"]) expect(output).toContain(`${first.url}${path}`);
  expect(output).toContain("Asia/Dhaka");
  expect(await findEmbedded(folder.path)).toBeNull();

  await using second = await new ServiceProcess(environment).ready();
  const response = await fetch(`${second.url}/api/v1/events/${DEMO}`);
  const event = (await response.json()) as { days: unknown[]; sales: Record<string, unknown>[] };
  expect([event.days.length, event.sales.length]).toEqual([3, 5]);
  expect(event.sales[0]).toMatchObject({ state: "open", quota: 60_000, remaining: 59_999 });
  const ticket = new URL(String(registered.body["ticketUrl"])).pathname;
  expect((await fetch(second.url + ticket)).status).toBe(200);
  await second.end();
  folder.release();
});

test("invariant 3: after kill -9 it starts again within seconds, and every acknowledged seat is there", async () => {
  const folder = await initialisedFolder();
  const environment = { FLOODGATE_DATA: folder.path };
  const first = await new ServiceProcess(environment).ready();
  const people = Array.from(
    { length: 20 },
    (_, index) => new Attendee(first.url, phoneNumber(index), DEMO),
  );
  await Promise.all(people.map((person) => person.askCode()));
  const codes = await Promise.all(people.map((person) => person.readCode()));
  // Whoever is cut off has no answer.
  const answers = people.map((person, index) =>
    person.register(codes[index] ?? "").catch(() => null),
  );
  await Promise.any(answers);
  await first.end("SIGKILL");
  const acknowledged = await Promise.all(answers);

  await using second = await new ServiceProcess(environment, first.port).ready();
  for (const [index, person] of people.entries()) {
    const again = await person.register(codes[index] ?? "");
    const before = acknowledged[index];
    if (before?.status === 201) expect(again).toEqual({ ...before, status: 200 });
    else expect([200, 201]).toContain(again.status);
  }
  await second.end();
  folder.release();
});

test("a second copy on the same data folder, or on the same port, says so in one sentence and exits 1", async () => {
  const folder = await initialisedFolder();
  await using first = await new ServiceProcess({ FLOODGATE_DATA: folder.path }).ready();
  const sameFolder = await new ServiceProcess({ FLOODGATE_DATA: folder.path }).ended();
  expect([sameFolder.exitCode, sameFolder.output]).toEqual([1, ""]);
  expect(sameFolder.errors.trim().split("\n")).toHaveLength(1);
  expect(sameFolder.errors).toContain(folder.path);

  await using database = await freshDatabase();
  const environment = {
    DATABASE_URL: database.url,
    FLOODGATE_DATA: folder.path,
    DEV_INBOX: "on",
  };
  const samePort = await new ServiceProcess(environment, first.port).ended();
  expect([samePort.exitCode, samePort.output]).toEqual([1, ""]);
  expect(samePort.errors).toContain(`port ${first.port}`);
  expect(samePort.errors.trim().split("\n")).toHaveLength(1);
  expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
  await first.end();
  folder.release();
});

test("invariants 1 and 2: two processes with the same phones in crossed order leave dense ordinals and no error", async () => {
  await using database = await freshDatabase();
  await storeEvent(database.url, [saleDraft(Date.now(), { quota: 150 })]);
  const folder = await initialisedFolder();
  const environment = {
    DATABASE_URL: database.url,
    FLOODGATE_DATA: folder.path,
    DEV_INBOX: "on",
    OTP_SENDS_PER_SOURCE_PER_DAY: "5",
  };
  await using one = await new ServiceProcess(environment).ready();
  await using other = await new ServiceProcess(environment).ready();
  const phones = Array.from({ length: 200 }, (_, index) => phoneNumber(index));
  const proved = (service: ServiceProcess) =>
    Promise.all(
      phones.map(async (phone) => {
        const person = new Attendee(service.url, phone);
        await person.askCode();
        return { person, code: await person.readCode() };
      }),
    );
  const [ones, others] = [await proved(one), await proved(other)];
  const [forwards, backwards] = await Promise.all([
    Promise.all(ones.map(({ person, code }) => person.register(code))),
    Promise.all(others.toReversed().map(({ person, code }) => person.register(code))),
  ]);

  const statuses = new Set([...forwards, ...backwards].map((answer) => answer.status));
  expect(statuses.isSubsetOf(new Set([200, 201, 409]))).toBe(true);
  for (const [index, answer] of forwards.entries()) {
    const twin = backwards[phones.length - 1 - index];
    expect(twin?.body["registrationId"]).toBe(answer.body["registrationId"]);
  }
  const rows = await database.sql`select ordinal from registrations order by ordinal`;
  expect(rows.map((row) => row["ordinal"])).toEqual(Array.from({ length: 150 }, (_, i) => i + 1));
  folder.release();
});

test.if(process.platform === "linux")(
  "a service whose npx was killed stops by itself, and its PostgreSQL with it",
  async () => {
    const folder = await initialisedFolder();
    const port = freePort();
    const { PATH = "" } = process.env;
    // As npx runs it: a shell that waits for `bun run`.
    const shell = Bun.spawn(["sh", "-c", "bun run start; exit"], {
      cwd: join(import.meta.dir, "../.."),
      env: { PATH, PORT: String(port), FLOODGATE_DATA: folder.path, npm_execpath: "/npm-cli.js" },
      stdout: "ignore",
      stderr: "inherit",
    });
    const isUp = () => fetch(`http://127.0.0.1:${port}/healthz`).then(Boolean, () => false);
    while (!(await isUp())) await Bun.sleep(50);
    shell.kill("SIGTERM");
    while (await isUp()) await Bun.sleep(50);
    while ((await findEmbedded(folder.path)) !== null) await Bun.sleep(50);
    folder.release();
  },
);

test("PORT and HOST are honoured, and wrong settings are all named at once", async () => {
  const port = freePort();
  const wrong = await new ServiceProcess({
    NODE_ENV: "production",
    PORT: "70000",
    SECRET: "short",
    DATABASE_PREPARE: "maybe",
  }).ended();
  expect(wrong.exitCode).toBe(1);
  for (const name of ["PORT", "SECRET", "TICKET_KEYS", "COUNTRIES", "DATABASE_URL", "PREPARE"]) {
    expect(wrong.errors).toContain(name);
  }
  await using database = await freshDatabase();
  const folder = await initialisedFolder();
  const environment = { DATABASE_URL: database.url, FLOODGATE_DATA: folder.path };
  await using service = await new ServiceProcess(
    { ...environment, HOST: "127.0.0.2" },
    port,
  ).ready();
  expect((await fetch(`http://127.0.0.2:${service.port}/healthz`)).status).toBe(200);
  const elsewhere = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
  expect(elsewhere).toBeNull();
  folder.release();
});

test("production refuses a database that may lose what it acknowledged", async () => {
  await using database = await freshDatabase();
  const name = new URL(database.url).pathname.slice(1);
  await database.sql.unsafe(`alter database ${name} set synchronous_commit = off`);
  const { exitCode, errors } = await new ServiceProcess({
    NODE_ENV: "production",
    DATABASE_URL: database.url,
    PUBLIC_URL: "https://tickets.example.org",
    SECRET: "t0gbYVxPzL3n5Yt8uE2b9QmW4kJ7rS1dH6vC0aXeZiM",
    TICKET_KEYS: "1:Yl0WcmDhV2K9sJxq5T8nR3uBvE7gLpAzOiQ4f6yHk1M",
    COUNTRIES: "BD",
    LOG_LEVEL: "silent",
  }).ended();
  expect(exitCode).toBe(1);
  expect(errors).toContain("synchronous_commit");
});
