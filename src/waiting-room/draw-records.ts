import type { Sale } from "../sale/event.ts";
import type { DrawCourseOptions, DrawStage } from "./draw-course.ts";
import { DrawCourse } from "./draw-course.ts";
import type { WaitingRooms } from "./waiting-rooms.ts";

export interface DrawRecordsOptions extends Omit<DrawCourseOptions, "sale"> {
  readonly rooms: Pick<WaitingRooms, "find">;
}

/** More stages than a draw has. */
const STEP_COUNT_MAX = 4;
/** Of some megabytes each. */
const PAST_COUNT_MAX = 4;

/** The draws of all sales with a lobby, those that are over included. */
export class DrawRecords {
  readonly #options: DrawRecordsOptions;
  /** By sale id. What is over does not change. */
  readonly #past = new Map<number, Promise<DrawStage>>();

  constructor(options: DrawRecordsOptions) {
    this.#options = options;
  }

  /** Throws when the database is away. */
  async stageOf(eventId: number, sale: Sale): Promise<DrawStage> {
    const { rooms, clock } = this.#options;
    const room = rooms.find(eventId, sale.id);
    if (room !== null) return room.draw;
    if (clock.nowMs() < sale.closesAtMs) return { kind: "opening" };
    const kept = this.#past.get(sale.id);
    if (kept !== undefined) return kept;
    if (this.#past.size >= PAST_COUNT_MAX) this.#past.clear();
    const reading = this.#read(sale);
    this.#past.set(sale.id, reading);
    reading.catch(() => this.#past.delete(sale.id));
    return reading;
  }

  async #read(sale: Sale): Promise<DrawStage> {
    const course = new DrawCourse({ ...this.#options, sale });
    for (let step = 0; step < STEP_COUNT_MAX; step += 1) await course.advance(sale);
    return course.stage;
  }
}
