import { expect, test } from "bun:test";
import { join } from "node:path";
import { arrivals } from "../../bench/load/arrivals.ts";
import { Books } from "../../bench/load/books.ts";
import { handleBudget } from "../../bench/load/handles.ts";
import { readSurgeOptions } from "../../bench/load/surge-options.ts";
import { Wires } from "../../bench/load/wires.ts";
import { phoneNumber, saleDraft, storeEvent } from "../support/harness.ts";
import { freshDatabase } from "../support/postgres.ts";
import { Random } from "../support/random.ts";

const SURGE = join(import.meta.dir, "../../bench/load/surge.ts");

test("invariants 1, 3 and 6: a small surge sells exactly the quota, and everyone was told the truth", async () => {
  const surge = Bun.spawn(["bun", SURGE, "--smoke"], { stdout: "pipe", stderr: "pipe" });
  const [report, errors] = await Promise.all([
    new Response(surge.stdout).text(),
    new Response(surge.stderr).text(),
  ]);
  expect(errors).toBe("");
  expect(report).toMatch(/^Sold out .+: 150 seats, exactly the quota\.$/m);
  expect(report).toMatch(/^150 people were told of their seat, and each is in the table as told/m);
  expect(report).toMatch(/^met an error +0$/m);
  for (const call of ["page", "asset", "tick", "code", "verification", "registration", "ticket"]) {
    expect(report).toMatch(new RegExp(`^${call} +[1-9]`, "m"));
  }
  expect(await surge.exited).toBe(0);
});

test("a wrong word is answered with one sentence", () => {
  const surge = Bun.spawnSync(["bun", SURGE, "--compress", "5"]);
  expect(surge.stderr.toString()).toBe("--compress is not a number from 1 to 4\n");
  expect(surge.exitCode).toBe(1);
  expect(() => readSurgeOptions(["--visitor", "3"])).toThrow(/^that is not how it is called/);
  expect(() => readSurgeOptions(["--quota", "1e5"])).toThrow(/^--quota is not a whole number/);
});

test("people arrive more and more before the opening, most in its second, fewer and fewer after", () => {
  const instants = arrivals({ visitorCount: 20_000, durationMs: 100_000, random: new Random(1) });
  const perSecond = (fromS: number, toS: number) =>
    instants.filter((ms) => ms >= fromS * 1_000 && ms < toS * 1_000).length / (toS - fromS);
  expect(instants[0]).toBeGreaterThanOrEqual(-30_000);
  expect(instants.at(-1)).toBeLessThanOrEqual(70_000);
  expect(instants).toEqual(instants.toSorted((a, b) => a - b));
  const rates = [perSecond(-30, -20), perSecond(-20, -10), perSecond(-10, -2), perSecond(0, 1)];
  expect(rates).toEqual(rates.toSorted((a, b) => a - b));
  const tail = [perSecond(0, 1), perSecond(2, 20), perSecond(20, 40), perSecond(40, 70)];
  expect(tail).toEqual(tail.toSorted((a, b) => b - a));
});

test("the books see an acknowledged registration that is not in the table, and a seat nobody was told of", async () => {
  await using database = await freshDatabase();
  const event = await storeEvent(database.url, [saleDraft(Date.now(), { quota: 1 })]);
  const books = new Books();
  expect(await books.check(database.sql, 1)).toMatchObject({ soldCount: 0, lastSeatAtMs: null });

  const saleId = event.sales[0]?.id ?? 0;
  const phone = phoneNumber(1);
  const [seat] = await database.sql<{ id: string; key: string }[]>`
    insert into registrations (
      id, event_id, sale_id, ordinal, phone, name, email, locale, ticket_key, committed_at,
      event_revision, template_version
    ) values (
      gen_random_uuid(), ${event.id}, ${saleId}, 1, ${phone.slice(1)}, 'Rahim', 'r@example.org', 'en',
      gen_random_uuid(), clock_timestamp(), 1, 1
    ) returning id, ticket_key::text as key`;
  await database.sql`
    insert into outbox (registration_id, sms_due_at, mail_due_at)
    values (${seat?.id ?? ""}, clock_timestamp(), clock_timestamp())`;
  await database.sql`
    update sales set sold = 1, last_committed_at = clock_timestamp() where id = ${saleId}`;
  expect(books.check(database.sql, 1)).rejects.toThrow(/^1 seats are held by people who were told/);
  books.sent(phone);
  expect(await books.check(database.sql, 1)).toMatchObject({ soldCount: 1, heldUnknownCount: 1 });

  const ticketKey = Buffer.from(seat?.key.replaceAll("-", "") ?? "", "hex").toString("base64url");
  const told = { origin: "", ordinal: 1, ticketKey };
  books.acknowledge({ ...told, phone, registrationId: seat?.id ?? "" });
  expect(await books.check(database.sql, 1)).toMatchObject({ acknowledgedCount: 1 });
  expect(await books.check(database.sql, 2)).toMatchObject({ lastSeatAtMs: null });
  books.tellFull(phoneNumber(2));
  expect(books.check(database.sql, 2)).rejects.toThrow("1 seats are sold of a quota of 2");
  books.acknowledge({ ...told, phone: phoneNumber(3), registrationId: crypto.randomUUID() });
  expect(books.check(database.sql, 1)).rejects.toThrow(/^invariant 3/);
});

test("with two connections for three people, whoever has been silent longest is hung up, and all are served", async () => {
  using server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("yes") });
  using wires = new Wires({ url: server.url.href, countMax: 2 });
  const request = Buffer.from("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  const people = [wires.connect(), wires.connect(), wires.connect()] as const;
  for (const person of people) {
    expect((await wires.exchange(person, request, 5_000)).kind).toBe("answer");
  }
  expect(people.map(({ isOpen }) => isOpen)).toEqual([false, true, true]);
  expect(wires.hungUpCount).toBe(1);
  // All at once: the third waits for one of the others.
  const exchanges = people.map((person) => wires.exchange(person, request, 5_000));
  expect((await Promise.all(exchanges)).map(({ kind }) => kind)).toEqual(Array(3).fill("answer"));
});

test("people beyond the handles of the machine are told of in a sentence", () => {
  expect(handleBudget(1)).toEqual({ connectionCountMax: 1, missing: null });
  const budget = handleBudget(1_000_000);
  expect(budget.connectionCountMax).toBeLessThan(1_000_000);
  expect(budget.missing).toStartWith(`${budget.connectionCountMax} of 1000000 visitors`);
});
