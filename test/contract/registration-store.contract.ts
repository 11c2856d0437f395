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

/** The window of the sale that `open` makes. */
export const opensAtMs = Date.UTC(2026, 11, 1, 4);
export const closesAtMs = opensAtMs + 3_600_000;

/** A store with one event that has one sale, and nothing sold. */
export interface SaleAtHand {
  readonly store: RegistrationStore;
  readonly eventId: number;
  readonly saleId: number;
  readonly setQuota: (quota: number) => Promise<void>;
}

/** What any store of registrations promises. */
export function registrationStoreContract(
  name: string,
  open: (quota: number) => Promise<SaleAtHand>,
): void {
  describe(`${name} as a registration store`, () => {
    test("gives a thousand candidates in parallel batches exactly 100 seats, 1 to 100 (invariant 1)", async () => {
      const { store, saleId } = await open(100);
      const outcomes = await commitInBatches(store, saleId, candidates(1_000), 25);
      const seats = seatsOf(outcomes, "committed");
      expect(ordinals(seats)).toEqual(range(100));
      expect(outcomes.filter((outcome) => outcome.kind === "full")).toHaveLength(900);
    });

    test("gives one phone one seat, whoever asks a thousand times (invariant 2)", async () => {
      const { store, saleId } = await open(100);
      const sameness = Array.from({ length: 1_000 }, () => candidate(7));
      const outcomes = await commitInBatches(store, saleId, sameness, 25);
      const [winner, ...others] = seatsOf(outcomes, "committed");
      expect(others).toEqual([]);
      expect(winner?.ordinal).toBe(1);
      expect(seatsOf(outcomes, "holder")).toEqual(Array(999).fill(winner));
    });

    test("takes the order of a batch as its priority and cuts it at the last seat", async () => {
      const { store, saleId } = await open(3);
      const batch = candidates(5);
      const answer = done(await store.commitBatch(saleId, batch));
      expect(answer.sold).toBe(3);
      expect(answer.outcomes).toEqual([
        { kind: "committed", seat: seatOf(batch[0], 1) },
        { kind: "committed", seat: seatOf(batch[1], 2) },
        { kind: "committed", seat: seatOf(batch[2], 3) },
        { kind: "full" },
        { kind: "full" },
      ]);
    });

    test("lets the first of two with one phone in a batch win, at no cost to the rest", async () => {
      const { store, saleId } = await open(2);
      const batch = [candidate(1), candidate(1), candidate(2)];
      const { outcomes, sold } = done(await store.commitBatch(saleId, batch));
      expect(outcomes).toEqual([
        { kind: "committed", seat: seatOf(batch[0], 1) },
        { kind: "holder", seat: seatOf(batch[0], 1) },
        { kind: "committed", seat: seatOf(batch[2], 2) },
      ]);
      expect(sold).toBe(2);
    });

    test("sells the only seat of a sale once", async () => {
      const { store, saleId } = await open(1);
      const outcomes = await commitInBatches(store, saleId, candidates(50), 1);
      expect(ordinals(seatsOf(outcomes, "committed"))).toEqual([1]);
    });

    test("answers a batch that is run again as it did before, and writes nothing (invariant 7)", async () => {
      const { store, saleId } = await open(3);
      const batch = candidates(5);
      const first = await store.commitBatch(saleId, batch);
      expect(await store.commitBatch(saleId, batch)).toEqual(first);
      expect(await store.commitBatch(saleId, batch.toReversed())).toEqual({
        kind: "done",
        outcomes: done(first).outcomes.toReversed(),
        sold: 3,
      });
    });

    test("judges each member by the instant it was taken (invariant 6)", async () => {
      const { store, saleId } = await open(10);
      const { outcomes, sold } = done(
        await store.commitBatch(saleId, [
          candidate(1, opensAtMs - 0.001),
          candidate(2, opensAtMs),
          candidate(3, closesAtMs - 0.001),
          candidate(4, closesAtMs),
        ]),
      );
      expect(outcomes.map(({ kind }) => kind)).toEqual([
        "not-open",
        "committed",
        "committed",
        "closed",
      ]);
      expect(sold).toBe(2);
    });

    test("lets one who came too early win by coming again in the same batch", async () => {
      const { store, saleId } = await open(10);
      const batch = [candidate(1, opensAtMs - 1), candidate(1)];
      const { outcomes } = done(await store.commitBatch(saleId, batch));
      expect(seatsOf(outcomes, "committed")).toEqual([seatOf(batch[1], 1)]);
    });

    test("tells a holder of the seat, never full, not open or closed (invariant 7)", async () => {
      const { store, saleId } = await open(1);
      const holder = candidate(1);
      await store.commitBatch(saleId, [holder]);
      const { outcomes } = done(
        await store.commitBatch(saleId, [
          candidate(1),
          candidate(1, opensAtMs - 1),
          candidate(1, closesAtMs),
        ]),
      );
      expect(outcomes).toEqual(Array(3).fill({ kind: "holder", seat: seatOf(holder, 1) }));
    });

    test("never tells those outside the window that the sale is full (invariant 6)", async () => {
      const { store, saleId } = await open(1);
      await store.commitBatch(saleId, [candidate(1)]);
      const { outcomes } = done(
        await store.commitBatch(saleId, [
          candidate(2, opensAtMs - 1),
          candidate(3, closesAtMs),
          candidate(4),
        ]),
      );
      expect(outcomes).toEqual([{ kind: "not-open" }, { kind: "closed" }, { kind: "full" }]);
    });

    test("goes on from the next ordinal when the quota of a full sale is raised", async () => {
      const { store, saleId, setQuota } = await open(2);
      const batch = candidates(4);
      await store.commitBatch(saleId, batch);
      await setQuota(3);
      const { outcomes, sold } = done(await store.commitBatch(saleId, batch));
      expect(ordinals(seatsOf(outcomes, "committed"))).toEqual([1, 2, 3]);
      expect(outcomes.at(-1)).toEqual({ kind: "full" });
      expect(sold).toBe(3);
    });

    test("is full at once when the quota is lowered to what is sold", async () => {
      const { store, saleId, setQuota } = await open(5);
      await store.commitBatch(saleId, candidates(2));
      await setQuota(2);
      const { outcomes } = done(await store.commitBatch(saleId, [candidate(9)]));
      expect(outcomes).toEqual([{ kind: "full" }]);
    });

    test("finds holders in the order of the phones", async () => {
      const { store, saleId, eventId } = await open(10);
      const [one, two] = [candidate(1), candidate(2)];
      await store.commitBatch(saleId, [one, two]);
      const phones = [two.phone, phoneOf(3), one.phone, two.phone];
      const seats = [seatOf(two, 2), null, seatOf(one, 1), seatOf(two, 2)];
      expect(await store.findHolders(eventId, phones)).toEqual(seats);
      expect(await store.findHolders(eventId, [])).toEqual([]);
      expect(await store.findHolders(eventId + 1, [one.phone])).toEqual([null]);
    });
  });
}

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

async function commitInBatches(
  store: RegistrationStore,
  saleId: number,
  members: readonly Candidate[],
  batchCountMax: number,
): Promise<readonly MemberOutcome[]> {
  const batches = range(Math.ceil(members.length / batchCountMax)).map((number) =>
    members.slice((number - 1) * batchCountMax, number * batchCountMax),
  );
  const answers = await Promise.all(batches.map((batch) => store.commitBatch(saleId, batch)));
  return answers.flatMap((answer) => done(answer).outcomes);
}
