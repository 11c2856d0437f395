import type { StatusBody } from "../../http/wire.ts";
import { DEFAULT_LANGUAGE, parseLanguage } from "../../language/language.ts";
import { settleLanguage } from "../parts/chosen-language.ts";
import type { DeliveryTexts } from "../texts/page-texts.ts";
import { deliveryLine, isSettled } from "./delivery-line.ts";

const ASK_EVERY_MS = 5_000;
/** An hour; a mail that takes longer is told by the next visit. */
const ASKS_MAX = 720;

const list = document.querySelector<HTMLElement>("#delivery");
const language = settleLanguage(parseLanguage(document.documentElement.lang) ?? DEFAULT_LANGUAGE);
if (list !== null && language !== null) {
  const { status: path = "", texts: words = "" } = list.dataset;
  const texts = JSON.parse(words) as DeliveryTexts;
  const tell = ({ sms, mail }: StatusBody) => {
    show("sms", deliveryLine(sms, texts, language));
    show("mail", deliveryLine(mail, texts, language));
  };
  // `follow` cannot reject: a lost answer is an answer not taken.
  void follow(path, tell, 1);
}

/** Follows SMS and mail until nothing more will be heard of them, while the page is looked at. */
async function follow(
  path: string,
  tell: (status: StatusBody) => void,
  asks: number,
): Promise<void> {
  const status = document.hidden ? null : await ask(path);
  if (status !== null) {
    tell(status);
    if (isSettled(status.sms) && isSettled(status.mail)) return;
  }
  if (asks < ASKS_MAX) setTimeout(() => void follow(path, tell, asks + 1), ASK_EVERY_MS);
}

async function ask(path: string): Promise<StatusBody | null> {
  try {
    const response = await fetch(path);
    return response.ok ? ((await response.json()) as StatusBody) : null;
  } catch {
    return null;
  }
}

function show(channel: string, line: string): void {
  const place = document.querySelector(`[data-channel="${channel}"]`);
  if (place !== null && place.textContent !== line) place.textContent = line;
}
