import { expect, test } from "bun:test";
import { join } from "node:path";
import { arrivals } from "../../bench/load/arrivals.ts";
import { Books } from "../../bench/load/books.ts";
import { Departure } from "../../bench/load/departure.ts";
import { makePerson } from "../../bench/load/person.ts";
import { readSurgeOptions } from "../../bench/load/surge-options.ts";
import { Wires } from "../../bench/load/wires.ts";
import { phoneNumber, saleDraft, storeEvent } from "../support/harness.ts";
import { freshDatabase } from "../support/postgres.ts";
import { Random } from "../support/random.ts";

const SURGE = join(import.meta.dir, "../../bench/load/surge.ts");

const MANNERS = [
  ["by proofs-of-work", [], ["proof", "code", "verification"]],
  ["by proved phones", ["--verify-early", "1"], []],
] as const;

test.each(MANNERS)(
  "invariants 1, 3 and 6: a small surge through the waiting room, %s, sells exactly the quota, lets nobody in for nothing, and draws as it says",
  async (_, words, calls) => {
    const report = await smoke(words, ["pass", "draw", ...calls]);
    expect(report).toMatch(/^The draw is confirmed: [1-9]/m);
    expect(report).toMatch(/^ +met +0 people were let in, acted in time, and were refused/m);
  },
);

test("invariants 1, 3 and 6: a small surge of people who all ask at once sells exactly the quota as well", async () => {
  const report = await smoke(["--no-waiting-room"], ["code", "verification"]);
  expect(report).toMatch(/^pass +0/m);
});

/** The report of a surge in which everyone was told the truth. */
async function smoke(words: readonly string[], calls: readonly string[]): Promise<string> {
  const command = ["bun", SURGE, "--smoke", ...words];
  const surge = Bun.spawn(command, { stdout: "pipe", stderr: "pipe" });
  const [report, errors] = await Promise.all([
    new Response(surge.stdout).text(),
    new Response(surge.stderr).text(),
  ]);
  expect(errors).toBe("");
  expect(report).toMatch(/^Sold out .+: 150 seats, exactly the quota\.$/m);
  const told = /^(\d+) people were told of their seat, and each is in the table as told; (\d+) /m;
  const [, toldCount, heldUnknownCount] = told.exec(report) ?? [];
  expect(Number(toldCount) + Number(heldUnknownCount)).toBe(150);
  expect(report).toMatch(/^met an error +0$/m);
  for (const call of ["page", "asset", "tick", "registration", "ticket", ...calls]) {
    expect(report).toMatch(new RegExp(`^${call} +[1-9]`, "m"));
  }
  expect(await surge.exited).toBe(0);
  return report;
}

test("a wrong word is answered with one sentence", () => {
  const surge = Bun.spawnSync(["bun", SURGE, "--compress", "5"]);
  expect(surge.stderr.toString()).toBe("--compress is not a number from 1 to 4\n");
  expect(surge.exitCode).toBe(1);
  expect(() => readSurgeOptions(["--visitor", "3"])).toThrow(/^that is not how it is called/);
  expect(() => readSurgeOptions(["--quota", "1e5"])).toThrow(/^--quota is not a whole number/);
});

test("a third of the people share addresses of about 200 each, the others have their own", () => {
  const random = new Random(1);
  const peopleByAddress = new Map<string, number>();
  for (let index = 0; index < 12_000; index += 1) {
    const { address } = makePerson(index, 12_000, 0, random.fork());
    const [text = ""] = Object.values(address);
    peopleByAddress.set(text, (peopleByAddress.get(text) ?? 0) + 1);
  }
  const shared = [...peopleByAddress.values()].filter((count) => count > 1);
  expect(shared).toHaveLength(20);
  expect(Math.min(...shared)).toBeGreaterThan(140);
  expect(Math.max(...shared)).toBeLessThan(260);
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
  const checking = books.check(database.sql, 1);
  // Told while the check is under way: no table it reads can have it.
  books.acknowledge({ ...told, phone: phoneNumber(3), registrationId: crypto.randomUUID() });
  expect(await checking).toMatchObject({ soldCount: 1 });
  expect(books.check(database.sql, 1)).rejects.toThrow(/^invariant 3/);
});

test("three people share two connections: one waits for another's, and all are served", async () => {
  let busyCount = 0;
  let busyCountMax = 0;
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch() {
      busyCount += 1;
      busyCountMax = Math.max(busyCountMax, busyCount);
      await Bun.sleep(5);
      busyCount -= 1;
      return new Response("yes");
    },
  });
  using wires = new Wires({ url: server.url.href, countMax: 2 });
  const request = Buffer.from("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  const exchanges = [1, 2, 3].map(() => wires.exchange(request, 5_000, Departure.NEVER));
  expect((await Promise.all(exchanges)).map(({ kind }) => kind)).toEqual(Array(3).fill("answer"));
  expect([busyCountMax, wires.busyCountMax, wires.openedCount]).toEqual([2, 2, 2]);
});

test("who leaves gives up the request under way, and the next opens its connection anew", async () => {
  const asked = Promise.withResolvers<void>();
  using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch({ url }) {
      if (!url.endsWith("/never")) return new Response("yes");
      asked.resolve();
      return new Promise<Response>(() => {});
    },
  });
  using wires = new Wires({ url: server.url.href, countMax: 1 });
  const leaving = new Departure();
  const never = Buffer.from("GET /never HTTP/1.1\r\nhost: x\r\n\r\n");
  const given = wires.exchange(never, 60_000, leaving);
  await asked.promise;
  leaving.leave();
  expect((await given).kind).toBe("error");
  const request = Buffer.from("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  expect((await wires.exchange(request, 5_000, Departure.NEVER)).kind).toBe("answer");
});
