import { expect, test } from "bun:test";
import { join } from "node:path";
import { readFlyFile } from "../deploy/fly-file.ts";
import { saleDraft, storeEvent } from "../support/harness.ts";
import type { TestDatabase } from "../support/postgres.ts";
import { freshDatabase } from "../support/postgres.ts";
import { Random } from "../support/random.ts";
import { connectRaw, requestHead } from "../support/raw-http.ts";
import type { ServiceProcess } from "../support/service-process.ts";
import type { Person } from "./crowd.ts";
import { Crowd } from "./crowd.ts";
import { CrowdConnection } from "./crowd-connection.ts";
import { CrowdSms } from "./crowd-sms.ts";
import { checkLedger } from "./ledger.ts";
import {
  commitWaits,
  faultEnvironment,
  holdCommits,
  startUnderFault,
  until,
} from "./service-under-fault.ts";

const KILL_TIMEOUT_MS = readFlyFile(join(import.meta.dir, "../..")).killTimeoutS * 1_000;
const REGISTRATIONS = "/api/v1/events/mela/registrations";
const PATIENCE_MS = 30_000;

test("invariant 3: what is under way at SIGTERM is committed and answered, and each answer says that its connection closes", async () => {
  await using world = await openWorld({ quota: 20 });
  const { service, crowd, database } = world;
  const people = await crowd.arriveVerified(20);
  using idle = new CrowdConnection(service.url, PATIENCE_MS);
  await idle.get("/healthz");
  const hold = await holdCommits(database.sql);
  const answers = people.map((person) => {
    const connection = new CrowdConnection(service.url, PATIENCE_MS);
    return connection.post(REGISTRATIONS, registrationOf(person));
  });
  await commitWaits(database.sql);
  service.signal("SIGTERM");
  await until("the idle connection is closed", () => !idle.isOpen);
  await hold[Symbol.asyncDispose]();

  expect((await service.ended()).exitCode).toBe(0);
  for (const answer of await Promise.all(answers)) {
    if (answer.kind !== "answer") throw new Error(`a request under way was ${answer.kind}`);
    expect([answer.status, answer.headers.get("connection")]).toEqual([201, "close"]);
  }
});

test("invariants 1 to 4: SIGTERM under full load ends in time and whole: no broken answer, no lost seat, no half-done SMS", async () => {
  await using world = await openWorld({ quota: 900, confirmingMs: 1_000 });
  const { service, crowd, database, sms, environment } = world;
  const verified = await crowd.arriveVerified(900);
  const [first, people] = [verified.slice(0, 20), [...verified.slice(20), ...crowd.arrive(50)]];
  const fetchers = await crowd.arriveVerified(20);
  const idle = Array.from({ length: 50 }, () => new CrowdConnection(service.url, PATIENCE_MS));
  await Promise.all(idle.map((connection) => connection.get("/healthz")));

  // On a fast machine everybody is served before the first SMS leaves: some come ahead of the others.
  await crowd.register(first);
  await until("an SMS is under way", () => sms.confirmingCount > 0);
  const crowdDone = crowd.register(people);
  const fetched = Promise.all(fetchers.map((person) => fetchUntilGone(service.url, person)));
  const polled = pollUntilGone(service.url);
  await crowd.acknowledgedReaches(200);
  await until("an SMS is under way", () => sms.confirmingCount > 0);
  expect(crowd.inFlightCount).toBeGreaterThan(0);
  const termMs = performance.now();
  service.signal("SIGTERM");
  const { exitCode, errors } = await service.ended();
  const tookMs = performance.now() - termMs;

  expect([exitCode, errors.split("\n").filter((line) => line.includes('"level":50'))]).toEqual([
    0,
    [],
  ]);
  expect(tookMs).toBeLessThan(KILL_TIMEOUT_MS);
  expect(idle.filter((connection) => connection.isOpen)).toEqual([]);
  expect((await fetched).flat()).toEqual([]);
  expect(await polled).toEqual([]);
  expect(sms.confirmingCount).toBe(0);
  await expectSettledRelay(database, sms);
  await checkLedger(database.sql, crowd.told);

  await using next = (await startUnderFault(environment, service.port)).service;
  await crowdDone;
  expect(crowd.faults).toEqual([]);
  expect(crowd.tally.broken).toBe(0);
  expect(await checkLedger(database.sql, crowd.told)).toBe(900);
  await next.end();
});

