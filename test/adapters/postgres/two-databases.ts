import { expect } from "bun:test";
import { ok as assert } from "node:assert";
import postgres from "postgres";
import { nextBootNumber } from "../../../src/adapters/postgres/boot-store.ts";
import type { OutboxItem, OutboxLane } from "../../../src/delivery/ports.ts";
import type { Candidate, CommitAnswer } from "../../../src/quota/ports.ts";
import type { Event, Sale } from "../../../src/sale/event.ts";
import { candidate } from "../../contract/registration-store.contract.ts";
import { MemoryRegistrationStore } from "../../support/memory-registration-store.ts";
import type { TestDatabase } from "../../support/postgres.ts";
import { Tables } from "../../support/tables.ts";
import { ConstraintViolation } from "../../support/unique-index.ts";
import { type EventShape, type MemberShape, oddText, type Step, takenAtMs } from "./model-steps.ts";
import { modelledRows, storedRows } from "./stored-rows.ts";
import { eventDraft, frozen, type Stores, saleDraft, writeEvent } from "./stores.ts";

/** Leases and waits are of an hour, of none or of years, so that the two need not share a clock. */
const NOW_MS = Date.UTC(2026, 10, 23);
const WINDOW_MS = saleDraft().closesAtMs - saleDraft().opensAtMs;

interface Batch {
  readonly saleId: number;
  readonly members: readonly Candidate[];
}

/** PostgreSQL and `Tables` side by side: each step is expected to end alike in both. */
export class TwoDatabases {
  readonly #database: TestDatabase;
  readonly #stores: Stores;
  readonly #tables = new Tables([]);
  readonly #memory = new MemoryRegistrationStore(this.#tables, { nowMs: () => NOW_MS });
  readonly #events: Event[] = [];
  readonly #batches: Batch[] = [];
  /** As each person last asked. */
  readonly #people = new Map<number, Candidate>();
  readonly #claims: Record<
    OutboxLane,
    { readonly real: OutboxItem; readonly model: OutboxItem }[]
  > = { "confirmation-sms": [], mail: [] };

  private constructor(database: TestDatabase, stores: Stores) {
    this.#database = database;
    this.#stores = stores;
  }

  /** Empties the database; the events are the same in both from the start. */
  static async open(
    database: TestDatabase,
    stores: Stores,
    shapes: readonly EventShape[],
  ): Promise<TwoDatabases> {
    await database.sql`
      truncate events, event_revisions, sales, registrations, outbox, boots restart identity`;
    await database.sql`update lanes set is_paused = false`;
    const two = new TwoDatabases(database, stores);
    for (const [index, quotas] of shapes.entries()) {
      const sales = quotas.map((quota, place) => {
        const opensAtMs = saleDraft().opensAtMs + place * WINDOW_MS;
        const closesAtMs = opensAtMs + WINDOW_MS;
        const number = place + 1;
        return saleDraft({ number, verifyFromMs: opensAtMs, opensAtMs, closesAtMs, quota });
      });
      const event = await writeEvent(stores, eventDraft(`event-${index}`, { sales }));
      two.#events.push(event);
      two.#tables.changeEvent(event);
    }
    return two;
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case "commit":
        return await this.#commitNew(this.#sale(step.sale), step.members);
      case "commit-again":
        return await this.#commit(this.#batches[step.batch % this.#batches.length]);
      case "find-holders":
        return await this.#findHolders(this.#event(step.event), step.people);
      case "set-quota":
        return await this.#setQuota(this.#sale(step.sale), step.quota);
      case "rename":
        return await this.#rename(this.#event(step.event), step.name);
      case "pause":
        return await this.#pause(this.#event(step.event), step.isPaused);
      case "claim":
        return await this.#claim(step);
      case "settle":
        return await this.#settle(step);
      case "pause-lane":
        await this.#stores.outbox.setPaused(step.lane, step.isPaused);
        return this.#tables.setLanePaused(step.lane, step.isPaused);
      case "boot":
        expect(this.#tables.nextBoot()).toBe(await nextBootNumber(this.#stores.database));
    }
  }

