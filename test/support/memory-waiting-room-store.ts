import { ok as assert } from "node:assert";
import type { Clock } from "../../src/actor/clock.ts";
import type {
  AdmissionRecord,
  LobbyMember,
  StoredRoom,
  WaitingRoomStore,
} from "../../src/waiting-room/ports.ts";

interface RoomRow {
  stored: StoredRoom;
  lineCount: number;
  /** By pass id in hexadecimal, whose order is that of the bytes. */
  readonly places: Map<string, LobbyMember>;
  /** The instant by how far. */
  readonly admissions: Map<number, number>;
}

/** The tables `waiting_rooms`, `lobby_places` and `admissions`, which all processes share. */
export class WaitingRoomTables {
  readonly #rooms = new Map<number, RoomRow>();

  open(saleId: number, seed: Uint8Array): RoomRow {
    const room = this.#rooms.get(saleId) ?? {
      stored: {
        seed,
        closedAtMs: null,
        root: null,
        beaconValue: null,
        beaconMissing: null,
        drawnAtMs: null,
        tailReserved: 0,
      },
      lineCount: 0,
      places: new Map(),
      admissions: new Map(),
    };
    this.#rooms.set(saleId, room);
    return room;
  }

  room(saleId: number): RoomRow {
    const room = this.#rooms.get(saleId);
    assert(room !== undefined, "a room is opened before anything is done in it");
    return room;
  }

  /** Null where no process has opened it. */
  find(saleId: number): StoredRoom | null {
    return this.#rooms.get(saleId)?.stored ?? null;
  }

  /** In ascending order of the pass ids' bytes. */
  members(saleId: number): readonly LobbyMember[] {
    return inOrder(this.room(saleId));
  }

  /** What an operator's command tells of the beacon. */
  settleBeacon(
    saleId: number,
    beacon: Pick<StoredRoom, "beaconValue"> | Pick<StoredRoom, "beaconMissing">,
  ): void {
    change(this.room(saleId), beacon);
  }
}

/** The tables as a process reaches them, unless they are away. */
export class MemoryWaitingRoomStore implements WaitingRoomStore {
  /** Set to make every call throw, as a database that is away does. */
  isAway = false;
  /** Set to have calls take effect and their answers lost on the way. */
  isDeaf = false;
  readonly #tables: WaitingRoomTables;
  readonly #clock: Pick<Clock, "nowMs">;

  constructor(tables: WaitingRoomTables, clock: Pick<Clock, "nowMs">) {
    this.#tables = tables;
    this.#clock = clock;
  }

  open(saleId: number, seed: Uint8Array): Promise<StoredRoom> {
    return this.reach(() => this.#tables.open(saleId, seed).stored);
  }

  join(saleId: number, members: readonly LobbyMember[]): Promise<"joined" | "closed"> {
    return this.reach(() => {
      const { stored, places } = this.#tables.room(saleId);
      if (stored.closedAtMs !== null) return "closed";
      for (const { passId, isVerified } of members) {
        const key = passId.toHex();
        const wasVerified = places.get(key)?.isVerified ?? false;
        places.set(key, { passId, isVerified: isVerified || wasVerified });
      }
      return "joined";
    });
  }

  members(saleId: number): Promise<readonly LobbyMember[]> {
    return this.reach(() => this.#tables.members(saleId));
  }

  close(saleId: number): ReturnType<WaitingRoomStore["close"]> {
    return this.reach(() => {
      const room = this.#tables.room(saleId);
      const closedAtMs = room.stored.closedAtMs ?? this.#clock.nowMs();
      change(room, { closedAtMs });
      return { closedAtMs, members: inOrder(room) };
    });
  }

  setRoot(saleId: number, root: Uint8Array): Promise<void> {
    return this.reach(() => {
      const room = this.#tables.room(saleId);
      const published = room.stored.root ?? root;
      assert(room.stored.closedAtMs !== null, "the root is of a closed list");
      assert(published.toHex() === root.toHex(), "no other root was published");
      change(room, { root });
    });
  }

  setDrawn(saleId: number): Promise<StoredRoom> {
    return this.reach(() => {
      const room = this.#tables.room(saleId);
      assert(room.stored.root !== null, "the root is published before the seed");
      return change(room, { drawnAtMs: room.stored.drawnAtMs ?? this.#clock.nowMs() });
    });
  }

  reserveTail(saleId: number, count: number): Promise<number> {
    return this.reach(() => {
      const room = this.#tables.room(saleId);
      const first = room.stored.tailReserved;
      change(room, { tailReserved: first + count });
      return first;
    });
  }

  returnTail(
    saleId: number,
    { first, end }: { readonly first: number; readonly end: number },
  ): Promise<void> {
    return this.reach(() => {
      const room = this.#tables.room(saleId);
      if (room.stored.tailReserved === end) change(room, { tailReserved: first });
    });
  }

  recordAdmission(
    saleId: number,
    { atMs, upTo, lineCount }: AdmissionRecord & { readonly lineCount: number },
  ): Promise<void> {
    return this.reach(() => {
      const room = this.#tables.room(saleId);
      room.lineCount = Math.max(room.lineCount, lineCount);
      if (!room.admissions.has(upTo)) room.admissions.set(upTo, atMs);
    });
  }

  admissionsSince(saleId: number, sinceMs: number): Promise<readonly AdmissionRecord[]> {
    return this.reach(() => {
      const all = Array.from(this.#tables.room(saleId).admissions, ([upTo, atMs]) => ({
        atMs,
        upTo,
      }));
      all.sort((one, other) => one.atMs - other.atMs || one.upTo - other.upTo);
      const lastBefore = all.findLastIndex(({ atMs }) => atMs < sinceMs);
      return all.slice(Math.max(0, lastBefore));
    });
  }

  /** Each call takes effect at one instant. */
  protected async reach<Answer>(call: () => Answer): Promise<Answer> {
    await Promise.resolve();
    if (this.isAway) throw new Error("the database is away");
    const answer = call();
    if (this.isDeaf) throw new Error("the connection was lost");
    return answer;
  }
}

function change(room: RoomRow, columns: Partial<StoredRoom>): StoredRoom {
  room.stored = { ...room.stored, ...columns };
  return room.stored;
}

function inOrder({ places }: RoomRow): readonly LobbyMember[] {
  const rows = [...places].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return rows.map(([, member]) => member);
}
