import type { TickLine } from "../../parts/api.ts";

/** Places of the lobby lie below it, spread evenly; those behind the lobby count on from it. */
export const TAIL_FROM = 2 ** 48;

/** About how many people stand between those who were let in and that place. */
export function peopleAhead(place: number, line: TickLine): number {
  return Math.max(0, Math.round(rank(place, line) - rank(line.threshold, line)));
}

function rank(place: number, { lobbyCount }: TickLine): number {
  return place < TAIL_FROM ? (place / TAIL_FROM) * lobbyCount : lobbyCount + place - TAIL_FROM;
}

/**
 * As exact as it is known: a count of drawn places is off by about its square root, so no digit is said that
 * the draw cannot vouch for.
 */
export function roundedPeople(count: number): number {
  const step = count < 200 ? 10 : count < 1_000 ? 50 : count < 20_000 ? 100 : 500;
  return Math.round(count / step) * step;
}
