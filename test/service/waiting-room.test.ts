import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { TAIL_PLACE_MIN } from "../../src/waiting-room/draw.ts";
import { BEACON_LEAD_MS } from "../../src/waiting-room/draw-course.ts";
import { commitWaits, holdCommits, until } from "../fault/service-under-fault.ts";
import type { ServiceProcess } from "../support/service-process.ts";
import type { PersonInLine } from "./person-in-line.ts";
import { drawnList, readDraw, readLine, SaleWithLobby } from "./sale-with-lobby.ts";

// Each test starts two processes, which take seconds on a machine that is busy.
setDefaultTimeout(120_000);

const SOON_MS = 500;

describe("kill -9", () => {
  test("in the lobby costs nobody a place: all who were told of theirs are in the list, each once", async () => {
    await using sale = await SaleWithLobby.open({ quota: 5 });
    const before = await sale.start();
    const people = sale.people(0, 12);
    const told = await joinUntilKilled(before, people);
    expect(told.length).toBeGreaterThanOrEqual(5);
    expect(told.length).toBeLessThan(people.length);

    const after = await sale.start();
    const passIds = told.map(({ passId }) => passId);
    await Promise.all(told.slice(0, 3).map((person) => person.joinAtLast(after.url)));
    expect(told.map(({ passId }) => passId)).toEqual(passIds);
    await sale.opensIn(SOON_MS);
    const { places, count } = await drawnList(after.url);
    const listed = new Map(places);
    expect(listed.size).toBe(count);
    for (const person of told) {
      await person.joinAtLast(after.url);
      expect(person.place ?? Number.NaN).toBe(listed.get(person.passId) ?? -1);
    }
  });

  test("between the closing of the list and the draw changes neither: same list, root and seed", async () => {
    await using sale = await SaleWithLobby.open({ quota: 5, beacon: "the evening draw" });
    const before = await sale.start();
    const people = sale.people(0, 6);
    await Promise.all(people.map((person) => person.join(before.url)));
    const { seedHash } = await readDraw(before.url);
    await sale.opensIn(BEACON_LEAD_MS + SOON_MS);
    await until("the list is closed", async () => (await readDraw(before.url)).phase === "closed");
    const closed = await readDraw(before.url);
    expect(closed).toMatchObject({ seedHash, count: 6, seed: null, drawnAt: null });
    await before.end("SIGKILL");

    const after = await sale.start();
    await until("the list is closed", async () => (await readDraw(after.url)).phase === "closed");
    expect(await readDraw(after.url)).toEqual(closed);
    await sale.command("draw beacon mela 8e1f");
    const list = await drawnList(after.url);
    const { root, count } = closed;
    expect(list).toMatchObject({ seedHash, root, count });
    const hash = new Bun.CryptoHasher("sha256").update(Buffer.from(list.seed, "base64url"));
    expect(hash.digest("base64url")).toBe(seedHash);
    const listed = list.places.map(([passId]) => passId);
    expect(listed.toSorted()).toEqual(people.map(({ passId }) => passId).toSorted());
    const address = `${after.url}/api/v1/events/mela/draw/list?sale=1`;
    const verdict = await sale.command(`verify-draw ${address} -- ${people[0]?.pass}`);
    expect(verdict).toContain("This draw is true");
    expect(verdict).toContain(`number ${listed.indexOf(people[0]?.passId ?? "") + 1} of 6`);
  });

  test("behind the draw takes no pass and no turn from anybody, and no seat is given out twice (invariants 1, 3)", async () => {
    await using sale = await SaleWithLobby.open({ quota: 4 });
    const before = await sale.start();
    const lobby = sale.people(0, 6);
    await Promise.all(lobby.map((person) => person.join(before.url)));
    await sale.opensIn(SOON_MS);
    const { places } = await drawnList(before.url);
    const inOrder = places.flatMap(([id]) => lobby.find(({ passId }) => passId === id) ?? []);
    const [first, cutOff, third, fourth, ...behind] = inOrder as [
      PersonInLine,
      PersonInLine,
      PersonInLine,
      PersonInLine,
      ...PersonInLine[],
    ];
    const tail = sale.people(10, 12);
    for (const person of tail) await person.joinAtLast(before.url);
    await until("four are let in", async () => (await readLine(before.url))?.held === 4);
    const threshold = (await readLine(before.url))?.to ?? 0;
    expect((await first.comeThrough(before.url)).status).toBe(201);
    await third.askCode(before.url);
    await cutOff.askCode(before.url);
    await until("who was let in is recorded", async () => (await recordedUpTo(sale)) === 4);
    await using held = await holdCommits(sale.database.sql);
    const unanswered = cutOff.register(before.url).catch(() => null);
    await commitWaits(sale.database.sql);
    await before.end("SIGKILL");
    expect(await unanswered).toBeNull();
    await held[Symbol.asyncDispose]();

    const after = await sale.start();
    await until("the line is open", async () => ((await readLine(after.url))?.to ?? 0) > 0);
    expect((await readLine(after.url))?.to).toBeGreaterThanOrEqual(threshold);
    const late = sale.people(20, 23);
    for (const person of late) await person.joinAtLast(after.url);
    const serials = [...tail, ...late].map(({ place }) => place ?? 0);
    expect(new Set(serials).size).toBe(5);
    expect(Math.min(...serials)).toBe(TAIL_PLACE_MIN);
    for (const person of behind) {
      const { body } = await person.askCode(after.url);
      expect(body).toMatchObject({ code: "not_your_turn" });
      expect(body["lapsed"]).toBeUndefined();
    }

    expect((await third.register(after.url)).status).toBe(201);
    expect((await fourth.comeThrough(after.url)).status).toBe(201);
    expect([200, 201]).toContain((await cutOff.register(after.url)).status);
    expect((await first.register(after.url)).status).toBe(200);
    const everybody = [...behind, ...tail, ...late];
    const answers = await Promise.all(everybody.map((person) => person.comeThrough(after.url)));
    expect(new Set(answers.map(({ body }) => body["code"]))).toEqual(new Set(["sale_full"]));
    expect((await sale.seatedPhones()).toSorted()).toEqual(
      [first, cutOff, third, fourth].map(({ phone }) => phone).toSorted(),
    );
  });
});

