import type { StatusBody } from "../../http/wire.ts";
import { DEFAULT_LANGUAGE, parseLanguage } from "../../language/language.ts";
import { settleLanguage } from "../parts/chosen-language.ts";
import type { DeliveryTexts } from "../texts/page-texts.ts";
import { startTicketChanges } from "./change-main.ts";
import { deliveryLine } from "./delivery-line.ts";
import { watchStatus } from "./status-watch.ts";

const list = document.querySelector<HTMLElement>("#delivery");
const news = document.querySelector("#delivery-news");
const language = settleLanguage(parseLanguage(document.documentElement.lang) ?? DEFAULT_LANGUAGE);
if (language !== null) startTicketChanges(language);
if (list !== null && news !== null && language !== null) {
  const { status: path = "", askAgain = "", texts: words = "" } = list.dataset;
  const texts = JSON.parse(words) as DeliveryTexts;
  const take = ({ sms, mail }: StatusBody) => {
    const told = [show("sms", sms), show("mail", mail)].filter((line) => line !== null);
    if (told.length > 0) news.textContent = told.join(". ");
  };
  /** What a change of state is announced as; null where the message stands where it stood. */
  const show = (channel: "sms" | "mail", status: StatusBody["sms"]): string | null => {
    const place = list.querySelector<HTMLElement>(`[data-channel="${channel}"]`);
    if (place === null) return null;
    const { state, ahead, waitS } = status;
    const waitMs = waitS === null ? null : waitS * 1_000;
    const line = deliveryLine({ state, ahead, waitMs }, texts, language);
    if (place.textContent !== line) place.textContent = line;
    if (place.dataset["state"] === state) return null;
    place.dataset["state"] = state;
    return `${place.previousElementSibling?.textContent}: ${texts.states[state]}`;
  };
  if (askAgain !== "")
    watchStatus({ path, askAgainS: Number(askAgain), take, random: Math.random });
}
