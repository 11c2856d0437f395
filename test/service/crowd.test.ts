import { expect, test } from "bun:test";
import { Attendee, phoneNumber, saleDraft, startService, storeEvent } from "../support/harness.ts";
import { freshDatabase } from "../support/postgres.ts";
import { RecordingGateway } from "../support/recording-gateway.ts";

test("invariants 1, 3, 4: 1,000 people for 100 seats leave exactly 100, ordinals 1 to 100", async () => {
  await using database = await freshDatabase();
  await storeEvent(database.url, [saleDraft(Date.now(), { quota: 100 })]);
  const gateway = new RecordingGateway();
  await using service = await startService(database.url, { overrides: { gateway } });

  const people = Array.from(
    { length: 1_000 },
    (_, index) => new Attendee(service.url, phoneNumber(index)),
  );
  const asked = await Promise.all(people.map((person) => person.askCode()));
  expect(asked.every((answer) => answer.status === 202)).toBe(true);
  const answers = await Promise.all(
    people.map(async (person) => person.register(await gateway.codeOf(person.phone))),
  );

  const winners = answers.filter((answer) => answer.status === 201);
  const losers = answers.filter((answer) => answer.body["code"] === "sale_full");
  expect([winners.length, losers.length]).toEqual([100, 900]);
  const ordinals = winners.map((answer) => Number(answer.body["ordinal"]));
  expect(ordinals.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  const stored = await database.sql`
    select r.id from registrations r join outbox o on o.registration_id = r.id`;
  expect(new Set(stored.map((row) => row["id"]))).toEqual(
    new Set(winners.map((answer) => answer.body["registrationId"])),
  );
});

test("invariants 2 and 7: 1,000 confirmations of one phone leave one seat and answer the same", async () => {
  await using database = await freshDatabase();
  await storeEvent(database.url, [saleDraft(Date.now())]);
  await using service = await startService(database.url);
  const person = new Attendee(service.url, phoneNumber(1));
  await person.askCode();
  const code = await person.readCode();

  const answers = await Promise.all(Array.from({ length: 1_000 }, () => person.register(code)));
  expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
  expect(answers.filter((answer) => answer.status === 200)).toHaveLength(999);
  expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
  const [count] = await database.sql`select count(*)::int as count from registrations`;
  expect(count?.["count"]).toBe(1);
});

test("a winner who lost the answer asks again when the sale is full, and gets the ticket", async () => {
  await using database = await freshDatabase();
  await storeEvent(database.url, [saleDraft(Date.now(), { quota: 1 })]);
  await using service = await startService(database.url);
  const winner = new Attendee(service.url, phoneNumber(1));
  const loser = new Attendee(service.url, phoneNumber(2));
  await loser.askCode();
  const first = await winner.comeThrough();
  expect(first.status).toBe(201);
  const refused = await loser.register(await loser.readCode());
  expect(refused).toMatchObject({ status: 409, body: { code: "sale_full" } });
  expect(await winner.register(await winner.readCode())).toEqual({ ...first, status: 200 });
});

test("several events run at once, each with its own seats; a code of one is worth nothing in another", async () => {
  await using database = await freshDatabase();
  const slugs = ["mela", "utsab", "festival"];
  for (const slug of slugs) await storeEvent(database.url, [saleDraft(Date.now())], slug);
  await using service = await startService(database.url);
  const mela = new Attendee(service.url, phoneNumber(1), "mela");
  const utsab = new Attendee(service.url, phoneNumber(1), "utsab");
  expect(await mela.comeThrough()).toMatchObject({ status: 201, body: { ordinal: 1 } });
  // The cooldown is the phone's, whatever the event.
  expect(await utsab.askCode()).toMatchObject({ status: 429, body: { code: "resend_too_soon" } });
  const others = slugs.map((slug, index) =>
    new Attendee(service.url, phoneNumber(10 + index), slug).comeThrough(),
  );
  const ordinals = (await Promise.all(others)).map((answer) => answer.body["ordinal"]);
  expect(ordinals).toEqual([2, 1, 1]);
  const code = await mela.readCode();
  utsab.challenge = mela.challenge;
  expect((await utsab.register(code)).body["code"]).toBe("challenge_invalid");
});
