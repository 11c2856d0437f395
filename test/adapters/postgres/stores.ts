import { Database } from "../../../src/adapters/postgres/client.ts";
import { PostgresEventStore } from "../../../src/adapters/postgres/event-store.ts";
import { PostgresOrganiserStore } from "../../../src/adapters/postgres/organiser-store.ts";
import { PostgresOutboxStore } from "../../../src/adapters/postgres/outbox-store.ts";
import { PostgresRegistrationStore } from "../../../src/adapters/postgres/registration-store.ts";
import { PostgresTicketStore } from "../../../src/adapters/postgres/ticket-store.ts";
import type { EventDraft, SaleDraft } from "../../../src/organiser/ports.ts";
import type { Event, EventDetails } from "../../../src/sale/event.ts";
import { closesAtMs, opensAtMs } from "../../contract/registration-store.contract.ts";

export const details: EventDetails = {
  name: "Boi Mela",
  venue: "Suhrawardy Udyan",
  description: "A fair of books.",
  timeZone: "Asia/Dhaka",
  days: [{ day: 1, date: "2026-12-10", doorsAt: "10:00" }],
};

export const frozen = { host: "tickets.example.org", keyId: 1 };

export interface Stores extends AsyncDisposable {
  readonly database: Database;
  readonly events: PostgresEventStore;
  readonly organiser: PostgresOrganiserStore;
  readonly outbox: PostgresOutboxStore;
  readonly registrations: PostgresRegistrationStore;
  readonly tickets: PostgresTicketStore;
}

/** The stores of one process. */
export function openStores(
  url: string,
  commits: { readonly isPrepared: boolean; readonly deadlineMs?: number } = { isPrepared: true },
): Stores {
  const shared = { url, applicationName: "floodgate-test" };
  const database = new Database({ ...shared, connectionCountMax: 4, isPrepared: true });
  const commitDatabase = new Database({ ...shared, ...commits, connectionCountMax: 2 });
  return {
    database,
    events: new PostgresEventStore(database),
    organiser: new PostgresOrganiserStore(database),
    outbox: new PostgresOutboxStore(database),
    registrations: new PostgresRegistrationStore({ commits: commitDatabase, reads: database }),
    tickets: new PostgresTicketStore(database),
    async [Symbol.asyncDispose]() {
      await Promise.all([database[Symbol.asyncDispose](), commitDatabase[Symbol.asyncDispose]()]);
    },
  };
}

export function saleDraft(change: Partial<SaleDraft> = {}): SaleDraft {
  return { number: 1, verifyFromMs: opensAtMs, opensAtMs, closesAtMs, quota: 100, ...change };
}

export function eventDraft(slug: string, change: Partial<EventDraft> = {}): EventDraft {
  return { slug, details, sales: [saleDraft()], proof: "off", ...change };
}

/** Writes the draft as it is, whatever is stored. */
export async function writeEvent(stores: Stores, draft: EventDraft): Promise<Event> {
  const change = await stores.organiser.changeEvent(draft.slug, frozen, () => ({
    kind: "write",
    draft,
  }));
  if (change.kind === "refused") throw new Error(change.faults.join());
  return change.event;
}

/** A new event with one sale of that quota. */
export async function createSale(stores: Stores, quota: number) {
  const slug = `event-${crypto.randomUUID()}`;
  const event = await writeEvent(stores, eventDraft(slug, { sales: [saleDraft({ quota })] }));
  const saleId = event.sales[0]?.id ?? 0;
  return { slug, eventId: event.id, saleId };
}
