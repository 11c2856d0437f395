import { expect, test } from "bun:test";
import type { Person } from "../fault/crowd.ts";
import { Crowd } from "../fault/crowd.ts";
import { CrowdConnection } from "../fault/crowd-connection.ts";
import { CrowdSms } from "../fault/crowd-sms.ts";
import { faultEnvironment, startUnderFault } from "../fault/service-under-fault.ts";
import { saleDraft, storeEvent } from "../support/harness.ts";
import { freshDatabase } from "../support/postgres.ts";
import { Random } from "../support/random.ts";

const PERSON_COUNT = 40;
/** Time for both servers to start and for all to prove their phones. */
const LEAD_MS = 10_000;
/** Before the opening, everyone begins to press the button, as fast as they are answered. */
const RUSH_MS = 1_000;
const PATIENCE_MS = 10_000;
/** What two machines may be apart. */
const SPREAD_MS = 50;

/** One press of the button. It was judged at some instant between the two. */
interface Press {
  readonly sentMs: number;
  readonly answeredMs: number;
  readonly code: number | string;
}

test("invariant 6: of all who press as fast as they can from a second before the opening, at two servers, nobody gets in before its instant, and nobody is put off after it", async () => {
  await using database = await freshDatabase();
  const opensAtMs = Date.now() + LEAD_MS;
  await storeEvent(database.url, [saleDraft(Date.now(), { opensAtMs })]);
  using sms = new CrowdSms();
  const environment = faultEnvironment(sms, { DATABASE_URL: database.url });
  const [one, other] = await Promise.all([
    startUnderFault(environment),
    startUnderFault(environment),
  ]);
  await using _one = one.service;
  await using _other = other.service;
  const urls = [one.service.url, other.service.url] as const;
  const crowd = new Crowd({ urls, sms, random: new Random(61), walkerCount: PERSON_COUNT });
  const people = await crowd.arriveVerified(PERSON_COUNT);
  expect(crowd.faults).toEqual([]);
  const aheadMs = opensAtMs - RUSH_MS - Date.now();
  expect(aheadMs).toBeGreaterThan(0);
  await Bun.sleep(aheadMs);

  const rushes = await Promise.all(
    people.map((person, index) => pressUntilIn(urls[index % 2] ?? urls[0], person)),
  );
  const presses = rushes.flat();
  expect(new Set(presses.map(({ code }) => code))).toEqual(new Set(["not_open", 201]));
  expect(presses.length).toBeGreaterThan(10 * PERSON_COUNT);
  const early = presses.filter(
    ({ code, answeredMs }) => code === 201 && answeredMs < opensAtMs - SPREAD_MS,
  );
  const late = presses.filter(
    ({ code, sentMs }) => code === "not_open" && sentMs > opensAtMs + SPREAD_MS,
  );
  expect({ early, late }).toEqual({ early: [], late: [] });
});

async function pressUntilIn(url: string, person: Person): Promise<readonly Press[]> {
  using connection = new CrowdConnection(url, PATIENCE_MS);
  const registration = { name: "Rahim Uddin", email: "rahim@example.org", ...person.proof };
  const presses: Press[] = [];
  for (;;) {
    const sentMs = Date.now();
    const answer = await connection.post("/api/v1/events/mela/registrations", registration);
    if (answer.kind !== "answer") throw new Error(`a press was ${answer.kind}`);
    const code = answer.status === 201 ? 201 : problemCode(answer.body);
    presses.push({ sentMs, answeredMs: Date.now(), code });
    if (code !== "not_open") return presses;
  }
}

function problemCode(body: string): string {
  return String((JSON.parse(body) as { readonly code?: unknown }).code);
}
