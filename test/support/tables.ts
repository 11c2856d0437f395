import { ok as assert } from "node:assert";
import { DataRefusedError } from "../../src/adapters/postgres/errors.ts";
import type { Phone } from "../../src/attendee/phone.ts";
import type { OutboxItem, OutboxLane, OutboxResult } from "../../src/delivery/ports.ts";
import type { Candidate, MemberOutcome, Seat } from "../../src/quota/ports.ts";
import type { Event, Sale } from "../../src/sale/event.ts";
import type { EventSnapshot } from "../../src/sale/ports.ts";
import { TEMPLATE_VERSION, type TicketSheet } from "../../src/ticket/ticket.ts";
import { type OutboxRow, OutboxTable, type StoredOutboxRow } from "./outbox-table.ts";
import { ConstraintViolation, UniqueIndex } from "./unique-index.ts";

/** A row of `registrations`; `takenAtMs` is not stored by the service but kept here for whoever checks. */
export interface RegistrationRow extends Candidate {
  readonly eventId: number;
  readonly eventRevision: number;
  readonly saleId: number;
  readonly ordinal: number;
  readonly committedAtMs: number;
}

/** What one call of `commit_registrations` writes and answers. */
export interface CommitPlan {
  readonly saleId: number;
  /** In order of ordinal. */
  readonly rows: readonly RegistrationRow[];
  /** One per member, in the members' order. */
  readonly outcomes: readonly MemberOutcome[];
  /** Seats given out of the sale after it. */
  readonly sold: number;
  readonly committedAtMs: number;
}

interface SaleRow {
  readonly eventId: number;
  readonly sale: Sale;
  readonly sold: number;
  readonly lastCommittedAtMs: number;
}

const CHECK_VIOLATION = "23514";
const NAME_LENGTH_MAX = 1_920;
const EMAIL_LENGTH_MAX = 254;
const LOCALE_LENGTH_MAX = 35;

/**
 * The service's tables in memory, by the rules of the schema and of the statements that run on it: synchronous,
 * without clock, lock or fault. What PostgreSQL refuses is thrown as a `DataRefusedError`, and nothing is written.
 */
