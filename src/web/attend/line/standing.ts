import type { TickLine } from "../../parts/api.ts";
import { peopleAhead } from "./ahead.ts";
import type { HeldPass } from "./held-pass.ts";

/** Where one stands in the line of the current sale. */
export type Standing =
  | { readonly kind: "outside" }
  | { readonly kind: "in-draw" }
  /** Drawn, or loaded a moment ago: the place, or what is left of its turn, is about to be known. */
  | { readonly kind: "placing" }
  | { readonly kind: "ahead-of-me"; readonly ahead: number }
  /** A seat is kept for as long as the instant says. */
  | { readonly kind: "my-turn"; readonly untilMs: number }
  | { readonly kind: "lapsed" };

export function standingOf(pass: HeldPass | null, line: TickLine | null): Standing {
  if (pass === null) return { kind: "outside" };
  const { place, turn } = pass;
  switch (turn.kind) {
    case "lapsed":
      return { kind: "lapsed" };
    case "come":
      return { kind: "my-turn", untilMs: turn.untilMs };
    case "ahead":
      if (place === null) return { kind: line?.phase === "drawn" ? "placing" : "in-draw" };
      if (line === null || place < line.threshold) return { kind: "placing" };
      return { kind: "ahead-of-me", ahead: peopleAhead(place, line) };
  }
}
