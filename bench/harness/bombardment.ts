/** As many requests as a server can take, from a generator that costs far less than the server. */
export interface Bombardment {
  /** Of the server, without a path. */
  readonly url: string;
  readonly connectionCount: number;
  readonly durationS: number;
  /** Request lines (`http-request.ts`). */
  readonly requestFile: string;
  /** `once` sends each line one time and ends early when there are no more; `again` begins anew. */
  readonly lines: "once" | "again";
}

export interface Throughput {
  readonly requestsPerS: number;
  readonly requestCount: number;
  readonly durationS: number;
  /** By kind; `status` counts answers of 400 and above. */
  readonly errors: Readonly<Record<string, number>>;
  /** Processor time of the generator, seconds. */
  readonly processorS: number | "unknown";
}
