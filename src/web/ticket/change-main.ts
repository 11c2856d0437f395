import type { Language } from "../../language/language.ts";
import type { TicketApi } from "../parts/api.ts";
import { createEventApi, createTicketApi } from "../parts/api.ts";
import { AddressForm } from "./change-address.ts";
import { ChangeForm, find } from "./change-form.ts";
import type { ChangePanelData } from "./change-panel.ts";
import type { ChangeSpeech } from "./change-words.ts";
import { refusalSentence } from "./change-words.ts";

/** Brings to life what `change-panel.ts` has drawn on the ticket page. */
export function startTicketChanges(language: Language): void {
  const panel = document.querySelector<HTMLElement>("#change");
  if (panel === null) return;
  const { change = "", ticket: ticketPath = "" } = panel.dataset;
  const data = JSON.parse(change) as ChangePanelData;
  const ticket = createTicketApi(ticketPath);
  const speech = { data, language };
  startMail(find(panel, "#change-mail"), ticket, speech);
  if (data.eventSlug === null) return;
  const element = find<HTMLFormElement>(panel, "#change-address");
  new AddressForm(element, { ticket, event: createEventApi(data.eventSlug) }, speech).show();
}

function startMail(element: HTMLFormElement, api: TicketApi, speech: ChangeSpeech): void {
  const { mailQueued, mailLast, mailTooOften, mailGone } = speech.data.words;
  const own = { rate_limited: mailTooOften, not_found: mailGone };
  const form = new ChangeForm(element, async () => {
    const result = await api.resendMail();
    if (result.kind !== "ok") return form.complain(refusalSentence(result, own, speech));
    form.say(result.body.mailsLeftToday === 0 ? mailLast : mailQueued);
  });
}
