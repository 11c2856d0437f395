import { describe, expect, test } from "bun:test";
import { randomBytes, randomUUID } from "node:crypto";
import type { Email } from "../../src/attendee/email.ts";
import type { PersonName } from "../../src/attendee/person-name.ts";
import type { Phone } from "../../src/attendee/phone.ts";
import type {
  Candidate,
  CommitAnswer,
  MemberOutcome,
  RegistrationStore,
  Seat,
} from "../../src/quota/ports.ts";
import type { RegistrationId, TicketKey } from "../../src/ticket/ticket.ts";

/** The window of the sales that `open` makes. */
export const opensAtMs = Date.UTC(2026, 11, 1, 4);
export const closesAtMs = opensAtMs + 3_600_000;

/** A new event with two sales of one quota, both open at once, and nothing sold. */
export interface EventAtHand {
  readonly store: RegistrationStore;
  /** The same tables, as another process has them. */
  readonly otherStore: RegistrationStore;
  readonly eventId: number;
  readonly saleId: number;
  readonly otherSaleId: number;
  /** Of the first sale. */
  readonly setQuota: (quota: number) => Promise<void>;
  /** From the next commit of the first sale on, the database's clock is that far behind where it was. */
  readonly setClockBack: (byMs: number) => Promise<void>;
  readonly stored: (saleId: number) => Promise<StoredSale>;
}

/** What the tables hold of a sale. */
export interface StoredSale {
  readonly sold: number;
  /** In order of ordinal. */
  readonly seats: readonly StoredSeat[];
}

export interface StoredSeat {
  readonly ordinal: number;
  readonly registrationId: RegistrationId;
  readonly committedAtMs: number;
  /** The ids of its outbox rows. */
  readonly outboxIds: readonly number[];
}

export type Open = (quota: number) => Promise<EventAtHand>;

/** What any store of registrations promises. */
export function registrationStoreContract(name: string, open: Open): void {
  describe(`${name} as a registration store`, () => {
    for (const [promise, hold] of Object.entries(registrationStoreClauses)) {
      test(promise, () => hold(open));
    }
  });
}

