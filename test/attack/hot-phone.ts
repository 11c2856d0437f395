import { addressOf, requestBytes } from "../../bench/harness/http-request.ts";
import { type CallReport, type LoadReport, runLoad } from "../../bench/harness/load.ts";
import { openStage, type Stage } from "../../bench/load/stage.ts";

const HOT_RATES_PER_S = [2_500, 10_000] as const;
const HOT_PHONE = "+8801612345678";
/** A botnet's, each in a network of its own. */
const HOT_ADDRESS_COUNT = 1_000;
const NEIGHBOURS_PER_S = 190;
/** More than are asked for, and three rounds of them have room in the range of numbers. */
const PHONES_PER_ROUND = 2_900;
const CONNECTION_COUNT = 64;
const DURATION_MS = 15_000;
const TIMEOUT_MS = 10_000;

/** What people who ask for a code notice of one phone that is asked for thousands of times a second. */
async function main(): Promise<void> {
  await using stage = await openStage({ pace: 1, seed: 1, quota: 1 }, 0);
  tell("neighbours alone", await neighbours(stage, 0));
  for (const [index, ratePerS] of HOT_RATES_PER_S.entries()) {
    const [beside, storm] = await Promise.all([
      neighbours(stage, 1 + index),
      hotPhone(stage, ratePerS),
    ]);
    tell(`neighbours beside ${storm.achievedPerS.toFixed(0)} a second for one phone`, beside);
    tell("the one phone", storm);
  }
}

function neighbours(stage: Stage, round: number): Promise<LoadReport> {
  let count = round * PHONES_PER_ROUND;
  return load(stage, NEIGHBOURS_PER_S, () => {
    count += 1;
    // Each in a range of numbers of its own: of one range, not many are sent codes that nobody types.
    return askCode(stage, `+88017${String(10_000 * (1_000 + count))}`, count);
  });
}

function hotPhone(stage: Stage, ratePerS: number): Promise<LoadReport> {
  let count = 0;
  return load(stage, ratePerS, () => {
    count += 1;
    return askCode(stage, HOT_PHONE, 1_000_000 + (count % HOT_ADDRESS_COUNT));
  });
}

function load({ url }: Stage, ratePerS: number, next: () => Uint8Array): Promise<LoadReport> {
  return runLoad({
    url,
    connectionCount: CONNECTION_COUNT,
    pace: { kind: "open", ratePerS },
    durationMs: DURATION_MS,
    timeoutMs: TIMEOUT_MS,
    next: () => ({ call: "code", bytes: next() }),
  });
}

function askCode({ url, eventSlug }: Stage, phone: string, address: number): Uint8Array {
  const path = `/api/v1/events/${eventSlug}/codes`;
  const body = JSON.stringify({ phone });
  const request = { method: "POST", path, headers: addressOf(address), body } as const;
  return requestBytes(request, new URL(url).host);
}

function tell(who: string, { calls, errors }: LoadReport): void {
  const { latency, statuses } = calls["code"] as CallReport;
  const { p50Ms, p99Ms, maxMs } = latency;
  const times = `p50 ${p50Ms.toFixed(1)}, p99 ${p99Ms.toFixed(1)}, max ${maxMs.toFixed(1)} ms`;
  console.log(`${who}: ${times}; ${JSON.stringify({ ...statuses, ...errors })}`);
}

await main();
process.exit();
