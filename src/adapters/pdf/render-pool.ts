import { ok as assert } from "node:assert";
import { fileURLToPath } from "node:url";
import Piscina from "piscina";
import type { RenderedBatch } from "../../../workers/ticket-batch.ts";
import type { TicketWorkerData } from "../../../workers/ticket-pdf.ts";
import type { Clock } from "../../actor/clock.ts";
import type { RenderOutcome, TicketRenderer } from "../../delivery/ports.ts";
import type { TicketSheet } from "../../ticket/ticket.ts";
import { PdfCache } from "./pdf-cache.ts";
import { SheetKeys } from "./sheet-keys.ts";

export interface RenderPoolOptions {
  /** As `parseKeyRing` reads it; each thread gets it once. */
  readonly keyRingText: string;
  readonly threadCount: number;
  /** Sheets of each purpose that may wait for a thread; the next one is answered `busy`. */
  readonly queueCountMax: number;
  readonly batchCountMax: number;
  readonly taskTimeoutMs: number;
  readonly cacheBytesMax: number;
  /** The wait that `busy` tells. */
  readonly retryAfterMs: number;
  readonly clock: Clock;
  /** Told of every thread that crashed, hung or would not start; for the log. */
  readonly onFault: (error: unknown) => void;
  /** Another worker than `workers/ticket-pdf.ts`, for the tests of what faults cost. */
  readonly workerFile?: URL;
}

/** A person waits for a download; a mail can wait. */
type Purpose = "download" | "mail";

interface Job {
  readonly key: string;
  readonly sheet: TicketSheet;
  readonly done: PromiseWithResolvers<RenderOutcome>;
  purpose: Purpose;
  /** Its first batch was lost with its thread. */
  isRetry: boolean;
}

const NICE_INCREMENT = 10;
/** One batch in so many begins with mails, so that no rush for downloads stops them. */
const MAIL_TURN_BATCHES = 4;
const WORKER_FILE = new URL("../../../workers/ticket-pdf.ts", import.meta.url);

/**
 * Renders on worker threads, all started at once and kept. While every thread is at work arrivals gather, and
 * the next free one takes up to a batch of them, downloads before mails; whoever asks for a sheet already asked
 * for shares its render. The bytes of an outcome are shared too, and not to be changed.
 */