test("invariant 1: two servers at once keep one seed and one list, and never give out more than the quota", async () => {
  await using sale = await SaleWithLobby.open({ quota: 5 });
  const servers = await Promise.all([sale.start(), sale.start()]);
  const [one, other] = servers.map(({ url }) => url) as [string, string];
  const hashes = await Promise.all([one, other].map(async (url) => (await readDraw(url)).seedHash));
  expect(new Set(hashes).size).toBe(1);
  const lobby = sale.people(0, 8);
  const urlOf = (person: PersonInLine) => (Number(person.phone) % 2 === 0 ? one : other);
  await Promise.all(lobby.map((person) => person.join(urlOf(person))));
  await sale.opensIn(SOON_MS);
  const lists = await Promise.all([drawnList(one), drawnList(other)]);
  expect(lists[0]).toEqual(lists[1]);
  const ids = lists[0].places.map(([passId]) => passId).toSorted();
  expect(ids).toEqual(lobby.map(({ passId }) => passId).toSorted());
  const tail = sale.people(10, 16);
  for (const person of tail) await person.joinAtLast(urlOf(person));
  expect(new Set(tail.map(({ place }) => place)).size).toBe(6);

  const everybody = [...lobby, ...tail];
  await until("the sale is full", async () => {
    const seated = await sale.seatedPhones();
    const others = everybody.filter(({ phone }) => !seated.includes(phone));
    const answers = await Promise.all(others.map((person) => person.comeThrough(urlOf(person))));
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    return (await sale.seatedPhones()).length >= 5;
  });
  expect(await sale.seatedPhones()).toHaveLength(5);

  const receipts = await Promise.all([one, other].map(receiptText));
  expect(receipts[0]).toBe(receipts[1]);
  const { statement } = JSON.parse(receipts[0] ?? "");
  expect(JSON.parse(statement)).toMatchObject({ quota: 5, seats: 5 });
  const verdict = await sale.command("verify-receipt -", receipts[0]);
  expect(verdict).toContain("mela at 127.0.0.1, sale 1: 5 of 5 seats, full at ");
});

/** Three at a time, one person after the other, until some have been told: then the kill meets the rest. */
async function joinUntilKilled(
  service: ServiceProcess,
  people: readonly PersonInLine[],
): Promise<readonly PersonInLine[]> {
  const queue = [...people];
  const told: PersonInLine[] = [];
  const walk = async () => {
    for (let person = queue.shift(); person !== undefined; person = queue.shift()) {
      const answer = await person.join(service.url).catch(() => null);
      if (answer?.status === 200) told.push(person);
      if (told.length === 5) service.signal("SIGKILL");
    }
  };
  await Promise.all([walk(), walk(), walk()]);
  await service.ended();
  return told;
}

async function recordedUpTo({ database }: SaleWithLobby): Promise<number> {
  const [row] = await database.sql`select max(up_to) as "upTo" from admissions`;
  return Number(row?.["upTo"]);
}

/** Each server learns within a second that the sale is full. */
async function receiptText(url: string): Promise<string> {
  const address = `${url}/api/v1/events/mela/receipt?sale=1`;
  await until("there is a receipt", async () => (await fetch(address)).ok);
  return (await fetch(address)).text();
}
