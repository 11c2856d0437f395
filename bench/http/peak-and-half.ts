import { ok as assert } from "node:assert";
import { join } from "node:path";
import type { BenchOptions, ProcessorTime } from "../harness/bench.ts";
import type { DriveReport } from "../harness/driver.ts";
import { type HttpRequest, writeRequestLines } from "../harness/http-request.ts";
import { checkInvariants } from "../harness/invariants.ts";
import { ROUND_COUNT } from "../harness/measure.ts";
import { ProcessorMeter, readMainThread, type ThreadTime } from "../harness/processor.ts";
import { codeRequest, provePhones, registrationRequest } from "../harness/proved-phones.ts";
import { short } from "../harness/table.ts";
import { bombard, requireFlawless } from "../harness/throughput.ts";
import { slugOf, type Venue } from "./venue.ts";

/** What people ask for: seats alone, or codes and seats in turn. */
export type Mix = "registrations" | "codes-and-registrations";

export interface PeakAndHalf {
  /** Requests a second that the service takes at most. */
  readonly peakPerS: number;
  /** Half of that, at a pace that does not wait for the service. */
  readonly half: DriveReport;
  /** Of the time at half. */
  readonly processor: ProcessorTime;
  /** Of the service's main thread, at half; null where the system does not tell. */
  readonly thread: ThreadTime | null;
}

type Part = "peak" | "half";

/** How long the service is kept at its peak, in whole seconds; at half, twice as long takes as many requests. */
const PEAK_S = 2;
const PEAK_S_SMOKE = 1;
/** Requests a second, before anything is known. */
const GUESS_PER_S = 1_000;
const GUESS_PER_S_SMOKE = 200;
const CONNECTION_COUNT = 64;
const TIMEOUT_MS = 10_000;
/** So much more is prepared than the peak before would take, for it may be higher this time. */
const HEADROOM = 1.5;
const WARM_UP_COUNT_MAX = 5;

/** Finds the peak of a service and goes on at half of it, round after round. No request is sent twice. */
export class PeaksAndHalves {
  readonly #venue: Venue;
  readonly #mix: Mix;
  readonly #peakS: number;
  /** Of the peak before; at first a guess. */
  #peakPerS: number;
  /** Of the event that people come for now. */
  #eventSlug = "";
  #peakCount = 0;
  #phoneCount = 0;
  #createdCount = 0;
  /** Requests that may have left a row without a 201 that was counted. */
  #lostCount = 0;

  constructor(venue: Venue, mix: Mix, { isSmoke }: Pick<BenchOptions, "isSmoke">) {
    this.#venue = venue;
    this.#mix = mix;
    this.#peakS = isSmoke ? PEAK_S_SMOKE : PEAK_S;
    this.#peakPerS = isSmoke ? GUESS_PER_S_SMOKE : GUESS_PER_S;
  }

  /** Finds out what the service takes when it is warm; before the first round. */
  async warmUp(): Promise<void> {
    for (let index = 0; index < WARM_UP_COUNT_MAX; index += 1) {
      const expectedPerS = this.#peakPerS;
      await this.#findPeak();
      if (this.#peakPerS < expectedPerS * HEADROOM) break;
    }
  }

  /** Takes the service to its peak, and gets ready for half of it. */
  async peak(): Promise<void> {
    await this.#findPeak();
    await this.#prepare("half", this.#peakPerS * this.#peakS);
  }

  /** Goes on at half of the peak before. */
  async half(): Promise<PeakAndHalf> {
    const { service, cluster } = this.#venue;
    const meter = new ProcessorMeter(service.pid, cluster.pid);
    const before = readMainThread(service.pid);
    const half = await this.#sendAtHalf();
    const after = readMainThread(service.pid);
    return {
      peakPerS: this.#peakPerS,
      half,
      processor: meter.elapsed(half.processorS),
      thread: before === null || after === null ? null : elapsed(before, after),
    };
  }

  /** Throws where the tables do not hold what people were told. */
  check(): Promise<void> {
    const { database } = this.#venue;
    return checkInvariants(database.sql, {
      createdCount: this.#createdCount,
      lostCount: this.#lostCount,
    });
  }

  async #findPeak(): Promise<void> {
    this.#eventSlug = slugOf(this.#peakCount);
    this.#peakCount += 1;
    await this.#prepare("peak", this.#peakPerS * this.#peakS * HEADROOM);
    const throughput = await bombard({
      ...this.#target("peak"),
      durationS: this.#peakS,
      lines: "once",
    });
    requireFlawless(throughput);
    this.#peakPerS = throughput.requestsPerS;
    // What was on its way when the time was over was not counted, and the two calls may be a few apart.
    const createdCount = Math.round(throughput.requestCount * SHARES[this.#mix]);
    this.#createdCount += Math.max(0, createdCount - CONNECTION_COUNT);
    this.#lostCount += 2 * CONNECTION_COUNT;
  }

  async #sendAtHalf(): Promise<DriveReport> {
    const report = await this.#venue.driver.drive({
      ...this.#target("half"),
      pace: { kind: "open", ratePerS: this.#peakPerS / 2 },
      durationMs: 2 * this.#peakS * 1_000,
      timeoutMs: TIMEOUT_MS,
      lines: "once",
    });
    requireAllServed(report);
    this.#createdCount += report.calls["registrations"]?.statuses["201"] ?? 0;
    return report;
  }

