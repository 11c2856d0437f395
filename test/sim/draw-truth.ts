import type { Sale } from "../../src/sale/event.ts";
import { listRoot } from "../../src/waiting-room/draw.ts";
import type { DrawStage } from "../../src/waiting-room/draw-course.ts";
import type { WaitingRoomTables } from "../support/memory-waiting-room-store.ts";
import type { Machine } from "./machine.ts";

export interface DrawTruthOptions {
  readonly rooms: WaitingRoomTables;
  readonly fail: (what: string) => void;
}

/** A draw as anyone can check it: who is in the list, and that nothing is shown before what must be public first. */
export class DrawTruth {
  readonly #options: DrawTruthOptions;
  /** By sale: pass ids in hexadecimal of those who were told that they are in the lobby. */
  readonly #inLobby = new Map<number, Set<string>>();
  /** By sale: the list as it was closed. */
  readonly #closed = new Map<number, ReadonlySet<string>>();
  readonly #lastPlaces = new Map<number, number>();
  readonly #seenDrawn = new WeakMap<Machine, Set<number>>();

  constructor(options: DrawTruthOptions) {
    this.#options = options;
  }

  /** Somebody was told so. */
  inLobby(saleId: number, passId: Uint8Array): void {
    const told = this.#inLobby.get(saleId) ?? new Set();
    this.#inLobby.set(saleId, told.add(passId.toHex()));
    const closed = this.#closedList(saleId);
    if (closed !== null && !closed.has(passId.toHex())) this.#fail("who is in the lobby is not");
  }

  /** Of the lobby; null before the draw. */
  lastPlaceOf(saleId: number): number | null {
    return this.#lastPlaces.get(saleId) ?? null;
  }

  /** What a process shows of the draw; the seed once it is drawn, and not before. */
  see(machine: Machine, { id, lobby }: Sale, stage: DrawStage | null): void {
    const closed = this.#closed.has(id) ? null : this.#closedList(id);
    for (const passId of closed === null ? [] : (this.#inLobby.get(id) ?? [])) {
      if (closed?.has(passId) === false)
        this.#fail("the list was closed without one who was told to be in it");
    }
    if (stage?.kind !== "drawn" || this.#seenDrawn.get(machine)?.has(id) === true) return;
    this.#seenDrawn.set(machine, new Set(this.#seenDrawn.get(machine)).add(id));
    this.#lastPlaces.set(id, stage.members.at(-1)?.place ?? -1);
    const stored = this.#options.rooms.find(id);
    if (stored === null || stored.root === null)
      return this.#fail("the seed is shown before the root");
    if (stored.drawnAtMs === null)
      return this.#fail("the seed is shown before the draw is written down");
    const { terms } = stage;
    const root = listRoot(this.#options.rooms.members(id).map(({ passId }) => passId));
    if (!isSame(root, stored.root) || !isSame(root, terms.root))
      this.#fail("the root is of another list");
    if (!isSame(stored.seed, terms.seed)) this.#fail("the seed is another than was promised");
    if (terms.beacon !== stored.beaconValue) this.#fail("the draw leaves out what the beacon said");
    const isUnsettled = stored.beaconValue === null && stored.beaconMissing === null;
    if (lobby?.beacon !== undefined && isUnsettled)
      this.#fail("the draw did not wait for its beacon");
  }

  #closedList(saleId: number): ReadonlySet<string> | null {
    const { rooms } = this.#options;
    const known = this.#closed.get(saleId);
    if (known !== undefined) return known;
    const stored = rooms.find(saleId);
    if (stored === null || stored.closedAtMs === null) return null;
    const list = new Set(rooms.members(saleId).map(({ passId }) => passId.toHex()));
    this.#closed.set(saleId, list);
    return list;
  }

  #fail(what: string): void {
    this.#options.fail(what);
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.toHex() === other.toHex();
}
