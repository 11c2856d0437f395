import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { InlineRenderer } from "../../../src/adapters/pdf/inline-renderer.ts";
import { RenderPool, type RenderPoolOptions } from "../../../src/adapters/pdf/render-pool.ts";
import type { TicketRenderer } from "../../../src/delivery/ports.ts";
import type { TicketSheet } from "../../../src/ticket/ticket.ts";
import { rendererContract } from "../../contract/renderer.contract.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import {
  makeTicketSheet,
  TEST_KEY_RING_TEXT,
  testKeyRing,
} from "../../ticket/make-ticket-sheet.ts";

setDefaultTimeout(60_000);

const FAULTY_WORKER = new URL("faulty-worker.ts", import.meta.url);
const TIMEOUT_MS = 10_000;
/** PNG of one gray pixel. */
const PICTURE =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==";

function makePool(change: Partial<RenderPoolOptions> = {}): RenderPool {
  return new RenderPool({
    keyRingText: TEST_KEY_RING_TEXT,
    threadCount: 1,
    queueCountMax: 64,
    batchCountMax: 8,
    taskTimeoutMs: TIMEOUT_MS,
    cacheBytesMax: 1024 * 1024,
    retryAfterMs: 1_500,
    clock: new ManualClock(),
    onFault: (error) => {
      throw error;
    },
    ...change,
  });
}

function sheetFor(holderName: string): TicketSheet {
  return makeTicketSheet({ holderName, dayCount: 1 });
}

async function kindsOf(pool: RenderPool, names: readonly string[]): Promise<string[]> {
  const outcomes = await Promise.all(names.map((name) => pool.render(sheetFor(name))));
  return outcomes.map((outcome) => outcome.kind);
}

const shared = makePool({ threadCount: 2 });
afterAll(() => shared[Symbol.asyncDispose]());
rendererContract("RenderPool", () => shared);

