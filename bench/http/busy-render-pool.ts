import { ok as assert } from "node:assert";
import { randomUUID } from "node:crypto";
import { systemClock } from "../../src/actor/clock.ts";
import { RenderPool } from "../../src/adapters/pdf/render-pool.ts";
import { limits } from "../../src/limits.ts";
import type { RegistrationId } from "../../src/ticket/ticket.ts";
import { makeTicketSheet, TEST_KEY_RING_TEXT } from "../../test/ticket/make-ticket-sheet.ts";

/** Two batches: while the thread draws one, the next is there. */
const IN_FLIGHT_COUNT = 2 * limits.renderBatchCountMax;

/** The service's render pool with one thread, of low priority as ever, which is never out of work between start and stop. */
export class BusyRenderPool implements AsyncDisposable {
  readonly #pool = new RenderPool({
    keyRingText: TEST_KEY_RING_TEXT,
    threadCount: 1,
    queueCountMax: limits.renderQueueCountMax,
    batchCountMax: limits.renderBatchCountMax,
    taskTimeoutMs: limits.renderTimeoutMs,
    cacheBytesMax: 0,
    retryAfterMs: limits.renderRetryAfterMs,
    clock: systemClock,
    onFault: (error) => {
      throw error;
    },
  });
  #isStopped = true;
  #renderedCount = 0;
  #work: Promise<unknown> = Promise.resolve();

  /** Resolves when the thread has drawn its first ticket. */
  async start(): Promise<void> {
    this.#isStopped = false;
    await this.#renderOne();
    this.#renderedCount = 0;
    this.#work = Promise.all(Array.from({ length: IN_FLIGHT_COUNT }, () => this.#renderOn()));
  }

  /** Tickets drawn since the start. */
  async stop(): Promise<number> {
    const renderedCount = this.#renderedCount;
    this.#isStopped = true;
    await this.#work;
    return renderedCount;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.#pool[Symbol.asyncDispose]();
  }

  async #renderOn(): Promise<void> {
    while (!this.#isStopped) await this.#renderOne();
  }

  async #renderOne(): Promise<void> {
    const registrationId = randomUUID() as RegistrationId;
    const outcome = await this.#pool.render(makeTicketSheet({ registrationId }));
    assert(outcome.kind === "rendered", "a queue of our own is never full");
    this.#renderedCount += 1;
  }
}
