import postgres, { type Sql } from "postgres";
import { openEmbedded } from "../../src/adapters/postgres/embedded.ts";
import { migrate } from "../../src/adapters/postgres/migrate.ts";
import { freePort } from "../support/free-port.ts";
import { saleDraft, storeEvent } from "../support/harness.ts";
import { freshCluster, initialisedFolder } from "../support/postgres.ts";
import { Random } from "../support/random.ts";
import { ServiceProcess } from "../support/service-process.ts";
import { Crowd } from "./crowd.ts";
import { CrowdSms } from "./crowd-sms.ts";
import { checkLedger } from "./ledger.ts";
import { faultEnvironment, startUnderFault } from "./service-under-fault.ts";

/**
 * `bun test/fault/kill.ts ROUNDS [SEED]` kills a server under load again and again, starts it anew each time, and
 * holds everything its crowd was told against the tables. Exits 1 on the first thing that does not hold, and at the
 * end where a start took too long: on a machine that has nothing else to do, none does.
 */
async function main([roundsText = "20", seedText]: readonly string[]): Promise<void> {
  const rounds = Number(roundsText);
  const seed = Number(seedText ?? crypto.getRandomValues(new Uint16Array(1))[0]);
  console.log(`${rounds} rounds, seed ${seed}`);
  const embeddedRounds = Math.ceil(rounds * EMBEDDED_SHARE);
  const apart = await killOnCluster(rounds - embeddedRounds, seed);
  console.log(reportLine("PostgreSQL apart", apart));
  const embedded = await killOnEmbedded(embeddedRounds, seed);
  console.log(reportLine("PostgreSQL embedded", embedded));
  const starts = [...apart.startsMs, ...embedded.startsMs];
  const slowCount = starts.filter((tookMs) => tookMs > START_MS_MAX).length;
  console.log(`${slowCount} of ${starts.length} starts took longer than ${START_MS_MAX} ms`);
  process.exitCode = slowCount === 0 ? 0 : 1;
}

export interface KillReport {
  readonly rounds: number;
  /** Kills that met registrations sent and not yet answered. */
  readonly killsInFlight: number;
  /** Kills before the server was ready. */
  readonly killsInStart: number;
  /** Whole answers of 201 and 200. */
  readonly acknowledged: number;
  /** Registrations cut off by a kill, whose outcome nobody knew. */
  readonly unknown: number;
  /** Of these, the ones that turned out to be committed. */
  readonly unknownYetCommitted: number;
  readonly registrations: number;
  /** From exec to ready, of every start, in order of length. */
  readonly startsMs: readonly number[];
}

/** From exec to ready. */
export const START_MS_MAX = 5_000;
/** Of all rounds; the rest have a PostgreSQL that is not the server's own. */
const EMBEDDED_SHARE = 0.1;
const WALKER_COUNT = 32;
/** A round takes up to 80 acknowledgements, and half of that in the mean; the rest register after the last kill. */
const ACKNOWLEDGED_COUNT_MAX = 80;
const PEOPLE_PER_ROUND = 80;
const CODE_SHARE = 0.05;
const QUOTA_SHARE = 0.95;
const KILL_IN_START_SHARE = 0.15;
/** A start takes half a second on an idle machine, twice that on a busy one. */
const START_SPREAD_MS = 1_000;
const ROUND_MS_MAX = 3_000;
const JITTER_MS = 4;

/** On a PostgreSQL of its own, which no kill reaches. */
export async function killOnCluster(rounds: number, seed: number): Promise<KillReport> {
  await using cluster = await freshCluster();
  const { url } = cluster;
  await storeSale(url, rounds);
  return await campaign({ rounds, seed, databaseUrl: url, database: { DATABASE_URL: url } });
}

/** On the embedded default: each kill leaves PostgreSQL alive, and the next start adopts it. */
export async function killOnEmbedded(rounds: number, seed: number): Promise<KillReport> {
  const folder = await initialisedFolder();
  const databaseUrl = await prepareEmbedded(folder.path, rounds);
  const database = { FLOODGATE_DATA: folder.path };
  const report = await campaign({ rounds, seed, databaseUrl, database });
  folder.release();
  return report;
}

export function reportLine(name: string, report: KillReport): string {
  const starts = [0, 0.5, 1].map((share) => Math.round(quantile(report.startsMs, share)));
  return [
    `${name}: ${report.rounds} kills, ${report.killsInFlight} with registrations in flight, ${report.killsInStart} in a start`,
    `${report.acknowledged} acknowledged, all durable`,
    `${report.unknown} cut off, of which ${report.unknownYetCommitted} turned out committed`,
    `${report.registrations} seats sold, exactly the quota`,
    `exec to ready ${starts.join(" / ")} ms (min / median / max)`,
  ].join("; ");
}

/** Of numbers in order. */
export function quantile(ordered: readonly number[], share: number): number {
  return ordered[Math.floor(share * (ordered.length - 1))] ?? 0;
}

interface CampaignOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly databaseUrl: string;
  readonly database: { readonly DATABASE_URL: string } | { readonly FLOODGATE_DATA: string };
}

