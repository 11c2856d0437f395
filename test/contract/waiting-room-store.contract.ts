import { describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import type { LobbyMember, StoredRoom, WaitingRoomStore } from "../../src/waiting-room/ports.ts";

const SINCE_MS = Date.UTC(2027, 0, 10, 4);
const SECOND_MS = 1_000;

/** The waiting rooms of two sales that nobody has opened, as two processes reach them. */
export interface RoomsAtHand {
  readonly store: WaitingRoomStore;
  readonly otherStore: WaitingRoomStore;
  readonly saleId: number;
  readonly otherSaleId: number;
  readonly settleBeacon: (value: string) => Promise<void>;
  readonly lineCount: () => Promise<number>;
}

/** What any store of waiting rooms promises. */
export function waitingRoomStoreContract(name: string, open: () => Promise<RoomsAtHand>): void {
  describe(`${name} as a store of waiting rooms`, () => {
    test("two processes that open a room share one seed, the first that was stored", async () => {
      const { store, otherStore, saleId } = await open();
      const rooms = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          (index % 2 === 0 ? store : otherStore).open(saleId, bytes(32)),
        ),
      );
      const [first] = rooms;
      for (const room of rooms) expect(plain(room)).toEqual(plain(first));
      expect(plain(await store.open(saleId, bytes(32)))).toEqual({
        seed: expect.stringMatching(/^[0-9a-f]{64}$/),
        closedAtMs: null,
        root: null,
        beaconValue: null,
        beaconMissing: null,
        drawnAtMs: null,
        tailReserved: 0,
      });
    });

    test("nobody joins a room that was never opened", async () => {
      const { store, saleId } = await open();
      expect(await store.join(saleId, [member()]).catch(() => "thrown")).toBe("thrown");
      expect(await store.close(saleId).catch(() => "thrown")).toBe("thrown");
    });

    test("whoever joined is in the list of that sale alone, once, in order of the bytes", async () => {
      const { store, otherStore, saleId, otherSaleId } = await opened(open);
      const members = Array.from({ length: 300 }, () => member());
      expect(await store.join(saleId, members)).toBe("joined");
      expect(await otherStore.join(saleId, members.slice(0, 100))).toBe("joined");
      const expected = inOrder(members);
      expect(listed(await otherStore.members(saleId))).toEqual(expected);
      expect(listed((await store.close(saleId)).members)).toEqual(expected);
      expect(await store.members(otherSaleId)).toEqual([]);
    });

    test("a phone that was verified once stays so, in whatever order it joins", async () => {
      const { store, saleId } = await opened(open);
      const [first, second, third] = [bytes(16), bytes(16), bytes(16)];
      const proven = (passId: Uint8Array) => ({ passId, isVerified: true });
      const unproven = (passId: Uint8Array) => ({ passId, isVerified: false });
      await store.join(saleId, [unproven(first), proven(second), unproven(third), proven(third)]);
      await store.join(saleId, [proven(first), unproven(second)]);
      const expected = inOrder([proven(first), proven(second), proven(third)]);
      expect(listed(await store.members(saleId))).toEqual(expected);
    });

    test("a list closes once and for good, whoever closes it", async () => {
      const { store, otherStore, saleId } = await opened(open);
      const known = member(false);
      await store.join(saleId, [known]);
      const closings = await Promise.all([store.close(saleId), otherStore.close(saleId)]);
      const { closedAtMs } = await store.close(saleId);
      expect(closings.map((closing) => closing.closedAtMs)).toEqual([closedAtMs, closedAtMs]);
      expect(await store.join(saleId, [member(), member()])).toBe("closed");
      expect(await otherStore.join(saleId, [{ ...known, isVerified: true }])).toBe("closed");
      expect(listed((await store.close(saleId)).members)).toEqual(inOrder([known]));
      expect(await store.open(saleId, bytes(32))).toMatchObject({ closedAtMs, root: null });
    });

    test("an empty list closes too", async () => {
      const { store, saleId } = await opened(open);
      expect((await store.close(saleId)).members).toEqual([]);
    });

    test("nobody who was told of having joined is missing from the closed list, nobody else is in it", async () => {
      for (let round = 0; round < 10; round += 1) {
        const { store, otherStore, saleId } = await opened(open);
        let isOver = false;
        const told = { joined: [] as LobbyMember[], closed: 0 };
        const crowd = [store, otherStore, store, otherStore].map(async (way) => {
          while (!isOver) {
            const batch = Array.from({ length: 5 }, () => member());
            const answer = await way.join(saleId, batch);
            if (answer === "joined") told.joined.push(...batch);
            else told.closed += 1;
            await breathe();
          }
        });
        while (told.joined.length < 40 * (round + 1)) await breathe();
        const closings = await Promise.all([store.close(saleId), otherStore.close(saleId)]);
        while (told.closed < 4) await breathe();
        isOver = true;
        await Promise.all(crowd);
        const expected = inOrder(told.joined);
        for (const { members } of closings) expect(listed(members)).toEqual(expected);
      }
    });

    test("a root is of a closed list, and is never another", async () => {
      const { store, otherStore, saleId } = await opened(open);
      const root = bytes(32);
      expect(await isThrown(store.setRoot(saleId, root))).toBe(true);
      await store.close(saleId);
      await store.setRoot(saleId, root);
      await otherStore.setRoot(saleId, root);
      expect(await isThrown(otherStore.setRoot(saleId, bytes(32)))).toBe(true);
      expect(plain(await store.open(saleId, bytes(32)))).toMatchObject({ root: root.toHex() });
    });

    test("nothing is drawn before the root is public, and the first instant of it stays", async () => {
      const { store, otherStore, saleId } = await opened(open);
      expect(await isThrown(store.setDrawn(saleId))).toBe(true);
      await store.close(saleId);
      expect(await isThrown(store.setDrawn(saleId))).toBe(true);
      await store.setRoot(saleId, bytes(32));
      expect((await store.open(saleId, bytes(32))).drawnAtMs).toBeNull();
      const drawn = await Promise.all([store.setDrawn(saleId), otherStore.setDrawn(saleId)]);
      const stored = plain(await store.open(saleId, bytes(32)));
      expect(stored.drawnAtMs).toBeNumber();
      expect(drawn.map(plain)).toEqual([stored, stored]);
    });

    test("what an operator tells of the beacon is in the room", async () => {
      const { store, saleId, settleBeacon } = await opened(open);
      await settleBeacon("9f2c");
      const { beaconValue, beaconMissing } = await store.open(saleId, bytes(32));
      expect({ beaconValue, beaconMissing }).toEqual({ beaconValue: "9f2c", beaconMissing: null });
    });

    test("blocks of places behind the lobby follow each other, whoever reserves them", async () => {
      const { store, otherStore, saleId, otherSaleId } = await opened(open);
      const counts = Array.from({ length: 40 }, (_, index) => 1 + (index % 7));
      const firsts = await Promise.all(
        counts.map((count, index) =>
          (index % 2 === 0 ? store : otherStore).reserveTail(saleId, count),
        ),
      );
      const serials = firsts.flatMap((first, index) =>
        Array.from({ length: counts[index] ?? 0 }, (_, place) => first + place),
      );
      const sorted = serials.toSorted((one, other) => one - other);
      expect(sorted).toEqual(Array.from({ length: serials.length }, (_, serial) => serial));
      expect((await store.open(saleId, bytes(32))).tailReserved).toBe(serials.length);
      expect(await store.reserveTail(otherSaleId, 5)).toBe(0);
    });

    test("what is left of the last block is given back, unless more was reserved since", async () => {
      const { store, otherStore, saleId } = await opened(open);
      await store.reserveTail(saleId, 10);
      await otherStore.reserveTail(saleId, 5);
      await store.returnTail(saleId, { first: 4, end: 10 });
      expect((await store.open(saleId, bytes(32))).tailReserved).toBe(15);
      await otherStore.returnTail(saleId, { first: 12, end: 15 });
      expect(await store.reserveTail(saleId, 1)).toBe(12);
    });

    test("admissions are told in order, from the last one before an instant on", async () => {
      const { store, otherStore, saleId, otherSaleId } = await opened(open);
      const records = [5, 30, 31, 90, 400].map((upTo, index) => ({
        atMs: SINCE_MS + index * SECOND_MS,
        upTo,
      }));
      for (const [index, record] of records.toReversed().entries()) {
        const way = index % 2 === 0 ? store : otherStore;
        await way.recordAdmission(saleId, { ...record, lineCount: 1 });
      }
      await store.recordAdmission(otherSaleId, { atMs: SINCE_MS, upTo: 7, lineCount: 1 });
      const since = (ms: number) => store.admissionsSince(saleId, SINCE_MS + ms);
      expect(await since(-1)).toEqual(records);
      expect(await since(0)).toEqual(records);
      expect(await since(1)).toEqual(records);
      expect(await since(2 * SECOND_MS)).toEqual(records.slice(1));
      expect(await since(2 * SECOND_MS + 1)).toEqual(records.slice(2));
      expect(await since(60 * SECOND_MS)).toEqual(records.slice(4));
    });

    test("an admission keeps its first instant; the line never shrinks", async () => {
      const { store, otherStore, saleId, lineCount } = await opened(open);
      await store.recordAdmission(saleId, { atMs: SINCE_MS, upTo: 10, lineCount: 90 });
      await otherStore.recordAdmission(saleId, { atMs: SINCE_MS + 1, upTo: 10, lineCount: 80 });
      expect(await store.admissionsSince(saleId, 0)).toEqual([{ atMs: SINCE_MS, upTo: 10 }]);
      expect(await lineCount()).toBe(90);
      await otherStore.recordAdmission(saleId, { atMs: SINCE_MS + 2, upTo: 11, lineCount: 91 });
      expect(await lineCount()).toBe(91);
    });
  });
}

export function bytes(count: number): Uint8Array {
  return new Uint8Array(randomBytes(count));
}

export function member(isVerified = true): LobbyMember {
  return { passId: bytes(16), isVerified };
}

/** Told in text, which is quick to compare. */
export function listed(members: readonly LobbyMember[]): readonly string[] {
  return members.map(({ passId, isVerified }) => `${passId.toHex()} ${isVerified}`);
}

/** As a list of them should be told, by bytes and not by the order of any text. */
export function inOrder(members: readonly LobbyMember[]): readonly string[] {
  return listed(members.toSorted((one, other) => Buffer.compare(one.passId, other.passId)));
}

async function opened(open: () => Promise<RoomsAtHand>): Promise<RoomsAtHand> {
  const rooms = await open();
  await rooms.store.open(rooms.saleId, bytes(32));
  await rooms.otherStore.open(rooms.otherSaleId, bytes(32));
  return rooms;
}

/** Answers from memory come without one, and would leave no turn to anybody else. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function plain(room: StoredRoom | undefined) {
  return { ...room, seed: room?.seed.toHex(), root: room?.root?.toHex() ?? null };
}

async function isThrown(call: Promise<unknown>): Promise<boolean> {
  return call.then(
    () => false,
    () => true,
  );
}