describe("the render pool", () => {
  test("gives the bytes of the inline renderer, on any of its threads", async () => {
    const sheet = sheetFor("Zoë Łukasiewicz-Ñandú");
    await using first = makePool();
    await using second = makePool();
    await second.render(sheetFor("somebody before"));
    const inline = new InlineRenderer(testKeyRing());
    const outcomes = [
      await inline.render(sheet),
      await first.render(sheet),
      await second.render(sheet),
    ];
    const digests = outcomes.map((outcome) =>
      outcome.kind === "rendered" ? Bun.SHA256.hash(outcome.pdf, "hex") : outcome.kind,
    );
    expect(digests).toEqual(Array.from(digests, () => digests[0] ?? ""));
    expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  test("draws once for all who ask at the same time, and again only when it has forgotten", async () => {
    await using forgetful = makePool({ cacheBytesMax: 0 });
    const [one, other] = await Promise.all([
      forgetful.render(sheetFor("Ann")),
      forgetful.render(sheetFor("Ann")),
    ]);
    expect(one).toBe(other);
    const again = await forgetful.render(sheetFor("Ann"));
    expect(again).toEqual(one);
    expect(again).not.toBe(one);
  });

  test("gives what it drew lately without a thread", async () => {
    await using pool = makePool({ workerFile: FAULTY_WORKER });
    const drawn = await pool.render(sheetFor("Ann"));
    await pool.drain();
    expect(await pool.render(sheetFor("Ann"))).toEqual(drawn);
    expect(await pool.render(sheetFor("Bea"))).toEqual({ kind: "busy", retryAfterMs: 1_500 });
  });

  test("answers busy to whoever finds the queue full (invariant 8)", async () => {
    const clock = new ManualClock();
    const faults: unknown[] = [];
    const onFault = (error: unknown) => void faults.push(error);
    await using pool = makePool({ workerFile: FAULTY_WORKER, queueCountMax: 2, clock, onFault });
    const stuck = pool.render(sheetFor("Wait"));
    const waiting = kindsOf(pool, ["Ann", "Bea"]);
    expect(await pool.render(sheetFor("Cid"))).toEqual({ kind: "busy", retryAfterMs: 1_500 });
    const alsoAnn = kindsOf(pool, ["Ann"]);
    await release(clock, stuck);
    expect(await waiting).toEqual(["rendered", "rendered"]);
    expect(await alsoAnn).toEqual(["rendered"]);
    expect(faults).toHaveLength(2);
  });

  test("draws downloads before mails that asked earlier, but never lets mails wait for ever", async () => {
    await using pool = makePool({ workerFile: FAULTY_WORKER, batchCountMax: 1, queueCountMax: 9 });
    const order: string[] = [];
    const ask = (renderer: TicketRenderer, name: string) =>
      renderer.render(sheetFor(name)).then(() => void order.push(name));
    const asked = [
      ask(pool, "first, alone"),
      ...["mail 1", "mail 2"].map((name) => ask(pool.forMails, name)),
      ...["one", "two", "three", "four", "five"].map((name) => ask(pool, name)),
    ];
    await Promise.all(asked);
    expect(order).toEqual([
      "first, alone",
      "one",
      "two",
      "mail 1",
      "three",
      "four",
      "five",
      "mail 2",
    ]);
  });

  test("hurries a mail's ticket when somebody waits for it, and draws it once", async () => {
    await using pool = makePool({ workerFile: FAULTY_WORKER, batchCountMax: 1 });
    const order: string[] = [];
    const ask = (renderer: TicketRenderer, name: string) =>
      renderer.render(sheetFor(name)).then((outcome) => {
        order.push(name);
        return outcome;
      });
    const first = ask(pool, "first, alone");
    const mails = ["mail 1", "mail 2", "mail 3"].map((name) => ask(pool.forMails, name));
    const download = ask(pool, "mail 3");
    const outcomes = await Promise.all([first, ...mails, download]);
    expect(outcomes.at(-1) === outcomes.at(-2)).toBe(true);
    expect(order.slice(0, 3)).toEqual(["first, alone", "mail 3", "mail 3"]);
  });

  test("refuses mails when many wait, and takes downloads all the same (invariant 8)", async () => {
    await using pool = makePool({ queueCountMax: 2 });
    const taken = ["first, alone", "mail 1", "mail 2"].map((name) =>
      pool.forMails.render(sheetFor(name)),
    );
    expect((await pool.forMails.render(sheetFor("mail 3"))).kind).toBe("busy");
    expect((await pool.render(sheetFor("Ann"))).kind).toBe("rendered");
    expect((await Promise.all(taken)).map(({ kind }) => kind)).toEqual(Array(3).fill("rendered"));
  });

  test("knows a sheet again whichever row of the database it came from, and an event's change", async () => {
    await using pool = makePool();
    const sheet = { ...sheetFor("Ann"), event: { ...sheetFor("Ann").event, picture: PICTURE } };
    const [first, again] = [pool.render(sheet), pool.render(structuredClone(sheet))];
    expect((await first) === (await again)).toBe(true);
    const changed = { ...sheet, event: { ...sheet.event, venue: "Elsewhere" } };
    expect(await pool.render(changed)).not.toEqual(await first);
    expect(await pool.render(structuredClone(sheet))).toEqual(await first);
  });

  test.each(["Exit", "Throw"])("a worker lost to %p costs nobody else a ticket", async (order) => {
    const faults: unknown[] = [];
    const onFault = (error: unknown) => void faults.push(error);
    await using pool = makePool({ workerFile: FAULTY_WORKER, onFault });
    const kinds = await kindsOf(pool, ["first, alone", "Ann", order, "Bea"]);
    expect(kinds).toEqual(["rendered", "rendered", "failed", "rendered"]);
    expect(faults).toHaveLength(2);
    expect(await kindsOf(pool, ["after"])).toEqual(["rendered"]);
  });

  test("a worker in an endless loop is stopped at its timeout, and the pool lives on", async () => {
    const clock = new ManualClock();
    const faults: unknown[] = [];
    const onFault = (error: unknown) => void faults.push(error);
    await using pool = makePool({ workerFile: FAULTY_WORKER, clock, onFault });
    expect(await kindsOf(pool, ["warm"])).toEqual(["rendered"]);
    const stuck = pool.render(sheetFor("Hang"));
    expect(await release(clock, stuck)).toBe("failed");
    expect(faults).toHaveLength(2);
    expect(await kindsOf(pool, ["after"])).toEqual(["rendered"]);
    expect(clock.timerCount).toBe(0);
  });

  test("closing waits for what was taken and refuses the rest", async () => {
    const pool = makePool();
    const taken = kindsOf(pool, ["Ann", "Bea", "Cid"]);
    const closed = pool[Symbol.asyncDispose]();
    expect((await pool.render(sheetFor("Dee"))).kind).toBe("busy");
    expect(await taken).toEqual(["rendered", "rendered", "rendered"]);
    await closed;
  });
});

/** Lets the first try and the retry of a stuck render run into their timeouts. */
async function release(
  clock: ManualClock,
  stuck: Promise<{ readonly kind: string }>,
): Promise<string> {
  await clock.advance(TIMEOUT_MS);
  await clock.advance(TIMEOUT_MS);
  return (await stuck).kind;
}
