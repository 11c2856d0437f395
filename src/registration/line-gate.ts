import type { Phone } from "../attendee/phone.ts";
import type { Turn, WaitingRoom } from "../waiting-room/waiting-room.ts";
import type { Asker } from "./commands.ts";
import type { RegistrationDependencies } from "./dependencies.ts";
import type { EventView } from "./event-view.ts";
import type { LineRefusal, Unavailable } from "./outcome.ts";
import { seconds } from "./refusals.ts";

/** A place whose time it is, in the room it is of. */
export interface HeldPlace {
  readonly kind: "held-place";
  readonly room: WaitingRoom;
  readonly place: number;
  /** Bought by a verification, else by a proof-of-work. */
  readonly isVerified: boolean;
  readonly keptForMs: number;
}

/** `free`: the sale has no waiting room, or it is not open, so that nobody waits for a turn. */
export type Gate = { readonly kind: "free" } | HeldPlace | LineRefusal | Unavailable;

/** Whether this phone may act now: every write asks it, for there is no address that leads past the line. */
export function gateOf(
  { pass }: Pick<Asker, "pass">,
  phone: Phone,
  { event, current }: EventView,
  deps: RegistrationDependencies,
): Gate {
  if (current?.state !== "open" || current.sale.lobby === undefined) return { kind: "free" };
  const room = deps.rooms.find(event.id, current.sale.id);
  if (room === null) return { kind: "overloaded", retryAfterS: seconds(deps.retryAfterMs) };
  const turn = room.turn(pass ?? null, phone);
  if (turn.kind === "held") return { ...turn, kind: "held-place", room };
  return lineRefusal(turn, deps.retryAfterMs);
}

/** The time of a held place was over before it could be used. */
export function lapsed(retryAfterMs: number): LineRefusal {
  return lineRefusal({ kind: "not-your-turn", isLapsed: true }, retryAfterMs);
}

function lineRefusal(
  turn: Exclude<Turn, { readonly kind: "held" }>,
  retryAfterMs: number,
): LineRefusal {
  if (turn.kind !== "not-your-turn") return turn;
  return { ...turn, retryAfterS: seconds(retryAfterMs) };
}