test("a request that never comes whole holds a stop for no longer than the platform waits", async () => {
  await using world = await openWorld({ quota: 1 });
  const { service } = world;
  const head = requestHead(`POST ${REGISTRATIONS}`, {
    "content-type": "application/json",
    "content-length": "100",
  });
  const half = [
    connectRaw(service.url, `${head}{"name":`),
    connectRaw(service.url, head.slice(0, 40)),
  ];
  using probe = new CrowdConnection(service.url, PATIENCE_MS);
  await probe.get("/healthz");
  const termMs = performance.now();
  expect((await service.end()).exitCode).toBe(0);
  expect(performance.now() - termMs).toBeLessThan(KILL_TIMEOUT_MS);
  for (const { closed } of half) expect([0, 408]).toContain((await closed).status);
});

interface World extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly sms: CrowdSms;
  readonly environment: Record<string, string>;
  readonly service: ServiceProcess;
  readonly crowd: Crowd;
}

async function openWorld({
  quota,
  confirmingMs = 0,
}: {
  readonly quota: number;
  readonly confirmingMs?: number;
}): Promise<World> {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await freshDatabase());
  await storeEvent(database.url, [saleDraft(Date.now(), { quota })]);
  const sms = opening.use(new CrowdSms(() => Bun.sleep(confirmingMs)));
  const environment = faultEnvironment(sms, { DATABASE_URL: database.url });
  const { service } = await startUnderFault(environment);
  opening.use(service);
  const crowd = new Crowd({
    urls: [service.url],
    sms,
    random: new Random(4),
    walkerCount: 64,
    againShare: 0.1,
  });
  const resources = opening.move();
  return {
    database,
    sms,
    environment,
    service,
    crowd,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function registrationOf(person: Person): unknown {
  return { name: "Rahim Uddin", email: "rahim@example.org", ...person.proof };
}

/** Registers again and again through the runtime's own client, whose connections live on; answers what was wrong. */
async function fetchUntilGone(url: string, person: Person): Promise<string[]> {
  for (;;) {
    const response = await fetch(url + REGISTRATIONS, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(registrationOf(person)),
    }).catch(() => null);
    if (response === null) return [];
    const isAllowed = [200, 201, 503].includes(response.status);
    const isWhole = await response.json().then(
      () => true,
      () => false,
    );
    if (!isAllowed || !isWhole) return [`${response.status}, whole: ${isWhole}`];
  }
}

/** Readers on busy keep-alive connections; answers those who were cut off in the middle of an answer. */
async function pollUntilGone(url: string): Promise<string[]> {
  const paths = ["/api/v1/events/mela/tick", "/api/v1/events/mela", "/e/mela", "/healthz"];
  const broken = await Promise.all(
    paths.map(async (path) => {
      using connection = new CrowdConnection(url, PATIENCE_MS);
      for (;;) {
        const exchange = await connection.get(path);
        if (exchange.kind === "broken" || exchange.kind === "silent") return [path];
        if (exchange.kind !== "answer") return [];
      }
    }),
  );
  return broken.flat();
}

/** Each confirmation was sent once and written down, or not begun: nothing waits for a lease to end. */
async function expectSettledRelay({ sql }: TestDatabase, sms: CrowdSms): Promise<void> {
  const rows = await sql<{ phone: string; state: string; tries: number }[]>`
    select '+' || r.phone as phone, o.sms_state as state, o.sms_tries as tries
    from outbox o join registrations r on r.id = o.registration_id`;
  const told = rows.map(({ phone, state, tries }) => {
    const count = sms.confirmationCounts.get(phone) ?? 0;
    return `${state} after ${tries} tries, received ${count} times`;
  });
  const settled = [
    "sent after 1 tries, received 1 times",
    "queued after 0 tries, received 0 times",
  ];
  expect(told.filter((line) => !settled.includes(line))).toEqual([]);
  expect(told).toContain("sent after 1 tries, received 1 times");
}
