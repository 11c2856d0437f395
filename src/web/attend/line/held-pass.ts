import type { PassCost } from "../../parts/api.ts";

/** A place in the line of one sale, as the browser keeps it. Instants are by the server's clock. */
export interface HeldPass {
  readonly saleNumber: number;
  /** Signed by the service, good for this phone alone. */
  readonly pass: string;
  /** Null until the lobby is drawn. Smaller is earlier. */
  readonly place: number | null;
  readonly cost: PassCost;
  readonly phone: string;
  readonly country: string;
  readonly turn: Turn;
}

export type Turn =
  | { readonly kind: "ahead" }
  | { readonly kind: "come"; readonly untilMs: number }
  | { readonly kind: "lapsed" };

/** How long a seat is kept for one whose turn has come: a confirmed phone needs no code, but is worth more. */
export const SEAT_KEPT_MS: Readonly<Record<PassCost, number>> = {
  verification: 120_000,
  proof: 60_000,
};

/** A new answer for a place that is known already takes no turn back that had come. */
export function heldAnew(before: HeldPass | null, now: HeldPass): HeldPass {
  const isSame = before?.saleNumber === now.saleNumber && before.place === now.place;
  const isNewer = now.turn.kind === "come";
  return isSame && !isNewer && before.turn.kind === "come" ? { ...now, turn: before.turn } : now;
}

/** As the service tells it at the instant. */
export function turnTold(keptForS: number | null, nowMs: number): Turn {
  return keptForS === null
    ? { kind: "ahead" }
    : { kind: "come", untilMs: nowMs + keptForS * 1_000 };
}
