import { ok as assert } from "node:assert";
import { join } from "node:path";
import { Child } from "../harness/child.ts";
import type { Go } from "../harness/measure.ts";
import { ProcessorMeter } from "../harness/processor.ts";
import type { BarePoolOrder } from "./bare-pool-process.ts";
import type { MailLaneOrder, SentMails } from "./mail-lane-process.ts";
import type { MailServerAddress, MailServerOrder, TakenMails } from "./mail-server-process.ts";

export interface MailRoundsOptions {
  readonly databaseUrl: string;
  /** Of the postmaster. */
  readonly postgresPid: number;
  /** Sent by each way before its first round; the pool sends these in every round. */
  readonly preparedCount: number;
  /** Of a round of the lane; of the last, what is left. */
  readonly mailCount: number;
  readonly owedCount: number;
  /** For the bytes of what the pool sends. */
  readonly file: string;
}

/** One round of one of both ways. */
export interface MailRound extends Go {
  readonly mailCount: number;
}

const SERVER_PROGRAM = join(import.meta.dir, "mail-server-process.ts");
const LANE_PROGRAM = join(import.meta.dir, "mail-lane-process.ts");
const BARE_PROGRAM = join(import.meta.dir, "bare-pool-process.ts");

/** All rounds of a bench end within two minutes: on a slow machine one ends before its mails do. */
const LANE_MS_MAX = 25_000;

/**
 * One server, and two ways to send to it, each in a process of its own. The lane goes first: what the server takes of
 * it then is what the pool sends, byte for byte.
 */
export class MailRounds implements AsyncDisposable {
  readonly #options: MailRoundsOptions;
  readonly #children = new AsyncDisposableStack();
  readonly #server = this.#children.use(new Child(SERVER_PROGRAM));
  readonly #lane = this.#children.use(new Child(LANE_PROGRAM));
  readonly #pool = this.#children.use(new Child(BARE_PROGRAM));
  /** Message-IDs of all that the lane has sent. */
  readonly #laneIds = new Set<string>();
  #prepared: TakenMails | null = null;

  private constructor(options: MailRoundsOptions) {
    this.#options = options;
  }

  /** Ends with both ways warm. */
  static async open(options: MailRoundsOptions): Promise<MailRounds> {
    await using opening = new AsyncDisposableStack();
    const rounds = opening.use(new MailRounds(options));
    await rounds.#open();
    opening.move();
    return rounds;
  }

  /** By the lane, in all. */
  get sentCount(): number {
    return this.#laneIds.size;
  }

  /** What both send. */
  get prepared(): TakenMails {
    assert(this.#prepared !== null);
    return this.#prepared;
  }

  /** The next of those that are owed. */
  async lane(): Promise<MailRound> {
    const { round } = await this.#sendByLane(this.#options.mailCount, null);
    return round;
  }

  /** The prepared mails, all of them. */
  async pool(): Promise<MailRound> {
    const meter = this.#meter(this.#pool);
    const tookMs = await this.#pool.ask<number>({ kind: "send" } satisfies BarePoolOrder);
    const taken = await this.#handOver(null);
    const { messageIds } = this.prepared;
    const expected = new Set(messageIds);
    assert(taken.messageIds.length === expected.size, "each prepared mail comes once");
    assert(new Set(taken.messageIds).isSubsetOf(expected));
    return roundOf(messageIds.length, tookMs, meter(taken));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#children.disposeAsync();
  }

  async #open(): Promise<void> {
    const { databaseUrl, preparedCount, file } = this.#options;
    const server = await this.#server.ask<MailServerAddress>({
      kind: "open",
    } satisfies MailServerOrder);
    await this.#lane.ask({ kind: "open", databaseUrl, server } satisfies MailLaneOrder);
    const { taken } = await this.#sendByLane(preparedCount, file);
    this.#prepared = taken;
    const { byteCounts } = taken;
    await this.#pool.ask({ kind: "open", server, file, byteCounts } satisfies BarePoolOrder);
    await this.pool();
  }

  async #sendByLane(
    mailCount: number,
    file: string | null,
  ): Promise<{ readonly round: MailRound; readonly taken: TakenMails }> {
    const count = Math.min(mailCount, this.#options.owedCount - this.#laneIds.size);
    const meter = this.#meter(this.#lane);
    const order: MailLaneOrder = { kind: "send", count, forMsMax: LANE_MS_MAX };
    const sent = await this.#lane.ask<SentMails>(order);
    const taken = await this.#handOver(file);
    const idCount = this.#laneIds.size;
    for (const messageId of taken.messageIds) this.#laneIds.add(messageId);
    assert(taken.messageIds.length === sent.count, "the server took what the lane says it sent");
    assert(this.#laneIds.size === idCount + sent.count, "each owed mail comes once");
    return { round: roundOf(sent.count, sent.tookMs, meter(taken)), taken };
  }

  #handOver(file: string | null): Promise<TakenMails> {
    return this.#server.ask({ kind: "hand over", file } satisfies MailServerOrder);
  }

  /** From here to the handing over. */
  #meter({ pid }: Child) {
    const meter = new ProcessorMeter(pid, this.#options.postgresPid);
    return ({ processorS }: TakenMails) => meter.elapsed(processorS);
  }
}

function roundOf(mailCount: number, tookMs: number, processor: Go["processor"]): MailRound {
  return { figure: (1_000 * mailCount) / tookMs, processor, mailCount };
}
