import type { Phone } from "../attendee/phone.ts";

/** One code on its way to a phone. */
export interface CodeMessage {
  readonly phone: Phone;
  /** The whole text of the SMS. */
  readonly text: string;
  /** A code that leaves at or after this instant (ms since the epoch) would arrive with too little life. */
  readonly untilMs: number;
  /** Called exactly once: whether a gateway took the message, or may have. */
  readonly onOutcome: (outcome: { readonly kind: "accepted" | "refused" | "unknown" }) => void;
}

/** Where codes go on their way out; bounded, so it can refuse. */
export interface CodeOutbound {
  /** Refused at once where the code would wait too long; the wait is until it is worth asking again. */
  offer(message: CodeMessage): OfferAnswer;
}

export type OfferAnswer =
  /** It leaves after the wait, as far as can be told. */
  | { readonly kind: "taken"; readonly waitMs: number }
  | { readonly kind: "refused"; readonly retryAfterMs: number };
