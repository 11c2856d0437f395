import { expect, test } from "bun:test";
import postgres from "postgres";
import { CrowdedSale, RECOVERY_MS_MAX } from "./crowded-sale.ts";
import { canMount, clusterOnSmallDisk } from "./disk-small.ts";

const DISK_BYTES = 200_000_000;
const SEGMENT_COUNT_MAX = 20;

test.if(canMount())(
  "a disk that is full, for data and then for the log, costs time: 503 meanwhile, seats again within 10 s of its end",
  async () => {
    await using disk = await clusterOnSmallDisk(DISK_BYTES);
    const options = { databaseUrl: disk.url, quota: 850, peopleCount: 900, seed: 31 };
    await using sale = await CrowdedSale.open(options);
    const { crowd } = sale;
    const registered = crowd.register(sale.people);
    await crowd.acknowledgedReaches(100);
    disk.fill();
    await nextShed(sale);
    disk.free();
    expect(await sale.msToNextSeat()).toBeLessThan(RECOVERY_MS_MAX);

    disk.fill();
    await exhaustLog(disk.url);
    await nextShed(sale);
    disk.free();
    await disk.start();
    expect(await sale.msToNextSeat()).toBeLessThan(RECOVERY_MS_MAX);
    await registered;
    await sale.expectHonest();
  },
);

/** Resolves when somebody more has been told to come back later. */
async function nextShed({ crowd }: CrowdedSale): Promise<void> {
  const before = crowd.tally.later;
  while (crowd.tally.later === before) await Bun.sleep(10);
}

/** Uses up what was laid out for the write-ahead log before the disk was full, until PostgreSQL panics. */
async function exhaustLog(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 1, onnotice: () => {} });
  try {
    for (let segment = 0; segment < SEGMENT_COUNT_MAX; segment += 1) {
      await sql`select pg_logical_emit_message(false, 'fault', 'bytes'), pg_switch_wal()`;
    }
    throw new Error("the log always found room");
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  } finally {
    await sql.end({ timeout: 0 });
  }
}
