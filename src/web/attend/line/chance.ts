import type { TickLine } from "../../parts/api.ts";

/** Whether a seat will be left at one's turn, as far as it can be told honestly. */
export type Chance = "likely" | "if-others-give-up" | "unlikely";

/** Of the seats that are left: what the estimate may be off by. */
const LIKELY_MARGIN = 0.05;
/** Of the people ahead: about what gives up beyond what is expected, on a good day. */
const GIVE_UP_MARGIN = 0.2;

/** Expects of those with a held seat, and of those ahead, that the share registers which lately did. */
export function chanceOf(
  ahead: number,
  { remaining, line }: { readonly remaining: number; readonly line: TickLine },
): Chance {
  const seatsTaken = ((line.heldCount + ahead) * line.registeredShare) / 100;
  const seatsLeft = remaining - seatsTaken;
  if (seatsLeft > LIKELY_MARGIN * (remaining + 1)) return "likely";
  return seatsLeft > -GIVE_UP_MARGIN * ahead ? "if-others-give-up" : "unlikely";
}