export class Tables {
  readonly #events = new Map<number, Event>();
  readonly #sales = new Map<number, SaleRow>();
  /** What tickets show of an event, by event and revision. */
  readonly #revisions = new Map<string, TicketSheet["event"]>();
  readonly #registrations: RegistrationRow[] = [];
  readonly #holders = new UniqueIndex<RegistrationRow>("registrations_event_id_phone", (row) =>
    holderKey(row.eventId, row.phone),
  );
  /** In the order in which PostgreSQL tries them. */
  readonly #indexes: readonly UniqueIndex<RegistrationRow>[] = [
    new UniqueIndex("registrations_pkey", (row) => row.registrationId),
    new UniqueIndex("registrations_ticket_key_unique", (row) => row.ticketKey),
    this.#holders,
    new UniqueIndex("registrations_sale_id_ordinal", (row) => `${row.saleId} ${row.ordinal}`),
  ];
  readonly #outbox = new OutboxTable();
  #lastOutboxId = 0;
  #lastBoot = 0;

  constructor(events: readonly Event[]) {
    for (const event of events) this.changeEvent(event);
  }

  /** What a call would write and answer on the tables as they are now; writes nothing. */
  planCommit(saleId: number, members: readonly Candidate[], nowMs: number): CommitPlan {
    for (const member of members) refuseNul(member);
    const stored = this.#sales.get(saleId);
    if (stored === undefined) throw new DataRefusedError("23503", "exec_stmt_raise");
    const { eventId, sale, sold } = stored;
    const event = this.#eventOf(eventId);
    const committedAtMs = Math.max(nowMs, stored.lastCommittedAtMs);
    const rows: RegistrationRow[] = [];
    const won = new Map<Phone, RegistrationRow>();
    const holderOf = (phone: Phone) => this.#holder(eventId, phone) ?? won.get(phone);
    for (const member of members) {
      if (holderOf(member.phone) !== undefined || windowOutcome(sale, member) !== null) continue;
      const ordinal = sold + rows.length + 1;
      if (ordinal > sale.quota) break;
      const place = { eventId, eventRevision: event.revision, saleId, ordinal, committedAtMs };
      const row = { ...this.#storable(member, rows), ...place };
      rows.push(row);
      won.set(row.phone, row);
    }
    const outcomes = members.map((member): MemberOutcome => {
      const held = holderOf(member.phone);
      if (held === undefined) return windowOutcome(sale, member) ?? { kind: "full" };
      const isOwn = held.registrationId === member.registrationId;
      return { kind: isOwn ? "committed" : "holder", seat: seatOf(held) };
    });
    return { saleId, rows, outcomes, sold: sold + rows.length, committedAtMs };
  }

  /** Writes a plan, be it one of a bygone state; throws `ConstraintViolation` for what the schema forbids. */
  apply({ saleId, rows, committedAtMs }: CommitPlan): void {
    const stored = this.#saleOf(saleId);
    const sold = stored.sold + rows.length;
    this.#insertRegistrations(rows, () => checkSold(sold, stored.sale.quota));
    for (const row of rows) {
      this.#lastOutboxId += 1;
      this.#outbox.add(this.#outboxRow(this.#lastOutboxId, row), committedAtMs);
    }
    if (rows.length > 0) {
      this.#sales.set(saleId, { ...stored, sold, lastCommittedAtMs: committedAtMs });
    }
  }

  findHolders(eventId: number, phones: readonly Phone[]): readonly (Seat | null)[] {
    return phones.map((phone) => {
      const held = this.#holder(eventId, phone);
      return held === undefined ? null : seatOf(held);
    });
  }

  /** All events in order of slug, their sales in order of opening. */
  loadEvents(): readonly EventSnapshot[] {
    const events = [...this.#events.values()].sort((one, other) =>
      one.slug < other.slug ? -1 : 1,
    );
    return events.map((event) => ({
      event,
      soldBySale: new Map(event.sales.map(({ id }) => [id, this.soldOf(id)])),
    }));
  }

  /** Creates the event or writes it anew, by its id; seats stay as they are. */
  changeEvent(event: Event): void {
    for (const sale of event.sales) checkSold(this.#sales.get(sale.id)?.sold ?? 0, sale.quota);
    const kept = new Set(event.sales.map(({ id }) => id));
    for (const { id } of this.#events.get(event.id)?.sales ?? []) {
      if (kept.has(id)) continue;
      assert(this.soldOf(id) === 0, "a sale with seats stays");
      this.#sales.delete(id);
    }
    for (const sale of event.sales) {
      const stored = this.#sales.get(sale.id) ?? { sold: 0, lastCommittedAtMs: -Infinity };
      this.#sales.set(sale.id, { ...stored, eventId: event.id, sale });
    }
    const sales = event.sales.toSorted(
      (one, other) => one.opensAtMs - other.opensAtMs || one.number - other.number,
    );
    this.#events.set(event.id, { ...event, sales });
    const { description: _, ...shown } = event.details;
    this.#revisions.set(`${event.id} ${event.revision}`, shown);
  }

  /** A number that none before had. */
  nextBoot(): number {
    this.#lastBoot += 1;
    return this.#lastBoot;
  }

  claimOutbox(
    lane: OutboxLane,
    want: { readonly countMax: number; readonly leaseMs: number },
    nowMs: number,
  ): readonly OutboxItem[] {
    return this.#outbox.claim(lane, want, nowMs);
  }

  settleOutbox(
    lane: OutboxLane,
    results: readonly { readonly item: OutboxItem; readonly result: OutboxResult }[],
  ): void {
    this.#outbox.settle(lane, results);
  }

  setLanePaused(lane: OutboxLane, isPaused: boolean): void {
    this.#outbox.setPaused(lane, isPaused);
  }

  /** In order of commit. */
  get registrations(): readonly RegistrationRow[] {
    return this.#registrations;
  }

  /** In order of id. */
  get outboxRows(): Iterable<StoredOutboxRow> {
    return this.#outbox.rows;
  }

  soldOf(saleId: number): number {
    return this.#saleOf(saleId).sold;
  }

  /** Rows are written one after the other: what the schema forbids of those before is found first. */
  #storable(member: Candidate, before: readonly RegistrationRow[]): Candidate {
    try {
      return storable(member);
    } catch (error) {
      this.#insertRegistrations(before, () => {
        throw error;
      });
      throw error;
    }
  }

  #insertRegistrations(rows: readonly RegistrationRow[], checkSale: () => void): void {
    const added: { readonly index: UniqueIndex<RegistrationRow>; readonly row: RegistrationRow }[] =
      [];
    try {
      for (const row of rows) {
        for (const index of this.#indexes) {
          index.add(row);
          added.push({ index, row });
        }
      }
      checkSale();
    } catch (error) {
      for (const { index, row } of added) index.delete(row);
      throw error;
    }
    this.#registrations.push(...rows);
  }

  #outboxRow(id: number, row: RegistrationRow): OutboxRow {
    const { registrationId, ticketKey, eventId, ordinal, phone, email, locale } = row;
    const { host, keyId } = this.#eventOf(eventId);
    const shown = this.#revisions.get(`${eventId} ${row.eventRevision}`);
    assert(shown !== undefined, "a registration is of a revision that is there");
    const sheet: TicketSheet = {
      registrationId,
      ticketKey,
      eventId,
      saleNumber: this.#saleOf(row.saleId).sale.number,
      ordinal,
      holderName: row.name,
      locale,
      host,
      keyId,
      templateVersion: TEMPLATE_VERSION,
      event: shown,
    };
    return { id, registrationId, phone, email, isSuppressed: false, sheet };
  }

  #holder(eventId: number, phone: Phone): RegistrationRow | undefined {
    return this.#holders.get(holderKey(eventId, phone));
  }

  #eventOf(eventId: number): Event {
    const event = this.#events.get(eventId);
    assert(event !== undefined, `there is no event ${eventId}`);
    return event;
  }

  #saleOf(saleId: number): SaleRow {
    const sale = this.#sales.get(saleId);
    assert(sale !== undefined, `there is no sale ${saleId}`);
    return sale;
  }
}

