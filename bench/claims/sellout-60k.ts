import { ok as assert } from "node:assert";
import { type Acknowledged, checkLedger } from "../../test/fault/ledger.ts";
import { saleDraft, storeEvent } from "../../test/support/harness.ts";
import type { Bench, BenchOptions, MeasuredValue } from "../harness/bench.ts";
import { CodeListener } from "../harness/code-listener.ts";
import { checkDriver } from "../harness/driver-check.ts";
import { valueOf } from "../harness/measure.ts";
import { ProcessorMeter } from "../harness/processor.ts";
import { pauseRelay, Service } from "../harness/service.ts";
import { SelloutCrowd } from "./sellout-crowd.ts";
import { drawSellout } from "./sellout-plot.ts";
import { SelloutSeries } from "./sellout-series.ts";

/** From the first request to the last seat of 60,000, each with a code asked for, read and typed. */
export const sellout60k: Bench = {
  name: "sellout-60k",
  unit: "s",
  bar: 10,
  goal: 5,
  direction: "lower-is-better",
  run,
};

const SEAT_COUNT = 60_000;
const SEAT_COUNT_SMOKE = 1_000;
const EVENT_SLUG = "mela";

async function run({ isSmoke, port, openCluster }: BenchOptions): Promise<MeasuredValue> {
  const seatCount = isSmoke ? SEAT_COUNT_SMOKE : SEAT_COUNT;
  await using cluster = await openCluster();
  const database = await cluster.freshDatabase();
  await storeEvent(database.url, [saleDraft(Date.now(), { quota: seatCount })], EVENT_SLUG);
  await pauseRelay(database.url);
  using codes = new CodeListener();
  await using service = await Service.start({
    databaseUrl: database.url,
    codeSocket: codes.socketPath,
    port,
  });
  const series = new SelloutSeries();
  const crowd = new SelloutCrowd({
    url: service.url,
    eventSlug: EVENT_SLUG,
    seatCount,
    codes,
    series,
  });
  const meter = new ProcessorMeter(service.pid, cluster.pid);
  const ownBefore = process.cpuUsage();
  const tookMs = await crowd.sellOut();
  const { user, system } = process.cpuUsage(ownBefore);
  const processor = meter.elapsed((user + system) / 1e6);
  const acknowledged: readonly Acknowledged[] = crowd.acknowledged();
  assert(acknowledged.length === seatCount, `${acknowledged.length} were told of a seat`);
  assert((await checkLedger(database.sql, { acknowledged, full: [] })) === seatCount);
  const steps = series.steps();
  const driver = await checkDriver({ durationS: isSmoke ? 1 : 3 });
  return {
    ...valueOf([tookMs / 1_000]),
    processor,
    notes: [...series.notes(), driver.note],
    details: { seatCount, steps, driver },
    plots: { "sellout-60k.svg": drawSellout({ seatCount, tookMs, steps }) },
  };
}
