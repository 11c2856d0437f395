import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Certificate } from "../adapters/smtp/certificate.ts";
import { makeCertificate } from "../adapters/smtp/certificate.ts";
import { MailServer } from "../adapters/smtp/mail-server.ts";
import { saleDraft, storeEvent } from "../support/harness.ts";
import { needs } from "../support/needs.ts";
import type { TestDatabase } from "../support/postgres.ts";
import { freshDatabase } from "../support/postgres.ts";
import { Random } from "../support/random.ts";
import type { ServiceProcess } from "../support/service-process.ts";
import { Crowd } from "./crowd.ts";
import { CrowdSms } from "./crowd-sms.ts";
import { checkLedger } from "./ledger.ts";
import {
  commitWaits,
  faultEnvironment,
  holdCommits,
  startUnderFault,
  until,
} from "./service-under-fault.ts";

/** As `MAIL_CONNECTIONS` is without a word. */
const MAIL_CONNECTION_COUNT = 5;

/** For a machine that is busy; an idle one takes 20 s. */
const TIMEOUT_MS = 180_000;
/** Longer than any request waits. */
const SUSPENDED_MS = 12_000;
const QUOTA = 60;
/** Registered before anything happens: as many mails as one relay holds, more than it sends at once. */
const EARLY_COUNT = 20;
const LATE_COUNT = 20;

test.if(needs("openssl"))(
  "invariants 1 to 4, 6 and 7: a server asleep in the middle of a commit wakes to a sold-out sale, tells the truth, and doubles at most the mails it had in hand",
  async () => {
    await using world = await openWorld();
    const { database, mails, sms } = world;
    await using sleeper = await world.start();
    const early = new Crowd({ ...crowdOptions(sleeper, sms), firstNumber: 0 });
    await early.register(await early.arriveVerified(EARLY_COUNT));
    const late = new Crowd({ ...crowdOptions(sleeper, sms), firstNumber: 1_000 });
    const latePeople = await late.arriveVerified(LATE_COUNT);
    await until("a full hand of mails", () => mails.waitingCount === MAIL_CONNECTION_COUNT);
    // The rest is claimed and drawn, and waits for a connection.
    await until(
      "all early mails claimed",
      async () => (await mailsClaimed(database)) === EARLY_COUNT,
    );

    const hold = await holdCommits(database.sql);
    const lateDone = late.register(latePeople);
    await commitWaits(database.sql);
    sleeper.signal("SIGSTOP");
    const asleepSinceMs = performance.now();
    const inHand = mails.answerAll();
    await hold[Symbol.asyncDispose]();
    await until("the sleeper's commit", async () => (await soldCount(database)) > EARLY_COUNT);
    const soldAsleep = await soldCount(database);

    await using other = await world.start();
    const others = new Crowd({ ...crowdOptions(other, sms), firstNumber: 2_000 });
    await others.register(await others.arriveVerified(QUOTA));
    expect(others.faults).toEqual([]);
    expect(others.holderCount).toBe(QUOTA - soldAsleep);
    await until("the other's mails", async () => (await mailsQueued(database)) === EARLY_COUNT);
    // Nobody sends what another has a lease of. That of what was sent ends here; by the clock it would in three minutes.
    for (const address of inHand) expect(mails.countOf(address)).toBe(1);
    await database.sql`
      update outbox o set mail_due_at = now() from registrations r
      where r.id = o.registration_id and r.email = any(${inHand})`;
    const leftCount = EARLY_COUNT - inHand.length;
    await until("the mails in hand", async () => (await mailsQueued(database)) === leftCount);
    await Bun.sleep(SUSPENDED_MS - (performance.now() - asleepSinceMs));
    sleeper.signal("SIGCONT");
    await lateDone;

    expect([early.faults, late.faults]).toEqual([[], []]);
    // Those whose commit it had sent learn of their seats, the rest that there is none.
    expect(late.holderCount).toBe(soldAsleep - EARLY_COUNT);
    expect(late.told.full).toHaveLength(LATE_COUNT - late.holderCount);
    const told = {
      acknowledged: [early, late, others].flatMap((crowd) => crowd.told.acknowledged),
      full: [early, late, others].flatMap((crowd) => crowd.told.full),
    };
    expect(await checkLedger(database.sql, told)).toBe(QUOTA);
    await until("the sleeper's other mails", async () => (await mailsQueued(database)) === 0);
    for (const server of [sleeper, other]) expect((await server.end()).exitCode).toBe(0);
    // At least once; and twice only what was in hand when it fell asleep.
    expect(mails.addressCount).toBe(QUOTA);
    expect(mails.addressesSeen(2).toSorted()).toEqual(inHand.toSorted());
    expect(mails.addressesSeen(3)).toEqual([]);
  },
  TIMEOUT_MS,
);

