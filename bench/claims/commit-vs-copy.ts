import { ok as assert } from "node:assert";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Sql } from "postgres";
import { Database } from "../../src/adapters/postgres/client.ts";
import { PostgresRegistrationStore } from "../../src/adapters/postgres/registration-store.ts";
import type { Email } from "../../src/attendee/email.ts";
import type { PersonName } from "../../src/attendee/person-name.ts";
import type { Phone } from "../../src/attendee/phone.ts";
import { limits } from "../../src/limits.ts";
import type { Candidate } from "../../src/quota/ports.ts";
import type { RegistrationId, TicketKey } from "../../src/ticket/ticket.ts";
import { phoneNumber, saleDraft, storeEvent } from "../../test/support/harness.ts";
import type { Bench, BenchDatabase, BenchOptions, MeasuredRatio } from "../harness/bench.ts";
import { checkInvariants } from "../harness/invariants.ts";
import { compare, type Go, ROUND_COUNT } from "../harness/measure.ts";
import { ProcessorMeter } from "../harness/processor.ts";

/** Seats through the store, held to the fastest way PostgreSQL has of writing the very same rows. */
export const commitVsCopy: Bench = {
  name: "commit-vs-copy",
  unit: "registrations/s",
  bar: 0.4,
  goal: 0.65,
  direction: "higher-is-better",
  run,
};

const REGISTRATION_COUNT = 60_000;
const REGISTRATION_COUNT_SMOKE = 3_000;
/** Numbers of this many are dealt out, in no order: a prime, so that each is dealt once. */
const PHONE_COUNT = 89_999_999;
const PHONE_STRIDE = 27_644_437;

async function run({ isSmoke, openCluster }: BenchOptions): Promise<MeasuredRatio> {
  await using cluster = await openCluster();
  const database = await cluster.freshDatabase();
  const count = isSmoke ? REGISTRATION_COUNT_SMOKE : REGISTRATION_COUNT;
  const event = await storeEvent(database.url, [saleDraft(Date.now(), { quota: count })]);
  const saleId = event.sales[0]?.id ?? 0;
  const tables = await CopiedTables.open(database, { saleId, postgresPid: cluster.pid });
  await using commits = openDatabase(database.url);
  const store = new PostgresRegistrationStore({ commits, reads: commits });
  const candidates = Array.from({ length: count }, (_, index) => candidate(index));
  const commit = () => tables.time(count, () => commitAll(store, saleId, candidates));
  await commit();
  await tables.keepRows();
  return await compare({
    candidate: commit,
    baseline: () => tables.time(count, () => tables.copyRows()),
    roundCount: isSmoke ? 1 : ROUND_COUNT,
  });
}

/** As the service does under load: one full batch after another. */
async function commitAll(
  store: PostgresRegistrationStore,
  saleId: number,
  candidates: readonly Candidate[],
): Promise<void> {
  const { commitBatchCountMax } = limits;
  for (let start = 0; start < candidates.length; start += commitBatchCountMax) {
    const batch = candidates.slice(start, start + commitBatchCountMax);
    const answer = await store.commitBatch(saleId, batch);
    assert(answer.kind === "done", `a commit ended ${answer.kind}`);
    assert(
      answer.outcomes.every(({ kind }) => kind === "committed"),
      "everyone wins a seat",
    );
  }
}

/** The tables that a registration is written to, and files of the rows that they held. */
class CopiedTables {
  readonly #sql: Sql;
  readonly #saleId: number;
  readonly #postgresPid: number;
  /** PostgreSQL's own user reads and writes here; it goes with the cluster. */
  readonly #folder: string;

  static async open(
    { sql }: BenchDatabase,
    options: { readonly saleId: number; readonly postgresPid: number },
  ): Promise<CopiedTables> {
    const [row] = await sql<{ folder: string }[]>`
      select current_setting('data_directory') as folder`;
    assert(row !== undefined);
    return new CopiedTables(sql, { ...options, folder: row.folder });
  }

  private constructor(
    sql: Sql,
    options: { readonly saleId: number; readonly postgresPid: number; readonly folder: string },
  ) {
    this.#sql = sql;
    this.#saleId = options.saleId;
    this.#postgresPid = options.postgresPid;
    this.#folder = options.folder;
  }

  /** What fills the empty tables with so many registrations. Both ways of it end with the invariants. */
  async time(count: number, fill: () => Promise<void>): Promise<Go> {
    const sql = this.#sql;
    await sql`truncate registrations, outbox`;
    await sql`update sales set sold = 0, last_committed_at = default`;
    // What one round left to be written back must not burden the next.
    await sql`checkpoint`;
    const meter = new ProcessorMeter(process.pid, this.#postgresPid);
    const startMs = performance.now();
    await fill();
    const tookMs = performance.now() - startMs;
    const processor = meter.elapsed(0);
    await checkInvariants(sql, { createdCount: count, lostCount: 0 });
    return { figure: (count * 1_000) / tookMs, processor };
  }

  async keepRows(): Promise<void> {
    const { registrations, outbox } = this.#files();
    await this.#sql.unsafe(`
      copy (select * from registrations order by ordinal) to ${registrations};
      copy (select * from outbox order by id) to ${outbox}`);
  }

  /** One query of several statements is one transaction: it ends as whole and as durable as our own. */
  async copyRows(): Promise<void> {
    const { registrations, outbox } = this.#files();
    await this.#sql.unsafe(`
      copy registrations from ${registrations};
      copy outbox from ${outbox};
      update sales s
      set sold = r.sold, last_committed_at = r.last_committed_at
      from (
        select count(*) as sold, max(committed_at) as last_committed_at from registrations
      ) as r
      where s.id = ${this.#saleId}`);
  }

  /** As literals of SQL. */
  #files(): { readonly registrations: string; readonly outbox: string } {
    const literal = (name: string) => `'${join(this.#folder, name).replaceAll("'", "''")}'`;
    return { registrations: literal("bench-registrations"), outbox: literal("bench-outbox") };
  }
}

function openDatabase(url: string): Database {
  return new Database({
    url,
    applicationName: "floodgate bench",
    connectionCountMax: limits.commitConnectionCountMax,
    isPrepared: true,
  });
}

function candidate(index: number): Candidate {
  return {
    registrationId: Bun.randomUUIDv7() as RegistrationId,
    ticketKey: randomBytes(16).toString("base64url") as TicketKey,
    phone: phoneNumber((index * PHONE_STRIDE) % PHONE_COUNT) as Phone,
    name: "Rahim Uddin" as PersonName,
    email: `attendee${index}@example.org` as Email,
    locale: "en",
    takenAtMs: Date.now(),
  };
}