function holderKey(eventId: number, phone: Phone): string {
  return `${eventId} ${phone}`;
}

function seatOf({ registrationId, ticketKey, ordinal }: RegistrationRow): Seat {
  return { registrationId, ticketKey, ordinal };
}

function windowOutcome(sale: Sale, { takenAtMs }: Candidate): MemberOutcome | null {
  if (takenAtMs < sale.opensAtMs) return { kind: "not-open" };
  return takenAtMs < sale.closesAtMs ? null : { kind: "closed" };
}

function checkSold(sold: number, quota: number): void {
  if (sold > quota) throw new ConstraintViolation(CHECK_VIOLATION, "sales_sold_within_quota");
}

/** Parameters are read before anything else is, so this costs even a batch of losers. */
function refuseNul({ name, email, locale }: Candidate): void {
  if ([name, email, locale].some((text) => text.includes("\0"))) {
    throw new DataRefusedError("22021", "report_invalid_encoding_int");
  }
}

/** A candidate as its columns hold it; only who wins a seat is measured. */
function storable(member: Candidate): Candidate {
  return {
    ...member,
    name: varchar(member.name, NAME_LENGTH_MAX),
    email: varchar(member.email, EMAIL_LENGTH_MAX),
    locale: varchar(member.locale, LOCALE_LENGTH_MAX),
  };
}

/** Half a surrogate pair has no UTF-8 and goes out as U+FFFD; spaces beyond the length are cut (PostgreSQL 18, 8.3). */
function varchar<Text extends string>(text: Text, lengthMax: number): Text {
  const wellFormed = text.toWellFormed();
  if (wellFormed.length <= lengthMax) return wellFormed as Text;
  const characters = Array.from(wellFormed);
  if (characters.slice(lengthMax).some((character) => character !== " ")) {
    throw new DataRefusedError("22001", "varchar");
  }
  return characters.slice(0, lengthMax).join("") as Text;
}
