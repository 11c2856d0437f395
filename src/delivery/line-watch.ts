import type { Clock } from "../actor/clock.ts";
import { LineSpeed } from "./line-speed.ts";
import type { DeliveryRows, LineStart, OutboxLane } from "./ports.ts";

export interface LinePlace {
  readonly ahead: number;
  /** Null while nobody can tell. */
  readonly waitMs: number | null;
}

interface Line {
  readonly speed: LineSpeed;
  startId: number;
}

/** Everybody's place is told from one look at the lines, which is good for this long. */
const LOOK_EVERY_MS = 1_000;

/**
 * The lines of both lanes, looked at once a second while anyone asks, by one query at a time. A place is an id less
 * the line's start. Ids are given out before their rows are committed, so a row may appear below a start that has
 * moved on: it is claimed next, and nothing is ahead of it.
 */
export class LineWatch {
  readonly #rows: DeliveryRows;
  readonly #clock: Clock;
  readonly #lines: Readonly<Record<OutboxLane, Line>> = {
    "confirmation-sms": { speed: new LineSpeed(), startId: 0 },
    mail: { speed: new LineSpeed(), startId: 0 },
  };
  #lookedAtMs = -Infinity;
  #looking: Promise<void> | null = null;

  constructor(rows: DeliveryRows, clock: Clock) {
    this.#rows = rows;
    this.#clock = clock;
  }

  /** Of a row that was never claimed. Throws what the look throws. */
  async placeOf(lane: OutboxLane, id: number): Promise<LinePlace> {
    if (this.#clock.nowMs() - this.#lookedAtMs >= LOOK_EVERY_MS) {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = null;
      });
      await this.#looking;
    }
    const { speed, startId } = this.#lines[lane];
    const ahead = Math.max(0, id - startId);
    return { ahead, waitMs: ahead === 0 ? 0 : speed.waitMs(ahead) };
  }

  async #look(): Promise<void> {
    const { "confirmation-sms": sms, mail } = this.#lines;
    const starts = await this.#rows.findLineStarts({
      "confirmation-sms": sms.startId,
      mail: mail.startId,
    });
    const atMs = this.#clock.nowMs();
    this.#lookedAtMs = atMs;
    this.#move(sms, starts["confirmation-sms"], atMs);
    this.#move(mail, starts.mail, atMs);
  }

  #move(line: Line, { startId, isEmpty }: LineStart, atMs: number): void {
    line.startId = startId;
    line.speed.take(startId, { atMs, isEmpty });
  }
}