async function campaign(options: CampaignOptions): Promise<KillReport> {
  const { rounds, databaseUrl } = options;
  const random = new Random(options.seed);
  const peopleCount = rounds * PEOPLE_PER_ROUND;
  using sms = new CrowdSms();
  const environment = faultEnvironment(sms, options.database);
  const port = freePort();
  const crowd = new Crowd({
    urls: [`http://127.0.0.1:${port}`],
    sms,
    // Its own, for how often the crowd draws is a matter of time.
    random: new Random(options.seed + 1),
    walkerCount: WALKER_COUNT,
    againShare: 0.1,
  });
  await using server = new MortalServer(environment, port);
  await server.start();
  const codeCount = Math.floor(peopleCount * CODE_SHARE);
  const verified = await crowd.arriveVerified(peopleCount - codeCount);
  const people = shuffled([...verified, ...crowd.arrive(codeCount)], random);

  await using books = new Books(databaseUrl, crowd);
  const crowdDone = crowd.register(people);
  const kills = { inFlight: 0, inStart: 0 };
  for (let round = 1; round <= rounds; round += 1) {
    if (round > 1 && random.chance(KILL_IN_START_SHARE)) {
      kills.inStart += 1;
      await server.startAndKill(random.below(START_SPREAD_MS));
    } else {
      if (round > 1) await server.start();
      const enough = crowd.told.acknowledged.length + random.below(ACKNOWLEDGED_COUNT_MAX + 1);
      await Promise.race([crowd.acknowledgedReaches(enough), Bun.sleep(ROUND_MS_MAX)]);
      await Bun.sleep(random.below(JITTER_MS));
      // Between two commits of a fast machine nothing is under way for a moment.
      const endMs = performance.now() + ROUND_MS_MAX;
      while (crowd.inFlightCount === 0 && performance.now() < endMs) await Bun.sleep(1);
      if (crowd.inFlightCount > 0) kills.inFlight += 1;
      await server.kill();
    }
    await books.check(`round ${round}`);
  }
  await server.start();
  await crowdDone;
  const registrations = await books.check("the end");
  expectEqual("seats sold", registrations, quotaOf(rounds));
  expectEqual("people told of a seat", crowd.holderCount, quotaOf(rounds));
  return {
    rounds,
    killsInFlight: kills.inFlight,
    killsInStart: kills.inStart,
    acknowledged: crowd.told.acknowledged.length,
    unknown: crowd.tally.cut + crowd.tally.broken,
    unknownYetCommitted: crowd.tally.cutYetCommitted,
    registrations,
    startsMs: server.startsMs.toSorted((a, b) => a - b),
  };
}

/** Lives many times at one address. */
class MortalServer implements AsyncDisposable {
  readonly startsMs: number[] = [];
  readonly #environment: Readonly<Record<string, string>>;
  readonly #port: number;
  #service: ServiceProcess | null = null;

  constructor(environment: Readonly<Record<string, string>>, port: number) {
    this.#environment = environment;
    this.#port = port;
  }

  async start(): Promise<void> {
    const { service, tookMs } = await startUnderFault(this.#environment, this.#port);
    this.#service = service;
    this.startsMs.push(tookMs);
  }

  async kill(): Promise<void> {
    await this.#service?.end("SIGKILL");
    this.#service = null;
  }

  async startAndKill(afterMs: number): Promise<void> {
    const service = new ServiceProcess(this.#environment, this.#port);
    await Bun.sleep(afterMs);
    await service.end("SIGKILL");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#service?.end();
  }
}

/** What a crowd was told, held against the tables. */
class Books implements AsyncDisposable {
  readonly #sql: Sql;
  readonly #crowd: Crowd;

  constructor(databaseUrl: string, crowd: Crowd) {
    this.#sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
    this.#crowd = crowd;
  }

  async check(when: string): Promise<number> {
    const { faults, told } = this.#crowd;
    if (faults.length > 0) throw new Error(`${when}: ${faults.slice(0, 5).join("; ")}`);
    try {
      return await checkLedger(this.#sql, told);
    } catch (cause) {
      throw new Error(`the books do not hold at ${when}`, { cause });
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#sql.end({ timeout: 1 });
  }
}

/** Stops what it started: the server owns its PostgreSQL alone, and finds it at the same address. */
async function prepareEmbedded(dataFolder: string, rounds: number): Promise<string> {
  await using embedded = await openEmbedded({ dataFolder, log: () => {} });
  await migrate(embedded.url);
  await storeSale(embedded.url, rounds);
  return embedded.url;
}

async function storeSale(databaseUrl: string, rounds: number): Promise<void> {
  await storeEvent(databaseUrl, [saleDraft(Date.now(), { quota: quotaOf(rounds) })]);
}

function quotaOf(rounds: number): number {
  return Math.floor(rounds * PEOPLE_PER_ROUND * QUOTA_SHARE);
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  return items
    .map((item) => ({ item, place: random.fraction() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

function expectEqual(what: string, actual: number, expected: number): void {
  if (actual !== expected) throw new Error(`${what}: ${actual}, expected ${expected}`);
}

if (import.meta.main) await main(process.argv.slice(2));
