import { ok as assert } from "node:assert";
import { join } from "node:path";
import type { Bench, BenchDatabase, BenchOptions, MeasuredRatio } from "../harness/bench.ts";
import { checkInvariants } from "../harness/invariants.ts";
import { compare } from "../harness/measure.ts";
import { addProcessorTimes } from "../harness/processor.ts";
import { short } from "../harness/table.ts";
import { TemporaryFolder } from "../harness/temporary-folder.ts";
import { type MailRound, MailRounds } from "./mail-rounds.ts";
import { oweMails } from "./owed-mails.ts";

/** Tickets drawn, mailed and written down as sent, held to the pool beneath that is given the same mails ready. */
export const mailBurst: Bench = {
  name: "mail-burst",
  unit: "mails/s",
  bar: 0.8,
  goal: 0.95,
  direction: "higher-is-better",
  run,
};

/** The lane sends 10,000 mails in all, where the machine has the time for it. */
const FULL = { preparedCount: 600, mailCount: 3_000, roundCount: 3 };
const SMOKE = { preparedCount: 60, mailCount: 60, roundCount: 1 };

async function run({ isSmoke, openCluster }: BenchOptions): Promise<MeasuredRatio> {
  const { preparedCount, mailCount, roundCount } = isSmoke ? SMOKE : FULL;
  const owedCount = preparedCount + mailCount * roundCount;
  await using cluster = await openCluster();
  const database = await cluster.freshDatabase();
  await oweMails(database.url, owedCount);
  using folder = new TemporaryFolder();
  await using rounds = await MailRounds.open({
    databaseUrl: database.url,
    postgresPid: cluster.pid,
    preparedCount,
    mailCount,
    owedCount,
    file: join(folder.path, "mails"),
  });
  const lane: MailRound[] = [];
  const pool: MailRound[] = [];
  const measured = await compare({
    candidate: async () => keep(lane, await rounds.lane()),
    baseline: async () => keep(pool, await rounds.pool()),
    roundCount,
  });
  const { sentCount } = rounds;
  await checkOutbox(database, { owedCount, sentCount });
  const { byteCounts, pdfBytesMean } = rounds.prepared;
  const bytesMean = byteCounts.reduce((sum, bytes) => sum + bytes, 0) / byteCounts.length;
  return {
    ...measured,
    notes: [
      `the lane sent ${short(sentCount)} mails of ${short(owedCount)} that were owed, each once`,
      `a mail is ${short(bytesMean)} bytes on average, its PDF ${short(pdfBytesMean)}`,
      `a mail by the lane took ${costOf(lane)}; by the bare pool ${costOf(pool)}`,
    ],
    details: { owedCount, sentCount, bytesMean, pdfBytesMean, lane, pool },
  };
}

function keep(rounds: MailRound[], round: MailRound): MailRound {
  rounds.push(round);
  return round;
}

/** Of processor time, as a part of a sentence. */
function costOf(rounds: readonly MailRound[]): string {
  const mailCount = rounds.reduce((sum, round) => sum + round.mailCount, 0);
  const times = rounds.map(({ processor }) => processor).filter((time) => time !== null);
  const { serverS, postgresS, generatorS } = addProcessorTimes(times);
  const each = (seconds: number | "unknown") =>
    seconds === "unknown" ? "unknown" : `${short((1_000 * seconds) / mailCount)} ms`;
  return `${each(serverS)} in its sender, ${each(postgresS)} in PostgreSQL, ${each(generatorS)} in the mail server`;
}

/** Throws unless exactly the mails that the server took are written down as sent. */
async function checkOutbox(
  { sql }: BenchDatabase,
  { owedCount, sentCount }: { readonly owedCount: number; readonly sentCount: number },
): Promise<void> {
  await checkInvariants(sql, { createdCount: owedCount, lostCount: 0 });
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from outbox where mail_state = 'sent'`;
  assert(row?.count === sentCount, `${row?.count} rows say sent, ${sentCount} mails were taken`);
}
