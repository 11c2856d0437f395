import { join } from "node:path";
import type { BenchOptions } from "../harness/bench.ts";
import { writeRequestLines } from "../harness/http-request.ts";
import { checkInvariants } from "../harness/invariants.ts";
import type { Go } from "../harness/measure.ts";
import { ProcessorMeter } from "../harness/processor.ts";
import { provePhones, registrationRequest } from "../harness/proved-phones.ts";
import { bombard, requireFlawless } from "../harness/throughput.ts";
import { slugOf, type Venue } from "../http/venue.ts";

/** How a server is loaded for one round. */
export interface ClaimLoad {
  readonly connectionCount: number;
  readonly durationS: number;
}

/** Claims under way at once, and so the most that a commit may gather. */
const LOAD: ClaimLoad = { connectionCount: 512, durationS: 2 };
/** Its few requests are answered before its time is over, which wrk sleeps through all the same. */
const LOAD_SMOKE: ClaimLoad = { connectionCount: 32, durationS: 3 };
/** Of a smoke run, for each server. */
export const REQUEST_COUNT_SMOKE = 300;
/** Requests prepared for the first round, which finds out how many the service takes. */
const REQUEST_COUNT_FIRST = 12_000;
/** So much more is prepared than the round before took, for this one may take more. */
const HEADROOM = 1.5;

/** Durable registrations a second: codes were asked for and read before, and no phone comes twice. */
export class ClaimRounds {
  readonly load: ClaimLoad;
  readonly #venue: Venue;
  #requestCount: number;
  #roundCount = 0;
  #phoneCount = 0;
  #createdCount = 0;

  constructor(venue: Venue, { isSmoke }: Pick<BenchOptions, "isSmoke">) {
    this.#venue = venue;
    this.load = isSmoke ? LOAD_SMOKE : LOAD;
    this.#requestCount = isSmoke ? REQUEST_COUNT_SMOKE : REQUEST_COUNT_FIRST;
  }

  /** The requests of the newest round. */
  get requestFile(): string {
    return join(this.#venue.folder, "claims");
  }

  async round(): Promise<Go> {
    const { service, cluster } = this.#venue;
    await this.#prepare(slugOf(this.#roundCount));
    this.#roundCount += 1;
    const meter = new ProcessorMeter(service.pid, cluster.pid);
    const throughput = await bombard({
      ...this.load,
      url: service.url,
      requestFile: this.requestFile,
      lines: "once",
    });
    const processor = meter.elapsed(throughput.processorS);
    requireFlawless(throughput);
    this.#createdCount += throughput.requestCount;
    const { durationS } = this.load;
    this.#requestCount = Math.ceil(throughput.requestsPerS * durationS * HEADROOM);
    return { figure: throughput.requestsPerS, processor };
  }

  /** Throws where the tables do not hold what was answered; what was under way at the end of a round may be there too. */
  check(): Promise<void> {
    return checkInvariants(this.#venue.database.sql, {
      createdCount: this.#createdCount,
      lostCount: this.#roundCount * this.load.connectionCount,
    });
  }

  async #prepare(eventSlug: string): Promise<void> {
    const { service, codes } = this.#venue;
    const count = this.#requestCount;
    const firstIndex = this.#phoneCount;
    this.#phoneCount += count;
    const proved = await provePhones({ url: service.url, eventSlug, firstIndex, count, codes });
    const requests = proved.map((phone) => registrationRequest(eventSlug, phone));
    await writeRequestLines(this.requestFile, requests);
  }
}
