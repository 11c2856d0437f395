import { describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sql } from "postgres";
import { InlineRenderer } from "../../src/adapters/pdf/inline-renderer.ts";
import { makeCertificate } from "../adapters/smtp/certificate.ts";
import { makeMailer } from "../adapters/smtp/mail-server.ts";
import { Attendee, phoneNumber, saleDraft, storeEvent } from "../support/harness.ts";
import { needs } from "../support/needs.ts";
import { freshDatabase } from "../support/postgres.ts";
import { Random } from "../support/random.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { testKeyRing } from "../ticket/make-ticket-sheet.ts";
import { composeService } from "./composed-service.ts";
import { Crowd } from "./crowd.ts";
import { CrowdSms } from "./crowd-sms.ts";
import { faultEnvironment, startUnderFault } from "./service-under-fault.ts";
import type { CopyingServerOptions } from "./smtp-copies.ts";
import { CopyingServer } from "./smtp-copies.ts";

/** As `MAIL_CONNECTIONS` is without a word. */
const MAIL_CONNECTION_COUNT = 5;

const MAIL_COUNT = 12;
const RETRY_FIRST_MS = 100;
const FAST = {
  outboxPollMs: 50,
  outboxRetryFirstMs: RETRY_FIRST_MS,
  outboxRetryMaxMs: 400,
  // On a busy machine the first rows have many tries behind them when the last have their second.
  outboxTriesMax: 1_000,
};

/** On this thread, and shared: its fonts take longer to read than all tickets here to draw. */
const renderer = new InlineRenderer(testKeyRing());

