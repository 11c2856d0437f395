import { render } from "preact";
import type { Language } from "../../language/language.ts";
import { parseLanguage } from "../../language/language.ts";
import type { Tick } from "../parts/api.ts";
import { createEventApi } from "../parts/api.ts";
import { inSameLanguage, settleLanguage } from "../parts/chosen-language.ts";
import { ServerClock } from "../parts/server-clock.ts";
import { AttendApp } from "./attend-app.tsx";
import { AttendFlow } from "./attend-flow.ts";
import type { AttendAction } from "./attend-state.ts";
import { attend } from "./attend-state.ts";
import type { AttendPageData } from "./page.ts";
import { saleNow } from "./sale-now.ts";
import { savedForm } from "./saved.ts";
import type { Speech } from "./speech.ts";
import { SpeechContext } from "./speech.ts";
import { watchTick } from "./tick-watch.ts";

/** Brings the form to life in the language its texts are in; `assets.ts` writes the call for each. */
export function start(speech: Speech): void {
  const card = document.querySelector<HTMLElement>("#attend");
  if (card === null || settleLanguage(speech.language) === null) return;
  run(card, JSON.parse(card.dataset["event"] ?? "") as AttendPageData, speech);
}

/** The page is drawn anew from its state after every action and on every second; there is nothing else to keep. */
function run(card: HTMLElement, page: AttendPageData, speech: Speech): void {
  const clock = new ServerClock(() => performance.now());
  const api = createEventApi(page.slug);
  const saved = savedForm({ session: () => sessionStorage, local: () => localStorage }, page.slug);
  let tick = page.tick;
  clock.learn(tick.nowMs);
  let state = saved.load(clock.nowMs());
  const { sales, callingCodes, timeZone } = page;
  const zones = { event: timeZone, reader: Intl.DateTimeFormat().resolvedOptions().timeZone };

  const draw = () => {
    const nowMs = clock.nowMs();
    const now = saleNow(sales, tick, nowMs);
    const props = { state, nowMs, flow, dispatch, callingCodes, now, sales, zones };
    render(
      <SpeechContext.Provider value={speech}>
        <AttendApp {...props} />
      </SpeechContext.Provider>,
      card,
    );
  };
  const dispatch = (action: AttendAction) => {
    state = attend(state, action);
    saved.save(state);
    draw();
    if (action.kind === "registered") location.assign(action.ticket.ticketUrl);
  };
  const take = (next: Tick) => {
    tick = next;
    clock.learn(next.nowMs);
    draw();
  };
  const askTick = watchTick(api, take, random);
  const flow = new AttendFlow({
    api,
    clock,
    state: () => state,
    dispatch,
    random,
    locale: localeIn(speech.language),
    callingCodes,
    proofWorkerPath: page.proofWorkerPath,
    inSameLanguage,
    saleMayHaveChanged: askTick,
  });
  addEventListener("online", () => flow.retryNow());
  card.replaceChildren();
  draw();
  everySecond(clock, draw);
}

/** On the server's seconds, so that the countdown turns over when the sale does. */
function everySecond(clock: ServerClock, draw: () => void): void {
  setTimeout(
    () => {
      draw();
      everySecond(clock, draw);
    },
    1000 - (clock.nowMs() % 1000),
  );
}

/** The reader's own variety of the language, as in `en-GB`, where the browser knows it. */
function localeIn(language: Language): string {
  return navigator.languages.find((tag) => parseLanguage(tag) === language) ?? language;
}

function random(): number {
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
  return word / 2 ** 32;
}