interface World extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly sms: CrowdSms;
  readonly mails: HeldMails;
  start(): Promise<ServiceProcess>;
}

async function openWorld(): Promise<World> {
  await using opening = new AsyncDisposableStack();
  const database = opening.use(await freshDatabase());
  await storeEvent(database.url, [saleDraft(Date.now(), { quota: QUOTA })]);
  const sms = opening.use(new CrowdSms());
  const mails = new HeldMails();
  const certificate = makeCertificate("localhost");
  const server = opening.use(mails.serve(certificate));
  const folder = await mkdtemp(join(tmpdir(), "floodgate-test-suspend-"));
  opening.defer(() => rm(folder, { recursive: true }));
  const authority = join(folder, "authority.pem");
  await Bun.write(authority, certificate.cert);
  const environment = {
    ...faultEnvironment(sms, { DATABASE_URL: database.url }),
    SMTP_URL: `smtp://localhost:${await server.listen()}`,
    MAIL_FROM: "Winter Mela <tickets@mela.example>",
    NODE_EXTRA_CA_CERTS: authority,
  };
  const resources = opening.move();
  return {
    database,
    sms,
    mails,
    start: async () => (await startUnderFault(environment)).service,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** A mail server's memory: who was sent how many, and those it has taken whole and not yet answered. */
class HeldMails {
  readonly #counts = new Map<string, number>();
  readonly #waiting = new Map<string, () => void>();
  #isHeld = true;

  get waitingCount(): number {
    return this.#waiting.size;
  }

  get addressCount(): number {
    return this.#counts.size;
  }

  countOf(address: string): number {
    return this.#counts.get(address) ?? 0;
  }

  /** Those who were sent so many mails or more. */
  addressesSeen(countMin: number): string[] {
    return [...this.#counts].filter(([, count]) => count >= countMin).map(([address]) => address);
  }

  serve(certificate: Certificate): MailServer {
    return new MailServer(certificate, {
      onData: (stream, session, done) => {
        stream.resume();
        stream.once("end", () => {
          const address = session.envelope.rcptTo[0]?.address ?? "";
          this.#counts.set(address, this.countOf(address) + 1);
          if (this.#isHeld) this.#waiting.set(address, () => done(null, "queued"));
          else done(null, "queued");
        });
      },
    });
  }

  /** From here on every mail is answered at once. Answers whose were waiting. */
  answerAll(): string[] {
    this.#isHeld = false;
    for (const answer of this.#waiting.values()) answer();
    return [...this.#waiting.keys()];
  }
}

function crowdOptions({ url }: ServiceProcess, sms: CrowdSms) {
  return { urls: [url], sms, random: new Random(6), walkerCount: 20 };
}

async function soldCount({ sql }: TestDatabase): Promise<number> {
  const [sale] = await sql<{ sold: number }[]>`select sold from sales`;
  return sale?.sold ?? 0;
}

async function mailsClaimed({ sql }: TestDatabase): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from outbox where mail_tries > 0`;
  return row?.count ?? 0;
}

async function mailsQueued({ sql }: TestDatabase): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from outbox where mail_state = 'queued'`;
  return row?.count ?? 0;
}
