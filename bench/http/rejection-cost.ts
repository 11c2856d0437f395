import { ok as assert } from "node:assert";
import { join } from "node:path";
import type { MeasuredRatio } from "../harness/bench.ts";
import { Child } from "../harness/child.ts";
import { addressOf, type HttpRequest, writeRequestLines } from "../harness/http-request.ts";
import { compare, type Go } from "../harness/measure.ts";
import { ProcessorMeter } from "../harness/processor.ts";
import { bombard } from "../harness/throughput.ts";

/** One answer that lies ready. */
export interface PreparedAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface RejectionCostOptions {
  readonly folder: string;
  readonly durationS: number;
  readonly roundCount: number;
}

const PROGRAMS = {
  turningAway: join(import.meta.dir, "turning-away-process.ts"),
  rawPrepared: join(import.meta.dir, "raw-prepared-process.ts"),
};
const PATH = "/api/v1/events/boi-mela/registrations";
const REQUEST: HttpRequest = {
  method: "POST",
  path: PATH,
  headers: addressOf(0),
  body: JSON.stringify({
    name: "Rahim Uddin",
    email: "attendee0@example.org",
    phone: "+8801712345678",
    challenge: "c".repeat(120),
    code: "123456",
  }),
};
const CONNECTION_COUNT = 64;
/** Bun says these by itself. */
const OWN_HEADERS: ReadonlySet<string> = new Set(["date", "content-length", "connection"]);

/**
 * Microseconds of processor time that the edge takes to turn a registration away ÷ those that a bare `Bun.serve` takes to
 * answer the same with a copy of the same answer, and looks at nothing.
 */
export async function rejectionCost(options: RejectionCostOptions): Promise<MeasuredRatio> {
  await using opening = new AsyncDisposableStack();
  const turningAway = opening.use(new Child(PROGRAMS.turningAway));
  const rawPrepared = opening.use(new Child(PROGRAMS.rawPrepared));
  const url = await turningAway.ask<string>({ path: PATH });
  const rawUrl = await rawPrepared.ask<string>(await rejectionOf(url));
  const requestFile = join(options.folder, "rejected");
  await writeRequestLines(requestFile, [REQUEST]);
  const cost = async (child: Child, at: string): Promise<Go> => {
    const meter = new ProcessorMeter(child.pid, null);
    const { durationS } = options;
    const load = { url: at, connectionCount: CONNECTION_COUNT, durationS, requestFile };
    const throughput = await bombard({ ...load, lines: "again" });
    const { requestCount, errors } = throughput;
    assert(errors["status"] === requestCount, "each was turned away");
    const processor = meter.elapsed(throughput.processorS);
    // Where the system does not tell: a server that is never idle takes all the time there is.
    const spentS = processor.serverS === "unknown" ? throughput.durationS : processor.serverS;
    return { figure: (spentS * 1e6) / requestCount, processor };
  };
  return await compare({
    candidate: () => cost(turningAway, url),
    baseline: () => cost(rawPrepared, rawUrl),
    roundCount: options.roundCount,
  });
}

async function rejectionOf(url: string): Promise<PreparedAnswer> {
  const response = await fetch(`${url}${PATH}`, { method: "POST", body: REQUEST.body });
  const headers = [...response.headers].filter(([name]) => !OWN_HEADERS.has(name));
  assert(response.status === 503, "everybody is turned away");
  return { status: 503, body: await response.text(), headers: Object.fromEntries(headers) };
}
