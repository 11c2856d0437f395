import type { Clock } from "../actor/clock.ts";
import type { Sale } from "../sale/event.ts";
import type { DrawnPlace, DrawTerms } from "./draw.ts";
import { drawPlaces, listRoot } from "./draw.ts";
import type { LobbyMember, StoredRoom, WaitingRoomStore } from "./ports.ts";

/** With a beacon the list closes this long before the opening, so that its value comes after the list. */
export const BEACON_LEAD_MS = 120_000;
/** The root is public for so long before the seed is: everybody's next look at it finds it. */
const ROOT_LEAD_MS = 1_500;

/** How far the draw has come. Each stage is durable and public before the next begins. */
export type DrawStage =
  | { readonly kind: "opening" }
  | { readonly kind: "lobby"; readonly room: StoredRoom; readonly members: readonly LobbyMember[] }
  | ClosedStage
  | DrawnStage;

interface ClosedStage {
  readonly kind: "closed";
  readonly room: StoredRoom;
  readonly closedAtMs: number;
  readonly root: Uint8Array;
  readonly members: readonly LobbyMember[];
  readonly rootSinceMs: number;
}

export interface DrawnStage {
  readonly kind: "drawn";
  readonly room: StoredRoom;
  readonly closedAtMs: number;
  readonly root: Uint8Array;
  readonly terms: DrawTerms;
  /** In order of place. */
  readonly members: readonly DrawnPlace[];
}

export interface DrawCourseOptions {
  readonly sale: Sale;
  readonly store: WaitingRoomStore;
  readonly clock: Clock;
  /** 32 bytes. */
  readonly randomSeed: () => Uint8Array;
}

/** The instant from which on nobody joins the lobby. */
export function listClosesAtMs({ lobby, opensAtMs }: Sale): number {
  return lobby?.beacon === undefined ? opensAtMs : opensAtMs - BEACON_LEAD_MS;
}

/** Leads a sale's lobby to its draw: the list closes, its root is published, the beacon is read, the seed is shown. */
export class DrawCourse {
  readonly #options: DrawCourseOptions;
  #stage: DrawStage = { kind: "opening" };

  constructor(options: DrawCourseOptions) {
    this.#options = options;
  }

  get stage(): DrawStage {
    return this.#stage;
  }

  /** One step, where one is due. Throws when the database is away: what is reached stays reached. */
  async advance(sale: Sale): Promise<void> {
    const stage = this.#stage;
    const nowMs = this.#options.clock.nowMs();
    switch (stage.kind) {
      case "opening":
        return this.#open();
      case "lobby":
        if (nowMs >= listClosesAtMs(sale)) await this.#close();
        return;
      case "closed":
        return this.#draw(stage, sale, nowMs);
      case "drawn":
        return;
    }
  }

  async #open(): Promise<void> {
    const { store, sale } = this.#options;
    const room = await this.#room();
    if (room.closedAtMs !== null) return this.#close();
    this.#stage = { kind: "lobby", room, members: await store.members(sale.id) };
  }

  async #close(): Promise<void> {
    const { store, sale, clock } = this.#options;
    const { closedAtMs, members } = await store.close(sale.id);
    const root = listRoot(members.map(({ passId }) => passId));
    await store.setRoot(sale.id, root);
    const room = await this.#room();
    const rootSinceMs = clock.nowMs();
    this.#stage = { kind: "closed", room, closedAtMs, root, members, rootSinceMs };
  }

  async #draw(stage: ClosedStage, sale: Sale, nowMs: number): Promise<void> {
    const { store, clock } = this.#options;
    const { closedAtMs, root, members } = stage;
    const room = await this.#room();
    if (room.drawnAtMs === null) {
      if (nowMs - stage.rootSinceMs < ROOT_LEAD_MS) return;
      const isBeaconAwaited = sale.lobby?.beacon !== undefined;
      const isBeaconSettled = room.beaconValue !== null || room.beaconMissing !== null;
      if (isBeaconAwaited && !isBeaconSettled) return;
    }
    const terms = { seed: room.seed, root, beacon: room.beaconValue };
    const breathe = () => new Promise<void>((resolve) => clock.after(0, resolve));
    const drawn = await drawPlaces(members, terms, breathe);
    const published = await store.setDrawn(sale.id);
    this.#stage = { kind: "drawn", room: published, closedAtMs, root, terms, members: drawn };
  }

  /** As stored now; the seed handed in counts only where there is none yet. */
  #room(): Promise<StoredRoom> {
    const { store, sale, randomSeed } = this.#options;
    return store.open(sale.id, randomSeed());
  }
}