/** By what each promises; a clause throws where it is broken. */
export const registrationStoreClauses: Readonly<Record<string, (open: Open) => Promise<void>>> = {
  async "takes the order of a batch as its priority and cuts it at the last seat"(open) {
    const event = await open(3);
    const batch = candidates(5);
    const answer = done(await event.store.commitBatch(event.saleId, batch));
    expect(answer.sold).toBe(3);
    expect(answer.outcomes).toEqual([
      { kind: "committed", seat: seatOf(batch[0], 1) },
      { kind: "committed", seat: seatOf(batch[1], 2) },
      { kind: "committed", seat: seatOf(batch[2], 3) },
      { kind: "full" },
      { kind: "full" },
    ]);
    await expectWhole(event, 3);
  },

  async "seats a batch of nobody but winners behind those before it"(open) {
    const event = await open(5);
    await event.store.commitBatch(event.saleId, [candidate(1)]);
    const batch = [candidate(2), candidate(3)];
    expect(await event.store.commitBatch(event.saleId, batch)).toEqual({
      kind: "done",
      outcomes: [
        { kind: "committed", seat: seatOf(batch[0], 2) },
        { kind: "committed", seat: seatOf(batch[1], 3) },
      ],
      sold: 3,
    });
    await expectWhole(event, 3);
  },

  async "lets the first of two with one phone in a batch win, at no cost to the rest"(open) {
    const event = await open(2);
    const batch = [candidate(1), candidate(1), candidate(2)];
    const { outcomes, sold } = done(await event.store.commitBatch(event.saleId, batch));
    expect(outcomes).toEqual([
      { kind: "committed", seat: seatOf(batch[0], 1) },
      { kind: "holder", seat: seatOf(batch[0], 1) },
      { kind: "committed", seat: seatOf(batch[2], 2) },
    ]);
    expect(sold).toBe(2);
    await expectWhole(event, 2);
  },

  async "answers a batch that is run again as it did before, and writes nothing (invariant 7)"(
    open,
  ) {
    const event = await open(3);
    const { store, saleId } = event;
    const batch = candidates(5);
    const first = await store.commitBatch(saleId, batch);
    expect(await store.commitBatch(saleId, batch)).toEqual(first);
    expect(await store.commitBatch(saleId, batch.toReversed())).toEqual({
      kind: "done",
      outcomes: done(first).outcomes.toReversed(),
      sold: 3,
    });
    await expectWhole(event, 3);
  },

  async "judges each member by the instant it was taken (invariant 6)"(open) {
    const { store, saleId } = await open(10);
    const { outcomes, sold } = done(
      await store.commitBatch(saleId, [
        candidate(1, opensAtMs - 0.001),
        candidate(2, opensAtMs),
        candidate(3, closesAtMs - 0.001),
        candidate(4, closesAtMs),
      ]),
    );
    const kinds = outcomes.map(({ kind }) => kind);
    expect(kinds).toEqual(["not-open", "committed", "committed", "closed"]);
    expect(sold).toBe(2);
  },

  async "lets one who came too early win by coming again in the same batch"(open) {
    const { store, saleId } = await open(10);
    const batch = [candidate(1, opensAtMs - 1), candidate(1)];
    const { outcomes } = done(await store.commitBatch(saleId, batch));
    expect(seatsOf(outcomes, "committed")).toEqual([seatOf(batch[1], 1)]);
  },

  async "tells a holder of the seat, never full, not open or closed (invariant 7)"(open) {
    const { store, saleId } = await open(1);
    const holder = candidate(1);
    await store.commitBatch(saleId, [holder]);
    const again = [candidate(1), candidate(1, opensAtMs - 1), candidate(1, closesAtMs)];
    const { outcomes } = done(await store.commitBatch(saleId, again));
    expect(outcomes).toEqual(Array(3).fill({ kind: "holder", seat: seatOf(holder, 1) }));
  },

  async "never tells those outside the window that the sale is full (invariant 6)"(open) {
    const { store, saleId } = await open(1);
    await store.commitBatch(saleId, [candidate(1)]);
    const late = [candidate(2, opensAtMs - 1), candidate(3, closesAtMs), candidate(4)];
    const { outcomes } = done(await store.commitBatch(saleId, late));
    expect(outcomes).toEqual([{ kind: "not-open" }, { kind: "closed" }, { kind: "full" }]);
  },

  async "counts those who won, not those who asked"(open) {
    const event = await open(10);
    const { store, saleId } = event;
    await store.commitBatch(saleId, candidates(2));
    const batch = [candidate(1), candidate(3), candidate(4, closesAtMs), candidate(5)];
    expect(done(await store.commitBatch(saleId, batch)).sold).toBe(4);
    await expectWhole(event, 4);
  },

  async "goes on from the next ordinal when the quota of a full sale is raised"(open) {
    const event = await open(2);
    const batch = candidates(4);
    await event.store.commitBatch(event.saleId, batch);
    await event.setQuota(3);
    const { outcomes, sold } = done(await event.store.commitBatch(event.saleId, batch));
    expect(ordinals(seatsOf(outcomes, "committed"))).toEqual([1, 2, 3]);
    expect(outcomes.at(-1)).toEqual({ kind: "full" });
    expect(sold).toBe(3);
    await expectWhole(event, 3);
  },

  async "is full at once when the quota is lowered to what is sold"(open) {
    const { store, saleId, setQuota } = await open(5);
    await store.commitBatch(saleId, candidates(2));
    await setQuota(2);
    const { outcomes } = done(await store.commitBatch(saleId, [candidate(9)]));
    expect(outcomes).toEqual([{ kind: "full" }]);
  },

  async "gives a phone a seat in each event"(open) {
    for (const event of [await open(1), await open(1)]) {
      const { outcomes } = done(await event.store.commitBatch(event.saleId, [candidate(1)]));
      expect(seatsOf(outcomes, "committed")).toHaveLength(1);
    }
  },

  async "finds holders in the order of the phones"(open) {
    const { store, saleId, eventId } = await open(10);
    const [one, two] = [candidate(1), candidate(2)];
    await store.commitBatch(saleId, [one, two]);
    const phones = [two.phone, phoneOf(3), one.phone, two.phone];
    const seats = [seatOf(two, 2), null, seatOf(one, 1), seatOf(two, 2)];
    expect(await store.findHolders(eventId, phones)).toEqual(seats);
    expect(await store.findHolders(eventId, [])).toEqual([]);
    const other = await open(1);
    expect(await store.findHolders(other.eventId, [one.phone])).toEqual([null]);
  },

  async "writes one outbox row for each registration, in the order of the seats (invariant 4)"(
    open,
  ) {
    const event = await open(30);
    await event.store.commitBatch(event.saleId, candidates(20).toReversed());
    await event.store.commitBatch(event.saleId, candidates(40));
    await expectWhole(event, 30);
  },

  async "never puts a commit before the one before it, even if the clock goes back"(open) {
    const event = await open(10);
    await event.store.commitBatch(event.saleId, [candidate(1), candidate(2)]);
    await event.setClockBack(3_600_000);
    await event.store.commitBatch(event.saleId, [candidate(3)]);
    await event.store.commitBatch(event.saleId, [candidate(4)]);
    await expectWhole(event, 4);
  },

  async "gives a thousand candidates in parallel batches exactly 100 seats (invariant 1)"(open) {
    const event = await open(100);
    const outcomes = await commitInBatches(event, candidates(1_000), 25);
    expect(ordinals(seatsOf(outcomes, "committed"))).toEqual(range(100));
    expect(outcomes.filter((outcome) => outcome.kind === "full")).toHaveLength(900);
    await expectWhole(event, 100);
  },

  async "gives one phone one seat, whoever asks a thousand times (invariant 2)"(open) {
    const event = await open(100);
    const sameness = Array.from({ length: 1_000 }, () => candidate(7));
    const outcomes = await commitInBatches(event, sameness, 25);
    const [winner, ...others] = seatsOf(outcomes, "committed");
    expect(others).toEqual([]);
    expect(winner?.ordinal).toBe(1);
    expect(seatsOf(outcomes, "holder")).toEqual(Array(999).fill(winner));
  },

  async "sells the only seat of a sale once"(open) {
    const event = await open(1);
    const outcomes = await commitInBatches(event, candidates(50), 1);
    expect(ordinals(seatsOf(outcomes, "committed"))).toEqual([1]);
    await expectWhole(event, 1);
  },

  async "lets two processes share out crossed batches densely, without an error (invariants 1 and 2)"(
    open,
  ) {
    for (const _ of range(CROSSED_ROUNDS)) {
      const event = await open(50);
      const { store, otherStore, saleId } = event;
      const phones = range(60);
      const one = phones.map((number) => candidate(number));
      const other = phones.toReversed().map((number) => candidate(number));
      const answers = await Promise.all([
        ...halves(one).map((half) => store.commitBatch(saleId, half)),
        ...halves(other).map((half) => otherStore.commitBatch(saleId, half)),
      ]);
      const outcomes = answers.flatMap((answer) => done(answer).outcomes);
      expect(ordinals(seatsOf(outcomes, "committed"))).toEqual(range(50));
      await expectWhole(event, 50);
    }
  },

  async "lets two processes give a phone one seat across the sales of an event (invariant 2)"(
    open,
  ) {
    for (const _ of range(CROSSED_ROUNDS)) {
      const { store, otherStore, saleId, otherSaleId } = await open(50);
      const answers = await Promise.all([
        store.commitBatch(saleId, candidates(50)),
        otherStore.commitBatch(otherSaleId, candidates(50).toReversed()),
      ]);
      const outcomes = answers.flatMap((answer) => done(answer).outcomes);
      expect(seatsOf(outcomes, "committed")).toHaveLength(50);
      expect(seatsOf(outcomes, "holder")).toHaveLength(50);
    }
  },

  async "gives a batch and its twin on another connection the same seats (invariant 7)"(open) {
    const event = await open(8);
    const batch = candidates(10);
    const [answer, twin] = await Promise.all([
      event.store.commitBatch(event.saleId, batch),
      event.otherStore.commitBatch(event.saleId, batch),
    ]);
    expect(ordinals(seatsOf(done(answer).outcomes, "committed"))).toEqual(range(8));
    expect(twin).toEqual(answer);
    await expectWhole(event, 8);
  },

  async "refuses a batch with a row it cannot store, leaves nothing behind and names no value (invariant 10)"(
    open,
  ) {
    const elsewhere = await open(1);
    const holder = candidate(9);
    await elsewhere.store.commitBatch(elsewhere.saleId, [holder]);
    const { registrationId, ticketKey } = holder;
    const poisons: readonly [poison: Partial<Candidate>, sqlState: string][] = [
      [{ name: "A\u0000B" as PersonName }, "22021"],
      [{ name: "A".repeat(1_921) as PersonName }, "22001"],
      [{ email: `${"a".repeat(300)}@b.cd` as Email }, "22001"],
      [{ locale: "a".repeat(36) }, "22001"],
      [{ registrationId }, "23505"],
      [{ ticketKey }, "23505"],
    ];
    for (const [poison, sqlState] of poisons) {
      const event = await open(10);
      const batch = [candidate(1), { ...candidate(2), ...poison }, candidate(3)];
      const answer = await event.store.commitBatch(event.saleId, batch);
      if (answer.kind !== "refused") throw new Error(answer.kind);
      expect(answer.error).toMatchObject({ sqlState });
      expect(Bun.inspect(answer.error)).not.toMatch(/person|8801|aaaa/);
      await expectWhole(event, 0);
      await event.store.commitBatch(event.saleId, [candidate(1), candidate(3)]);
      await expectWhole(event, 2);
    }
  },

  async "refuses a sale that is not there"(open) {
    const { store } = await open(1);
    expect((await store.commitBatch(0, [candidate(1)])).kind).toBe("refused");
  },
};

