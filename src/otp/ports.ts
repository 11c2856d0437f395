import type { Phone } from "../attendee/phone.ts";

/** One code on its way to a phone. */
export interface CodeMessage {
  readonly phone: Phone;
  /** The whole text of the SMS. */
  readonly text: string;
  /** Called exactly once: whether a gateway took the message, or may have. */
  readonly onOutcome: (outcome: { readonly kind: "accepted" | "refused" | "unknown" }) => void;
}

/** Where codes go on their way out; bounded, so it can refuse. */
export interface CodeOutbound {
  /** False at once when the queue is full or no gateway is there. */
  offer(message: CodeMessage): boolean;
}