  #target(part: Part) {
    const requestFile = this.#pathOf(part);
    return { url: this.#venue.service.url, connectionCount: CONNECTION_COUNT, requestFile };
  }

  async #prepare(part: Part, requestCount: number): Promise<void> {
    const seatCount = Math.ceil(requestCount * SHARES[this.#mix]);
    const seats = await this.#proveAndRequest(seatCount);
    const codes = this.#requestCodes(Math.ceil(requestCount) - seatCount);
    await writeRequestLines(this.#pathOf(part), interleave(seats, codes));
  }

  #pathOf(part: Part): string {
    return join(this.#venue.folder, part);
  }

  async #proveAndRequest(count: number): Promise<readonly HttpRequest[]> {
    const { service, codes } = this.#venue;
    const eventSlug = this.#eventSlug;
    const firstIndex = this.#takePhones(count);
    const proved = await provePhones({ url: service.url, eventSlug, firstIndex, count, codes });
    return proved.map((phone) => registrationRequest(eventSlug, phone));
  }

  #requestCodes(count: number): readonly HttpRequest[] {
    const firstIndex = this.#takePhones(count);
    return Array.from({ length: count }, (_, index) =>
      codeRequest(this.#eventSlug, firstIndex + index),
    );
  }

  #takePhones(count: number): number {
    const firstIndex = this.#phoneCount;
    this.#phoneCount += count;
    return firstIndex;
  }
}

function elapsed(before: ThreadTime, after: ThreadTime): ThreadTime {
  return { ranS: after.ranS - before.ranS, waitedS: after.waitedS - before.waitedS };
}

/** What others on the machine took from the service, as a sentence. */
export function companyNote({ thread }: PeakAndHalf): string {
  if (thread === null) return "how long it waited for a processor is unknown";
  return `its thread ran ${short(thread.ranS)} s and waited ${short(thread.waitedS)} s for a processor`;
}

/** As many rounds as it takes for a median, of a service that is warm. A smoke run has one, and no patience. */
export async function roundsOf<Round>(
  traffic: PeaksAndHalves,
  round: () => Promise<Round>,
  { isSmoke }: Pick<BenchOptions, "isSmoke">,
): Promise<readonly Round[]> {
  if (isSmoke) return [await round()];
  await traffic.warmUp();
  const rounds: Round[] = [];
  while (rounds.length < ROUND_COUNT) rounds.push(await round());
  return rounds;
}

/** A refusal is quick to give: with some among the answers, latencies would say nothing. */
function requireAllServed({ calls, errors }: DriveReport): void {
  const statuses = Object.values(calls).flatMap((call) => Object.keys(call.statuses));
  const isServed = statuses.every((status) => status === "201" || status === "202");
  const told = JSON.stringify({ calls, errors });
  assert(isServed && Object.keys(errors).length === 0, `at half of its peak it refused: ${told}`);
}

/** Of registrations among all requests. */
const SHARES: Readonly<Record<Mix, number>> = { registrations: 1, "codes-and-registrations": 0.5 };

function interleave(
  seats: readonly HttpRequest[],
  codes: readonly HttpRequest[],
): readonly HttpRequest[] {
  return seats.flatMap((seat, index) => {
    const code = codes[index];
    return code === undefined ? [seat] : [seat, code];
  });
}