/** Without its locks the function fails in the first to third of them (`planted-sql.test.ts`). */
const CROSSED_ROUNDS = 20;

/** Someone new with the phone of that number, taken while the sale is open unless told otherwise. */
export function candidate(number: number, takenAtMs = opensAtMs + 1_000): Candidate {
  return {
    registrationId: randomUUID() as RegistrationId,
    ticketKey: randomBytes(16).toString("base64url") as TicketKey,
    phone: phoneOf(number),
    name: `রহিমা "Rani" O\\'Neil, {${number}}` as PersonName,
    email: `person${number}@example.org` as Email,
    locale: "bn",
    takenAtMs,
  };
}

export function candidates(count: number): Candidate[] {
  return range(count).map((number) => candidate(number));
}

export function done(answer: CommitAnswer): Extract<CommitAnswer, { readonly kind: "done" }> {
  if (answer.kind !== "done")
    throw new Error(`the commit is ${answer.kind}`, { cause: answer.error });
  return answer;
}

export function seatsOf(
  outcomes: readonly MemberOutcome[],
  kind: "committed" | "holder",
): readonly Seat[] {
  return outcomes.flatMap((outcome) => (outcome.kind === kind ? [outcome.seat] : []));
}

export function ordinals(seats: readonly Seat[]): readonly number[] {
  return seats.map(({ ordinal }) => ordinal).toSorted((one, other) => one - other);
}

