import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { systemClock } from "../../src/actor/clock.ts";
import { RenderPool } from "../../src/adapters/pdf/render-pool.ts";
import type { Mail, Mailer } from "../../src/delivery/ports.ts";
import { limits } from "../../src/limits.ts";
import { Attendee, phoneNumber, saleDraft, storeEvent } from "../support/harness.ts";
import { freshDatabase } from "../support/postgres.ts";
import { TEST_KEY_RING_TEXT } from "../ticket/make-ticket-sheet.ts";
import type { ComposedService } from "./composed-service.ts";
import { composeService } from "./composed-service.ts";
import { order, removeOrders, WORKER_FAULTS } from "./pdf-worker-orders.ts";

const OBEDIENT_WORKER = new URL("pdf-worker-obedient.ts", import.meta.url);
/** Long enough for a thread to start on a busy machine. */
const RENDER_TIMEOUT_MS = 4_000;
/** Threads of the runtime itself come and go. */
const THREAD_COUNT_SLACK = 4;

/** A service whose one rendering thread fails on order, and the mails it sent. */
async function openWorld() {
  await using opening = new AsyncDisposableStack();
  const { url: databaseUrl, sql } = opening.use(await freshDatabase());
  await storeEvent(databaseUrl, [saleDraft(Date.now())]);
  order("none");
  opening.defer(removeOrders);
  const mailer = new KeepingMailer();
  let faultCount = 0;
  const renderer = opening.use(openObedientPool(() => (faultCount += 1)));
  const service = opening.use(
    await composeService({
      databaseUrl,
      mailer,
      renderer,
      limits: {
        renderTimeoutMs: RENDER_TIMEOUT_MS,
        requestDeadlineMs: RENDER_TIMEOUT_MS,
        outboxPollMs: 50,
        outboxRetryFirstMs: 50,
        outboxRetryMaxMs: 50,
      },
    }),
  );
  const resources = opening.move();
  return {
    sql,
    service,
    mailer,
    faultCount: () => faultCount,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function openObedientPool(onFault: () => void): RenderPool {
  return new RenderPool({
    keyRingText: TEST_KEY_RING_TEXT,
    threadCount: 1,
    queueCountMax: limits.renderQueueCountMax,
    batchCountMax: limits.renderBatchCountMax,
    taskTimeoutMs: RENDER_TIMEOUT_MS,
    cacheBytesMax: limits.renderCacheBytesMax,
    retryAfterMs: limits.renderRetryAfterMs,
    clock: systemClock,
    onFault,
    workerFile: OBEDIENT_WORKER,
  });
}

class KeepingMailer implements Mailer {
  readonly name = "keeping";
  readonly #mails = new Map<string, Mail>();

  async send(mail: Mail) {
    this.#mails.set(mail.to.address, mail);
    return { kind: "accepted", providerId: mail.messageId } as const;
  }

  /** Waits for the mail to this address, and answers what is attached by file name. */
  async attachmentsTo(address: string): Promise<ReadonlyMap<string, Uint8Array>> {
    for (;;) {
      const mail = this.#mails.get(address);
      if (mail !== undefined) {
        return new Map(mail.attachments.map(({ filename, content }) => [filename, content]));
      }
      await Bun.sleep(10);
    }
  }
}

/** Registers and answers the address of the PDF. */
async function register({ url, gateway }: ComposedService, index: number): Promise<string> {
  const person = new Attendee(url, phoneNumber(index));
  await person.askCode();
  const code = await gateway.codeOf(person.phone);
  const { status, body } = await person.register(code, { email: addressOf(index) });
  expect(status).toBe(201);
  return String(body["pdfUrl"]);
}

function addressOf(index: number): string {
  return `rahim${index}@example.org`;
}

/** Of this process; 0 where the system does not tell. */
function threadCount(): number {
  return process.platform === "linux" ? readdirSync("/proc/self/task").length : 0;
}

function isWhole(pdf: Uint8Array | undefined): boolean {
  const text = Buffer.from(pdf ?? []).toString("latin1");
  return text.startsWith("%PDF-") && text.trimEnd().endsWith("%%EOF");
}

test("whatever a rendering thread does, people register, a download is a clean problem, and the thread is replaced", async () => {
  await using world = await openWorld();
  const { sql, service, mailer } = world;
  await sql`update lanes set is_paused = true where name = 'mail'`;
  await fetch(await register(service, 0));
  const before = threadCount();
  const downloads: Uint8Array[] = [];
  for (const [index, fault] of WORKER_FAULTS.entries()) {
    order(fault);
    const pdfUrl = await register(service, 1 + index);
    const refused = await fetch(pdfUrl);
    const problem = (await refused.json()) as { code: string };
    const isHanging = fault === "hang";
    expect([fault, refused.status, problem.code]).toEqual(
      isHanging ? [fault, 503, "overloaded"] : [fault, 500, "internal"],
    );
    expect(refused.headers.has("retry-after")).toBe(isHanging);
    order("none");
    const download = await fetch(pdfUrl);
    expect([fault, download.status]).toEqual([fault, 200]);
    downloads.push(new Uint8Array(await download.arrayBuffer()));
  }
  expect(threadCount()).toBeLessThan(before + THREAD_COUNT_SLACK);
  await sql`update lanes set is_paused = false where name = 'mail'`;
  for (const [index, download] of downloads.entries()) {
    const attachments = await mailer.attachmentsTo(addressOf(1 + index));
    expect(isWhole(download)).toBe(true);
    expect(attachments.get("tickets.pdf")).toEqual(download);
  }
});

test("a mail waits for a thread that recovers, and from the third try goes with its link alone, never with half a ticket", async () => {
  await using world = await openWorld();
  const { sql, service, mailer } = world;
  order("answer the first half");
  await register(service, 1);
  const linkOnly = await mailer.attachmentsTo(addressOf(1));
  expect([...linkOnly.keys()]).toEqual(["tickets.ics"]);
  const [row] = await sql`select mail_tries from outbox`;
  expect(row?.["mail_tries"]).toBe(3);

  const faultCount = world.faultCount();
  order("exit");
  await register(service, 2);
  while (world.faultCount() === faultCount) await Bun.sleep(1);
  order("none");
  const attachments = await mailer.attachmentsTo(addressOf(2));
  expect(isWhole(attachments.get("tickets.pdf"))).toBe(true);
});