export class RenderPool implements TicketRenderer, AsyncDisposable {
  /** The same pool for tickets that nobody waits for on the spot. */
  readonly forMails: TicketRenderer = { render: (sheet) => this.#render(sheet, "mail") };
  readonly #options: RenderPoolOptions;
  readonly #pool: Piscina<readonly TicketSheet[], RenderedBatch>;
  readonly #cache: PdfCache;
  readonly #keys = new SheetKeys();
  /** Retries stand in front. */
  readonly #waiting: Readonly<Record<Purpose, Job[]>> = { download: [], mail: [] };
  /** Waiting or running. */
  readonly #jobs = new Map<string, Job>();
  #freeThreadCount: number;
  #batchCount = 0;
  #isClosing = false;

  constructor(options: RenderPoolOptions) {
    this.#options = options;
    this.#cache = new PdfCache(options.cacheBytesMax);
    this.#freeThreadCount = options.threadCount;
    this.#pool = new Piscina({
      filename: fileURLToPath(options.workerFile ?? WORKER_FILE),
      minThreads: options.threadCount,
      maxThreads: options.threadCount,
      idleTimeout: Infinity,
      // A task is handed over only when a thread is free; a thread being replaced may keep it waiting.
      maxQueue: options.threadCount,
      concurrentTasksPerWorker: 1,
      // A thread asleep in Atomics.wait answers nothing else, not even an order to stop.
      atomics: "disabled",
      recordTiming: false,
      // Rendering takes the time that answering leaves over. On Linux a thread has a priority of its own.
      niceIncrement: NICE_INCREMENT,
      workerData: { keyRingText: options.keyRingText } satisfies TicketWorkerData,
    });
    this.#pool.on("error", options.onFault);
  }

  render(sheet: TicketSheet): Promise<RenderOutcome> {
    return this.#render(sheet, "download");
  }

  async #render(asked: TicketSheet, purpose: Purpose): Promise<RenderOutcome> {
    const { key, sheet } = this.#keys.identify(asked);
    const pdf = this.#cache.get(key);
    if (pdf !== null) return { kind: "rendered", pdf };
    const known = this.#jobs.get(key);
    if (known !== undefined) {
      if (purpose === "download") this.#hurry(known);
      return known.done.promise;
    }
    const queue = this.#waiting[purpose];
    if (this.#isClosing || queue.length >= this.#options.queueCountMax) {
      return { kind: "busy", retryAfterMs: this.#options.retryAfterMs };
    }
    const job: Job = { key, sheet, done: Promise.withResolvers(), purpose, isRetry: false };
    this.#jobs.set(key, job);
    queue.push(job);
    this.#dispatch();
    return job.done.promise;
  }

  /** Somebody waits now for what was only to be mailed. */
  #hurry(job: Job): void {
    const { download, mail } = this.#waiting;
    const index = mail.indexOf(job);
    if (index === -1 || job.isRetry || download.length >= this.#options.queueCountMax) return;
    mail.splice(index, 1);
    job.purpose = "download";
    download.push(job);
  }

  /** Takes nothing new and waits for what was taken. */
  async drain(): Promise<void> {
    this.#isClosing = true;
    await Promise.all([...this.#jobs.values()].map((job) => job.done.promise));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.drain();
    await this.#pool.destroy();
  }

  #dispatch(): void {
    while (this.#freeThreadCount > 0) {
      const batch = this.#takeBatch();
      if (batch.length === 0) return;
      this.#freeThreadCount -= 1;
      // Settles every job of the batch whatever happens, and never rejects.
      void this.#run(batch);
    }
  }

  #takeBatch(): readonly Job[] {
    const { download, mail } = this.#waiting;
    const isMailsTurn =
      mail.length > 0 && this.#batchCount % MAIL_TURN_BATCHES === MAIL_TURN_BATCHES - 1;
    const first = isMailsTurn || download.length === 0 ? mail : download;
    const second = first === mail ? download : mail;
    if (first.length === 0) return [];
    this.#batchCount += 1;
    // A retry goes alone, so that the sheet which kills its thread takes no other along a second time.
    if (first[0]?.isRetry === true) return first.splice(0, 1);
    const fairShare = Math.ceil((download.length + mail.length) / this.#freeThreadCount);
    const count = Math.min(fairShare, this.#options.batchCountMax);
    const batch = first.splice(0, count);
    if (second[0]?.isRetry !== true) batch.push(...second.splice(0, count - batch.length));
    return batch;
  }

  async #run(batch: readonly Job[]): Promise<void> {
    const { clock, taskTimeoutMs, onFault } = this.#options;
    const timeout = new AbortController();
    const cancel = clock.after(taskTimeoutMs, () => timeout.abort());
    const sheets = batch.map((job) => job.sheet);
    try {
      const rendered = await this.#pool.run(sheets, { signal: timeout.signal });
      // All are read before any is finished: of a batch with nonsense in it nothing is to be believed.
      const outcomes = readOutcomes(rendered, batch.length);
      for (const [index, job] of batch.entries()) this.#finish(job, outcomes[index]);
    } catch (error) {
      onFault(error);
      this.#retryOrFail(batch);
    } finally {
      cancel();
      this.#freeThreadCount += 1;
      this.#dispatch();
    }
  }

  #retryOrFail(batch: readonly Job[]): void {
    for (const job of batch.toReversed()) {
      if (job.isRetry) {
        this.#finish(job, { kind: "failed", reason: "the thread that drew it crashed or hung" });
      } else {
        job.isRetry = true;
        this.#waiting[job.purpose].unshift(job);
      }
    }
  }

  #finish(job: Job, outcome: RenderOutcome | undefined): void {
    assert(outcome !== undefined, "every job of a batch has its outcome");
    if (outcome.kind === "rendered") this.#cache.set(job.key, outcome.pdf);
    this.#jobs.delete(job.key);
    job.done.resolve(outcome);
  }
}

/**
 * The outcome of each sheet. Throws at what no sound thread hands back: PDFs that do not fill the buffer one after
 * the other, or that do not begin and end as PDFs do. A ticket that nobody can open must not be mailed, or kept.
 */
function readOutcomes(
  { bytes, members }: RenderedBatch,
  countWanted: number,
): readonly RenderOutcome[] {
  if (members.length !== countWanted) throw new Error("a batch came back with members too few");
  let end = 0;
  const outcomes = members.map((member): RenderOutcome => {
    if (member.kind === "failed") return member;
    // A copy of its own: a view would keep the whole batch in memory for as long as it is cached.
    const pdf = new Uint8Array(bytes, end, member.byteCount).slice();
    if (member.offset !== end || !isPdf(pdf)) throw new Error("a batch came back with nonsense");
    end += member.byteCount;
    return { kind: "rendered", pdf };
  });
  if (end !== bytes.byteLength) throw new Error("a batch came back with bytes of no member");
  return outcomes;
}

const PDF_HEAD = /^%PDF-\d\.\d/;
const PDF_TAIL = /%%EOF\s*$/;
/** Longer than either mark. */
const MARK_BYTES = 16;

/** Whether it is whole, by the marks of ISO 32000-2 sections 7.5.2 and 7.5.5. */
function isPdf(pdf: Uint8Array): boolean {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");
  return (
    PDF_HEAD.test(text(pdf.subarray(0, MARK_BYTES))) &&
    PDF_TAIL.test(text(pdf.subarray(-MARK_BYTES)))
  );
}
