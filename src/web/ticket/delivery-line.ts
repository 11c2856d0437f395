import type { StatusBody } from "../../http/wire.ts";
import { countText } from "../../language/counting.ts";
import type { Language } from "../../language/language.ts";
import type { DeliveryTexts } from "../texts/page-texts.ts";

type ChannelStatus = StatusBody["sms" | "mail"];

/** Where a message stands, in the words of the ticket page. */
export function deliveryLine(
  { state, ahead }: ChannelStatus,
  texts: DeliveryTexts,
  language: Language,
): string {
  if (state !== "queued" || ahead === null || ahead === 0) return texts.states[state];
  return texts.queuedBehind.replace("#", countText(ahead, language));
}

/** Nothing more will be heard of it. */
export function isSettled({ state }: ChannelStatus): boolean {
  return state === "delivered" || state === "failed" || state === "unknown";
}
