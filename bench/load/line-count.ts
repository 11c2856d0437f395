import type { TickLine } from "../../src/web/parts/api.ts";

/** How the crowd stands in line, by what people themselves see. */
export class LineCount {
  waitingCount = 0;
  admittedCount = 0;
  /** Who took a place again because the time of the one before was over. */
  rejoinedCount = 0;
  /** Who was let in, acted in time by their own page, and was refused. */
  inVainCount = 0;
  /** What was told last. */
  told: TickLine | null = null;
  /** By pass id: places that people worked out from the draw. */
  readonly placesById = new Map<string, number>();
}
