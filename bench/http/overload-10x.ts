import { ok as assert } from "node:assert";
import { join } from "node:path";
import type { Bench, BenchOptions, MeasuredRatio } from "../harness/bench.ts";
import { Child } from "../harness/child.ts";
import { checkHandles } from "../harness/handles.ts";
import { writeRequestLines } from "../harness/http-request.ts";
import { checkInvariants } from "../harness/invariants.ts";
import { compare, type Go } from "../harness/measure.ts";
import { ProcessorMeter } from "../harness/processor.ts";
import { codeRequest, provePhones, registrationRequest } from "../harness/proved-phones.ts";
import { short } from "../harness/table.ts";
import type { CrowdOrder, CrowdReport } from "./overload-crowd.ts";
import { rejectionCost } from "./rejection-cost.ts";
import { openVenue, slugOf, type Venue } from "./venue.ts";

/** What is left of the service's peak when ten times as many want something: codes and seats in turn. */
export const overload10x: Bench = {
  name: "overload-10x",
  unit: "requests/s",
  bar: 0.9,
  goal: 0.97,
  direction: "higher-is-better",
  run,
};

/** To turn someone away may cost so much more than a bare server takes for the same answer. */
const REJECTION_COST_MAX = 1.3;
const OVERLOAD = 10;
const TIMEOUT_MS = 10_000;
/** Besides the clients' own, at either end. */
const KEPT_BACK_COUNT = 500;
/** So much more is prepared than the crowd before was served. */
const HEADROOM = 1.4;

interface Scale {
  /** As many as `claims-vs-echo` has: more at once and the service gives no more. */
  readonly clientCount: number;
  readonly peakMs: number;
  /** Long enough for those who wait to come back. */
  readonly overloadMs: number;
  /** Requests a second, before anything is known. */
  readonly guessPerS: number;
  readonly roundCount: number;
  readonly rejection: { readonly durationS: number; readonly roundCount: number };
}

const FULL: Scale = {
  clientCount: 512,
  peakMs: 2_000,
  overloadMs: 5_000,
  guessPerS: 2_500,
  roundCount: 3,
  rejection: { durationS: 1, roundCount: 3 },
};

const SMOKE: Scale = {
  clientCount: 16,
  peakMs: 500,
  overloadMs: 500,
  guessPerS: 400,
  roundCount: 1,
  rejection: { durationS: 1, roundCount: 1 },
};

async function run(options: BenchOptions): Promise<MeasuredRatio> {
  const scale = options.isSmoke ? SMOKE : FULL;
  checkHandles(OVERLOAD * scale.clientCount + KEPT_BACK_COUNT);
  await using venue = await openVenue(options);
  const crowds = new Crowds(venue, scale);
  await crowds.peak();
  const measured = await compare({
    candidate: () => crowds.overload(),
    baseline: () => crowds.peak(),
    roundCount: scale.roundCount,
  });
  await crowds.check();
  const rejection = await rejectionCost({ folder: venue.folder, ...scale.rejection });
  const told = `a rejection takes ${short(rejection.value)} µs of processor time, the same answer from a bare server ${short(rejection.baseline)} µs: ${short(rejection.ratio)} times as much`;
  const isDear = rejection.ratio > REJECTION_COST_MAX && !options.isSmoke;
  return {
    ...measured,
    notes: [...crowds.notes, `${told}, where ${REJECTION_COST_MAX} is the most`],
    details: { crowds: crowds.reports, rejection },
    ...(isDear ? { shortfall: told } : {}),
  };
}

/** Crowds of both sizes, one after the other, each with phones and an event of its own. */
class Crowds {
  readonly notes: string[] = [];
  readonly reports: CrowdReport[] = [];
  readonly #venue: Venue;
  readonly #scale: Scale;
  #servedPerS: number;
  #phoneCount = 0;

  constructor(venue: Venue, scale: Scale) {
    this.#venue = venue;
    this.#scale = scale;
    this.#servedPerS = scale.guessPerS;
  }

  /** As many as it takes. */
  peak(): Promise<Go> {
    const { clientCount, peakMs } = this.#scale;
    return this.#go("peak", clientCount, peakMs);
  }

  overload(): Promise<Go> {
    const { clientCount, overloadMs } = this.#scale;
    return this.#go("overload", OVERLOAD * clientCount, overloadMs);
  }

  /** Throws where the tables do not hold what people were told. */
  check(): Promise<void> {
    const sum = (counts: readonly number[]) => counts.reduce((one, other) => one + other, 0);
    const createdCount = sum(this.reports.map(({ answers }) => answers["registrations 201"] ?? 0));
    const lostCount = sum(this.reports.flatMap(({ errors }) => Object.values(errors)));
    return checkInvariants(this.#venue.database.sql, { createdCount, lostCount });
  }

  async #go(name: string, clientCount: number, durationMs: number): Promise<Go> {
    const { service, cluster } = this.#venue;
    const requestFile = await this.#prepare(durationMs, clientCount);
    await using child = new Child(join(import.meta.dir, "overload-crowd-process.ts"));
    const order = { url: service.url, requestFile, clientCount, durationMs, timeoutMs: TIMEOUT_MS };
    const meter = new ProcessorMeter(service.pid, cluster.pid);
    const report = await child.ask<CrowdReport>(order satisfies CrowdOrder);
    this.#servedPerS = (report.servedCount * 1_000) / report.durationMs;
    this.reports.push(report);
    this.notes.push(noteOf(`${name} by ${short(clientCount)} clients`, report));
    requireOnly(report);
    return { figure: this.#servedPerS, processor: meter.elapsed(report.processorS) };
  }

  /** Everybody has something to ask for from the first instant, and then as much as the service may serve. */
  async #prepare(durationMs: number, clientCount: number): Promise<string> {
    const { service, codes, folder } = this.#venue;
    const eventSlug = slugOf(this.reports.length);
    const count = Math.ceil((this.#servedPerS * HEADROOM * durationMs) / 2_000 + clientCount / 2);
    const firstIndex = this.#phoneCount;
    this.#phoneCount += 2 * count;
    const url = service.url;
    const proved = await provePhones({ url, eventSlug, firstIndex, count, codes });
    const requests = proved.flatMap((phone) => [
      registrationRequest(eventSlug, phone),
      codeRequest(eventSlug, phone.index + count),
    ]);
    const requestFile = join(folder, "wishes");
    await writeRequestLines(requestFile, requests);
    return requestFile;
  }
}

/** Whoever is let in is served, and the rest are told when to come back. */
const EXPECTED = /^(?:registrations (?:201|503)|codes (?:202|503))$/;

function requireOnly({ answers, errors }: CrowdReport): void {
  const isExpected = Object.keys(answers).every((answer) => EXPECTED.test(answer));
  const told = JSON.stringify({ answers, errors });
  assert(isExpected && Object.keys(errors).length === 0, `a crowd met something else: ${told}`);
}

function noteOf(name: string, { servedCount, durationMs, answers, latency }: CrowdReport): string {
  const rate = `${short((servedCount * 1_000) / durationMs)}/s served`;
  const shedCount = (answers["registrations 503"] ?? 0) + (answers["codes 503"] ?? 0);
  const { p50Ms, p99Ms } = latency;
  return `${name}: ${rate} (p50 ${short(p50Ms)}, p99 ${short(p99Ms)} ms), ${short(shedCount)} turned away`;
}
