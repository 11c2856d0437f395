import type { StatusBody } from "../../http/wire.ts";
import { countWords } from "../parts/dates.ts";

type ChannelStatus = StatusBody["sms" | "mail"];

const STATE_WORDS: Readonly<Record<ChannelStatus["state"], string>> = {
  queued: "on its way",
  sent: "sent",
  delivered: "delivered",
  failed: "could not be delivered",
  unknown: "sent, without a receipt",
};

/** Where a message stands, in the words of the ticket page. */
export function deliveryLine({ state, ahead }: ChannelStatus): string {
  if (state !== "queued" || ahead === null || ahead === 0) return STATE_WORDS[state];
  return `${STATE_WORDS[state]}, ${countWords(ahead)} before yours`;
}

/** Nothing more will be heard of it. */
export function isSettled({ state }: ChannelStatus): boolean {
  return state === "delivered" || state === "failed" || state === "unknown";
}
