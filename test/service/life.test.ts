import { expect, test } from "bun:test";
import { Attendee, phoneNumber, saleDraft, startService, storeEvent } from "../support/harness.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { freshCluster, freshDatabase } from "../support/postgres.ts";

const MINUTE_MS = 60_000;

test("invariant 6: opening, expiry and closing come when the clock says so", async () => {
  await using database = await freshDatabase();
  const clock = new ManualClock(Date.UTC(2027, 0, 10, 3, 58));
  const opensAtMs = Date.UTC(2027, 0, 10, 4);
  const closesAtMs = opensAtMs + 20 * MINUTE_MS;
  await storeEvent(database.url, [
    saleDraft(opensAtMs, { verifyFromMs: opensAtMs - 60 * MINUTE_MS, opensAtMs, closesAtMs }),
  ]);
  await using service = await startService(database.url, { overrides: { clock } });
  const early = new Attendee(service.url, phoneNumber(1));
  const slow = new Attendee(service.url, phoneNumber(2));
  await early.askCode();
  const code = await early.readCode();
  const verified = await early.verify(code);
  expect(verified.status).toBe(200);
  const verification = String(verified.body["verification"]);
  await clock.advance(2 * MINUTE_MS - 1);
  expect(await early.registerWith(verification)).toMatchObject({
    status: 409,
    body: { code: "not_open" },
  });
  await slow.askCode();
  const slowCode = await slow.readCode();
  await clock.advance(1);
  expect((await early.registerWith(verification)).status).toBe(201);

  await clock.advance(5 * MINUTE_MS);
  expect(await slow.register(slowCode)).toMatchObject({ body: { code: "code_expired" } });
  await clock.advance(15 * MINUTE_MS);
  expect((await early.askCode()).body["code"]).toBe("sale_closed");
  expect((await early.registerWith(verification)).body["code"]).toBe("verification_invalid");
});

test("a restart in the middle of a sale loses no seat and no code", async () => {
  await using database = await freshDatabase();
  await storeEvent(database.url, [saleDraft(Date.now())]);
  const before = await startService(database.url);
  const first = await new Attendee(before.url, phoneNumber(1)).comeThrough();
  const waiting = new Attendee(before.url, phoneNumber(2));
  await waiting.askCode();
  const code = await waiting.readCode();
  await before[Symbol.asyncDispose]();

  await using after = await startService(database.url);
  const back = new Attendee(after.url, phoneNumber(2));
  back.challenge = waiting.challenge;
  expect(first).toMatchObject({ status: 201, body: { ordinal: 1 } });
  expect(await back.register(code)).toMatchObject({ status: 201, body: { ordinal: 2 } });
});

test("a database away for five seconds sheds with 503, comes back by itself, and no 201 was false", async () => {
  await using cluster = await freshCluster();
  await storeEvent(cluster.url, [saleDraft(Date.now(), { quota: 1_000 })]);
  await using service = await startService(cluster.url);
  const people = Array.from(
    { length: 30 },
    (_, index) => new Attendee(service.url, phoneNumber(index)),
  );
  await Promise.all(people.map((person) => person.askCode()));
  const codes = await Promise.all(people.map((person) => person.readCode()));
  const register = async (index: number) => people[index]?.register(codes[index] ?? "");

  expect((await register(0))?.status).toBe(201);
  await cluster.kill();
  const goneMs = performance.now();
  const asked: ReturnType<typeof register>[] = [];
  while (performance.now() - goneMs < 5_000) {
    asked.push(register(1 + (asked.length % 29)));
    await Bun.sleep(50);
  }
  const answers = await Promise.all(asked);
  const refused = answers.filter((answer) => answer?.status === 503);
  // A commit that its PostgreSQL finished while it died is durable, and its 201 is true: see below.
  const acknowledged = answers.filter((answer) => answer?.status === 201);
  expect(refused.length + acknowledged.length).toBe(asked.length);
  expect(refused.length).toBeGreaterThan(asked.length / 2);
  for (const answer of refused) {
    expect(answer?.body["verification"]).toBeString();
    expect(answer?.body["retryAfterS"]).toBeNumber();
  }

  await cluster.start();
  for (const [index, person] of people.entries()) {
    let answer = await register(index);
    while (answer?.status === 503) answer = await register(index);
    expect([200, 201], `${person.phone}: ${JSON.stringify(answer)}`).toContain(answer?.status ?? 0);
  }
  const again = await Promise.all(people.map((_, index) => register(index)));
  for (const answer of acknowledged) {
    expect(again.map((held) => held?.body)).toContainEqual(answer?.body);
  }
  const ordinals = again.map((answer) => Number(answer?.body["ordinal"]));
  expect(ordinals.toSorted((a, b) => a - b)).toEqual(people.map((_, index) => index + 1));
});

test("the confirmation SMS leads to the ticket, whose PDF is the one in the mail", async () => {
  await using database = await freshDatabase();
  await storeEvent(database.url, [saleDraft(Date.now())]);
  await using service = await startService(database.url);
  const person = new Attendee(service.url, phoneNumber(1));
  const registered = await person.comeThrough();
  const link = /http\S+/.exec(await person.readConfirmation())?.[0] ?? "";
  expect(link).toBe(String(registered.body["ticketUrl"]));
  const page = await fetch(link);
  expect([page.status, page.headers.get("cache-control")]).toEqual([200, "private, no-store"]);
  expect(await page.text()).toContain("Rahim Uddin");
  const download = await fetch(String(registered.body["pdfUrl"]));
  const pdf = new Uint8Array(await download.arrayBuffer());
  expect(new TextDecoder().decode(pdf.subarray(0, 5))).toBe("%PDF-");

  const mailed = await waitForMail(service.url);
  const attached = await fetch(service.url + mailed);
  expect(new Uint8Array(await attached.arrayBuffer())).toEqual(pdf);
});

async function waitForMail(url: string): Promise<string> {
  for (;;) {
    const response = await fetch(`${url}/dev/inbox.json`);
    const messages = (await response.json()) as {
      kind: string;
      attachments?: { url: string }[];
    }[];
    const mail = messages.find((message) => message.kind === "mail");
    if (mail !== undefined) return mail.attachments?.[0]?.url ?? "";
    await Bun.sleep(10);
  }
}