/** The service on a real PostgreSQL, sending to a real mail server through a proxy, and people who hold seats. */
async function openWorld(options: CopyingServerOptions) {
  await using opening = new AsyncDisposableStack();
  const certificate = makeCertificate("localhost");
  const server = opening.use(new CopyingServer(certificate, options));
  const proxy = opening.use(await TcpProxy.start(`smtps://127.0.0.1:${await server.listen()}`));
  const { url: databaseUrl, sql } = opening.use(await freshDatabase());
  await storeEvent(databaseUrl, [saleDraft(Date.now())]);
  const mailer = opening.use(makeMailer(Number(new URL(proxy.url).port), certificate.cert));
  const service = opening.use(
    await composeService({ databaseUrl, mailer, renderer, limits: FAST }),
  );
  const register = async () => {
    const people = Array.from({ length: MAIL_COUNT }, async (_, index) => {
      const person = new Attendee(service.url, phoneNumber(index));
      await person.askCode();
      const code = await service.gateway.codeOf(person.phone);
      const { status } = await person.register(code, { email: addressOf(index) });
      expect(status).toBe(201);
    });
    await Promise.all(people);
  };
  const resources = opening.move();
  return { server, proxy, sql, register, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

function addressOf(index: number): string {
  return `rahim${index}@example.org`;
}

/** How many rows are in each state of the mail. */
async function mailStates(sql: Sql): Promise<Readonly<Record<string, number>>> {
  const rows = await sql<{ state: string; count: number }[]>`
    select mail_state::text as state, count(*)::int as count from outbox group by mail_state`;
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

async function allSettled(sql: Sql): Promise<Readonly<Record<string, number>>> {
  for (;;) {
    const states = await mailStates(sql);
    if (states["queued"] === undefined) return states;
    await Bun.sleep(20);
  }
}

/** How often each mail was taken; a mail taken twice must be seen to be one. */
function copyCounts({ copies }: CopyingServer): readonly number[] {
  for (const messageIds of copies.values()) {
    expect(messageIds[0]).toContain("@127.0.0.1>");
    expect(new Set(messageIds).size).toBe(1);
  }
  return [...copies.values()].map((messageIds) => messageIds.length);
}

describe.concurrent.if(needs("openssl"))("mails through the outbox, over SMTP", () => {
  test("a server that breaks off right after the dot costs one duplicate, and never the mail", async () => {
    const isEven = (address: string) => Number(/\d+/.exec(address)) % 2 === 0;
    await using world = await openWorld({
      // Half of them it never answers at all.
      atDot: (address, copyCount) => (isEven(address) && copyCount > 1 ? "accept" : "hang up"),
    });
    await world.register();
    expect(await allSettled(world.sql)).toEqual({
      sent: MAIL_COUNT / 2,
      unknown: MAIL_COUNT / 2,
    });
    expect(copyCounts(world.server)).toEqual(Array(MAIL_COUNT).fill(2));
  });

  test("bursts of 421 and 454 put mails off, longer each time, and lose none", async () => {
    await using world = await openWorld({
      atRecipient: (_, tries) => [421, 454, null][tries - 1] ?? null,
    });
    await world.register();
    expect(await allSettled(world.sql)).toEqual({ sent: MAIL_COUNT });
    expect(copyCounts(world.server)).toEqual(Array(MAIL_COUNT).fill(1));
    for (const [first = 0, second = 0, third = 0] of world.server.triesAtMs.values()) {
      expect(second - first).toBeGreaterThanOrEqual(RETRY_FIRST_MS);
      expect(third - second).toBeGreaterThanOrEqual(2 * RETRY_FIRST_MS);
    }
  });

  test("a server that is away for a while gets every mail once when it is back", async () => {
    await using world = await openWorld({});
    world.proxy.refuse(true);
    await world.register();
    const untried = () => world.sql`select from outbox where mail_tries < 2`;
    while ((await untried()).length > 0) await Bun.sleep(20);
    expect(world.server.copies.size).toBe(0);
    world.proxy.refuse(false);
    expect(await allSettled(world.sql)).toEqual({ sent: MAIL_COUNT });
    expect(copyCounts(world.server)).toEqual(Array(MAIL_COUNT).fill(1));
  });

  test("a service killed between sending and writing it down sends all mails, and few of them twice", async () => {
    const midway = Promise.withResolvers<void>();
    let takenCount = 0;
    const certificate = makeCertificate("localhost");
    await using server = new CopyingServer(certificate, {
      isSecure: false,
      atDot: () => {
        takenCount += 1;
        if (takenCount !== MAIL_COUNT / 2) return "accept";
        midway.resolve();
        // Taken, and never answered: the connection goes with the service.
        return new Promise(() => {});
      },
    });
    const port = await server.listen();
    await using database = await freshDatabase();
    const { url, sql } = database;
    await storeEvent(url, [saleDraft(Date.now(), { quota: MAIL_COUNT })]);
    const folder = await mkdtemp(join(tmpdir(), "floodgate-test-mail-"));
    const authority = join(folder, "authority.pem");
    await Bun.write(authority, certificate.cert);
    using sms = new CrowdSms();
    const environment = {
      ...faultEnvironment(sms, { DATABASE_URL: url }),
      SMTP_URL: `smtp://localhost:${port}`,
      MAIL_FROM: "Winter Mela <tickets@mela.example>",
      NODE_EXTRA_CA_CERTS: authority,
    };
    await sql`update lanes set is_paused = true where name = 'mail'`;
    const first = await startUnderFault(environment);
    const urls = [first.service.url];
    const crowd = new Crowd({ urls, sms, random: new Random(1), walkerCount: 5 });
    await crowd.register(await crowd.arriveVerified(MAIL_COUNT));
    await sql`update lanes set is_paused = false where name = 'mail'`;
    await midway.promise;
    await first.service.end("SIGKILL");
    // Or it would be three minutes until the leases of the dead end.
    await sql`update outbox set mail_due_at = now() where mail_state = 'queued'`;
    const second = await startUnderFault(environment);
    expect(await allSettled(sql)).toEqual({ sent: MAIL_COUNT });
    await second.service.end();
    const counts = copyCounts(server);
    expect(counts).toHaveLength(MAIL_COUNT);
    const duplicateCount = counts.reduce((sum, count) => sum + count - 1, 0);
    expect(duplicateCount).toBeGreaterThanOrEqual(1);
    expect(duplicateCount).toBeLessThanOrEqual(2 * MAIL_CONNECTION_COUNT);
    await rm(folder, { recursive: true });
  });
});