/** From 1. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function phoneOf(number: number): Phone {
  return `+${8_801_700_000_000 + number}` as Phone;
}

function seatOf(member: Candidate | undefined, ordinal: number): Seat {
  if (member === undefined) throw new Error("there is no such member");
  const { registrationId, ticketKey } = member;
  return { registrationId, ticketKey, ordinal };
}

function halves(members: readonly Candidate[]): readonly (readonly Candidate[])[] {
  return [members.slice(0, members.length / 2), members.slice(members.length / 2)];
}

/** Through both processes at once, every other batch each. */
async function commitInBatches(
  { store, otherStore, saleId }: EventAtHand,
  members: readonly Candidate[],
  batchCountMax: number,
): Promise<readonly MemberOutcome[]> {
  const batches = range(Math.ceil(members.length / batchCountMax)).map((number) =>
    members.slice((number - 1) * batchCountMax, number * batchCountMax),
  );
  const answers = await Promise.all(
    batches.map((batch, index) =>
      (index % 2 === 0 ? store : otherStore).commitBatch(saleId, batch),
    ),
  );
  return answers.flatMap((answer) => done(answer).outcomes);
}

/** As many seats, dense from 1, each with its one outbox row, and instants and rows in the order of the seats. */
async function expectWhole({ saleId, stored }: EventAtHand, count: number): Promise<void> {
  const { sold, seats } = await stored(saleId);
  expect(sold).toBe(count);
  expect(seats.map(({ ordinal }) => ordinal)).toEqual(range(count));
  expect(seats.map(({ outboxIds }) => outboxIds.length)).toEqual(Array(count).fill(1));
  expectAscending(seats.flatMap(({ outboxIds }) => outboxIds));
  expectAscending(seats.map(({ committedAtMs }) => committedAtMs));
}

function expectAscending(values: readonly number[]): void {
  expect(values).toEqual(values.toSorted((one, other) => one - other));
}
