import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { ExportRow, SaleDraft } from "../../../src/organiser/ports.ts";
import type { TicketKey } from "../../../src/ticket/ticket.ts";
import { candidate, candidates, range } from "../../contract/registration-store.contract.ts";
import { freshDatabase, type TestDatabase } from "../../support/postgres.ts";
import {
  createSale,
  details,
  eventDraft,
  frozen,
  openStores,
  type Stores,
  saleDraft,
  writeEvent,
} from "./stores.ts";

let database: TestDatabase;
let stores: Stores;

beforeAll(async () => {
  database = await freshDatabase();
  stores = openStores(database.url);
});

afterAll(async () => {
  await stores[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

describe("changing an event", () => {
  test("shows nothing for a new event, and stores the draft with what is frozen", async () => {
    const draft = eventDraft("new-event");
    const change = await stores.organiser.changeEvent("new-event", frozen, (current) => {
      expect(current).toBeNull();
      return { kind: "write", draft };
    });
    expect(change).toMatchObject({ kind: "created", event: { ...draft, ...frozen, revision: 1 } });
    expect(await snapshot("new-event")).toMatchObject({ event: { ...draft, isPaused: false } });
  });

  test("shows the event with what is sold, and refusing writes nothing", async () => {
    const { slug, saleId } = await createSale(stores, 5);
    await stores.registrations.commitBatch(saleId, candidates(2));
    const before = await snapshot(slug);
    const change = await stores.organiser.changeEvent(slug, frozen, (current) => {
      expect(current?.soldBySale.get(saleId)).toBe(2);
      return { kind: "refuse", faults: ["the quota is below what is sold"] };
    });
    expect(change).toEqual({ kind: "refused", faults: ["the quota is below what is sold"] });
    expect(await snapshot(slug)).toEqual(before);
  });

  test("is unchanged by the same draft, whatever the order of its fields", async () => {
    const event = await writeEvent(stores, eventDraft("same"));
    const shuffled = Object.fromEntries(Object.entries(details).toReversed()) as typeof details;
    const change = await stores.organiser.changeEvent("same", frozen, () => ({
      kind: "write",
      draft: eventDraft("same", { details: shuffled }),
    }));
    expect(change).toEqual({ kind: "unchanged", event });
  });

  test("adds a revision for new details only, and never moves host or key", async () => {
    await writeEvent(stores, eventDraft("revised"));
    const sales = [saleDraft({ quota: 7 })];
    const requoted = await writeEvent(stores, eventDraft("revised", { sales }));
    expect(requoted).toMatchObject({ revision: 1, sales: [{ quota: 7 }] });
    const draft = eventDraft("revised", { sales, details: { ...details, venue: "Elsewhere" } });
    const change = await stores.organiser.changeEvent(
      "revised",
      { host: "other", keyId: 9 },
      () => ({
        kind: "write",
        draft,
      }),
    );
    expect(change).toMatchObject({ kind: "changed", event: { ...draft, ...frozen, revision: 2 } });
  });

  test("adds, moves and removes sales, and keeps the ids of those that stay", async () => {
    const first = await writeEvent(stores, eventDraft("sales"));
    const second = saleDraft({
      number: 2,
      verifyFromMs: saleDraft().closesAtMs,
      opensAtMs: saleDraft().closesAtMs,
      closesAtMs: saleDraft().closesAtMs + 1,
    });
    const both = await writeEvent(stores, eventDraft("sales", { sales: [second, saleDraft()] }));
    expect(both.sales.map(({ number }) => number)).toEqual([1, 2]);
    expect(both.sales[0]).toEqual(first.sales[0]);
    const one = await writeEvent(stores, eventDraft("sales", { sales: [second] }));
    expect(one.sales).toEqual(both.sales.slice(1));
  });

  test("keeps the lobby of each sale, with a beacon or without, and knows when it is the same", async () => {
    const { opensAtMs, closesAtMs } = saleDraft();
    const second = { number: 2, verifyFromMs: closesAtMs, opensAtMs: closesAtMs + 900_000 };
    const sales = [
      saleDraft({ lobby: { fromMs: opensAtMs - 900_001, beacon: "drand round 5512345" } }),
      saleDraft({ ...second, closesAtMs: closesAtMs + 3_600_000, lobby: { fromMs: closesAtMs } }),
    ];
    const written = await writeEvent(stores, eventDraft("lobbies", { sales }));
    const ids = written.sales.map(({ id }) => id);
    expect(written.sales).toEqual(sales.map((sale, at) => ({ ...sale, id: ids[at] ?? 0 })));
    expect((await snapshot("lobbies"))?.event).toEqual(written);
    const again = (wanted: readonly SaleDraft[]) =>
      stores.organiser.changeEvent("lobbies", frozen, () => ({
        kind: "write",
        draft: eventDraft("lobbies", { sales: wanted }),
      }));
    expect(await again(sales)).toEqual({ kind: "unchanged", event: written });

    const [{ lobby: _, ...plain }] = sales as [SaleDraft];
    const changed = await again([plain, ...sales.slice(1)]);
    expect(changed).toMatchObject({ kind: "changed", event: { revision: 1 } });
    const kept = (await snapshot("lobbies"))?.event.sales ?? [];
    expect(kept.map((sale) => sale.lobby)).toEqual([undefined, { fromMs: closesAtMs }]);
    expect(kept.every((sale) => sale.number === 2 || !("lobby" in sale))).toBe(true);
  });

  test("never removes a sale that has seats", async () => {
    const { slug, saleId } = await createSale(stores, 5);
    await stores.registrations.commitBatch(saleId, candidates(1));
    const before = await snapshot(slug);
    const removal = writeEvent(stores, eventDraft(slug, { sales: [] })).catch((error) => error);
    expect(await removal).toBeInstanceOf(Error);
    expect(await snapshot(slug)).toEqual(before);
  });

  test("pauses and resumes, and knows when there is nothing to do", async () => {
    await writeEvent(stores, eventDraft("paused"));
    const pause = (isPaused: boolean) =>
      stores.organiser.changeEvent("paused", frozen, () => ({ kind: "pause", isPaused }));
    expect(await pause(true)).toMatchObject({ kind: "changed", event: { isPaused: true } });
    expect(await pause(true)).toMatchObject({ kind: "unchanged", event: { isPaused: true } });
    expect(await snapshot("paused")).toMatchObject({ event: { isPaused: true } });
    expect(await pause(false)).toMatchObject({ kind: "changed", event: { isPaused: false } });
  });

  test("happens one after the other, even to an event that is not there yet", async () => {
    const changes = await Promise.all(
      range(4).map(() =>
        stores.organiser.changeEvent("raced", frozen, (current) => ({
          kind: "write",
          draft: eventDraft("raced", {
            sales: [saleDraft({ quota: (current?.event.sales[0]?.quota ?? 0) + 1 })],
          }),
        })),
      ),
    );
    expect(changes.filter(({ kind }) => kind === "created")).toHaveLength(1);
    expect(await snapshot("raced")).toMatchObject({ event: { sales: [{ quota: 4 }] } });
  });
});

describe("a ticket", () => {
  test("keeps the details it was sold under when the event is revised", async () => {
    const { slug, saleId } = await createSale(stores, 5);
    const [old, young] = [candidate(1), candidate(2)];
    await stores.registrations.commitBatch(saleId, [old]);
    const sales = [saleDraft({ quota: 5 })];
    await writeEvent(stores, eventDraft(slug, { sales, details: { ...details, venue: "New" } }));
    await stores.registrations.commitBatch(saleId, [young]);
    const { name, venue, timeZone, days } = details;
    const sheet = await stores.tickets.findTicket(old.ticketKey);
    expect(sheet?.event).toEqual({ name, venue, timeZone, days });
    expect((await stores.tickets.findTicket(young.ticketKey))?.event.venue).toBe("New");
  });

  test("is opened by one spelling of its key, and by no other key", async () => {
    const { saleId } = await createSale(stores, 5);
    const member = { ...candidate(1), ticketKey: "AAAAAAAAAAAAAAAAAAAAAA" as TicketKey };
    await stores.registrations.commitBatch(saleId, [member]);
    const sheet = await stores.tickets.findTicket(member.ticketKey);
    expect(sheet?.registrationId).toBe(member.registrationId);
    const misspelt = "AAAAAAAAAAAAAAAAAAAAAB" as TicketKey;
    expect(await stores.tickets.findTicket(misspelt)).toBeNull();
    expect(await stores.tickets.findTicket(candidate(1).ticketKey)).toBeNull();
  });
});

describe("the export", () => {
  test("gives everyone once, in the order of commits, in bounded pages", async () => {
    const { eventId, saleId } = await createSale(stores, 6_000);
    const members = candidates(6_000);
    for (const start of [0, 2_000, 4_000]) {
      await stores.registrations.commitBatch(saleId, members.slice(start, start + 2_000));
    }
    const pages: (readonly ExportRow[])[] = [];
    for await (const page of stores.organiser.exportRegistrations(eventId)) pages.push(page);
    expect(pages.map((page) => page.length)).toEqual([5_000, 1_000]);
    const rows = pages.flat();
    expect(rows.map(({ ordinal }) => ordinal)).toEqual(range(6_000));
    expect(rows.map(({ registrationId }) => registrationId as string)).toEqual(
      members.map(({ registrationId }) => registrationId),
    );
    const { name, phone, email, locale } = candidate(1);
    expect(rows[0]).toMatchObject({ saleNumber: 1, name, phone, email, locale });
    expect(rows[0]?.committedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(await stores.organiser.countRegistrations(eventId)).toBe(6_000);
  });

  test("is empty for an event that sold nothing", async () => {
    const { eventId } = await createSale(stores, 1);
    for await (const page of stores.organiser.exportRegistrations(eventId)) {
      throw new Error(`a page of ${page.length}`);
    }
    expect(await stores.organiser.countRegistrations(eventId)).toBe(0);
  });
});

async function snapshot(slug: string) {
  const events = await stores.events.loadEvents();
  return events.find(({ event }) => event.slug === slug);
}