  /** Every row of every table, instants aside. */
  async compareAll(): Promise<void> {
    expect(this.#tables.loadEvents()).toEqual([...(await this.#stores.events.loadEvents())]);
    expect(modelledRows(this.#tables)).toEqual(await storedRows(this.#database.sql));
  }

  async #commitNew(sale: Sale, shapes: readonly MemberShape[]): Promise<void> {
    const batch = { saleId: sale.id, members: shapes.map((shape) => this.#member(shape, sale)) };
    this.#batches.push(batch);
    await this.#commit(batch);
  }

  async #commit(batch: Batch | undefined): Promise<void> {
    if (batch === undefined) return;
    const { saleId, members } = batch;
    const real = await this.#stores.registrations.commitBatch(saleId, members);
    expect(told(await this.#memory.commitBatch(saleId, members))).toEqual(told(real));
  }

  async #findHolders(event: Event, people: readonly number[]): Promise<void> {
    const phones = people.map((person) => candidate(person).phone);
    const real = await this.#stores.registrations.findHolders(event.id, phones);
    expect(this.#tables.findHolders(event.id, phones)).toEqual(real);
  }

  /** Below what is sold, both refuse. */
  async #setQuota(sale: Sale, quota: number): Promise<void> {
    const event = this.#events.find(({ sales }) => sales.includes(sale));
    assert(event !== undefined);
    const sales = event.sales.map((other) => (other === sale ? { ...sale, quota } : other));
    const changed = { ...event, sales };
    const real = await constraintBroken(() => writeEvent(this.#stores, changed));
    const model = await constraintBroken(async () => this.#tables.changeEvent(changed));
    expect(model).toEqual(real);
    if (real === null) this.#replace(event, changed);
  }

  async #rename(event: Event, name: string): Promise<void> {
    const details = { ...event.details, name };
    const changed = await writeEvent(this.#stores, { ...event, details });
    this.#tables.changeEvent(changed);
    this.#replace(event, changed);
  }

  async #pause(event: Event, isPaused: boolean): Promise<void> {
    await this.#stores.organiser.changeEvent(event.slug, frozen, () => ({
      kind: "pause",
      isPaused,
    }));
    const changed = { ...event, isPaused };
    this.#tables.changeEvent(changed);
    this.#replace(event, changed);
  }

  async #claim({ lane, want }: Extract<Step, { readonly kind: "claim" }>): Promise<void> {
    const real = await this.#stores.outbox.claim(lane, want);
    const model = this.#tables.claimOutbox(lane, want, NOW_MS);
    expect(model.map(withoutId)).toEqual(real.map(withoutId));
    for (const [index, item] of real.entries()) {
      const twin = model[index];
      assert(twin !== undefined);
      this.#claims[lane].push({ real: item, model: twin });
    }
  }

  async #settle({ lane, settled }: Extract<Step, { readonly kind: "settle" }>): Promise<void> {
    const claims = this.#claims[lane];
    const results = new Map(
      settled.flatMap(({ claim, result }) => {
        const items = claims[claim % claims.length];
        return items === undefined ? [] : [[items, result] as const];
      }),
    );
    const entries = [...results];
    await this.#stores.outbox.settle(
      lane,
      entries.map(([{ real }, result]) => ({ item: real, result })),
    );
    this.#tables.settleOutbox(
      lane,
      entries.map(([{ model }, result]) => ({ item: model, result })),
    );
  }

  #event(index: number): Event {
    const event = this.#events[index % this.#events.length];
    assert(event !== undefined);
    return event;
  }

  #replace(event: Event, changed: Event): void {
    this.#events[this.#events.indexOf(event)] = changed;
  }

  #sale(index: number): Sale {
    const sales = this.#events.flatMap((event) => event.sales);
    const sale = sales[index % sales.length];
    assert(sale !== undefined);
    return sale;
  }

  #member({ person, ids, taken, oddity }: MemberShape, sale: Sale): Candidate {
    const minted = { ...candidate(person), takenAtMs: takenAtMs(taken, sale) };
    const odd = oddity === null ? minted : { ...minted, [oddity.column]: oddText(oddity) };
    const member = { ...odd, ...this.#ids({ person, ids }, minted) };
    this.#people.set(person, member);
    return member;
  }

  #ids(
    { person, ids }: Pick<MemberShape, "person" | "ids">,
    minted: Candidate,
  ): Pick<Candidate, "registrationId" | "ticketKey"> {
    const { registrationId, ticketKey } = minted;
    const self = this.#people.get(person) ?? minted;
    const [, other] = [...this.#people].find(([someone]) => someone !== person) ?? [0, minted];
    switch (ids) {
      case "minted":
        return { registrationId, ticketKey };
      case "same":
        return { registrationId: self.registrationId, ticketKey: self.ticketKey };
      case "id-of-another":
        return { registrationId: other.registrationId, ticketKey };
      case "key-of-another":
        return { registrationId, ticketKey: other.ticketKey };
    }
  }
}

function told(answer: CommitAnswer) {
  switch (answer.kind) {
    case "done":
      return answer;
    case "refused":
      return { kind: answer.kind, message: answer.error.message };
    case "unknown":
      throw answer.error;
  }
}

/** Ids have gaps where PostgreSQL took a commit back. */
function withoutId(item: OutboxItem) {
  const { id: _, ...rest } = item;
  return rest;
}

/** The name of the constraint that forbade it; null where none did. */
async function constraintBroken(write: () => Promise<unknown>): Promise<string | null> {
  try {
    await write();
    return null;
  } catch (error) {
    if (error instanceof ConstraintViolation) return error.constraint;
    if (error instanceof postgres.PostgresError) return error.constraint_name ?? error.code;
    throw error;
  }
}
