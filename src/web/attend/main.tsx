import { render } from "preact";
import type { Language } from "../../language/language.ts";
import { parseLanguage } from "../../language/language.ts";
import { createEventApi } from "../parts/api.ts";
import { inSameLanguage, settleLanguage } from "../parts/chosen-language.ts";
import { ServerClock } from "../parts/server-clock.ts";
import { AttendApp } from "./attend-app.tsx";
import { AttendFlow } from "./attend-flow.ts";
import type { AttendProps } from "./attend-props.ts";
import type { AttendAction } from "./attend-state.ts";
import { attend } from "./attend-state.ts";
import { PlaceKeeper } from "./line/place-keeper.ts";
import { standingOf } from "./line/standing.ts";
import { WaitWatch } from "./line/wait-estimate.ts";
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
  const clock = new ServerClock(elapsedMs);
  const api = createEventApi(page.slug);
  const saved = savedForm({ session: () => sessionStorage, local: () => localStorage }, page.slug);
  let tick = page.tick;
  let isLost = false;
  clock.learn(tick.nowMs);
  let state = saved.load(clock.nowMs());
  const { sales, callingCodes, timeZone } = page;
  const wait = new WaitWatch();
  const zones = { event: timeZone, reader: Intl.DateTimeFormat().resolvedOptions().timeZone };

  const draw = () => {
    const nowMs = clock.nowMs();
    const now = saleNow(sales, tick, nowMs);
    const standing = standingOf(state.pass, tick.line);
    const line = { tick, isLost, standing, estimate: wait.of(tick, standing) };
    const props = { state, nowMs, flow, dispatch, callingCodes, now, sales, zones, ...line };
    drawCard(card, props, speech);
  };
  const drawAndKeep = () => {
    draw();
    keeper.keep(tick, saleNow(sales, tick, clock.nowMs()));
  };
  const dispatch = (action: AttendAction) => {
    state = attend(state, action);
    saved.save(state);
    draw();
    if (action.kind === "registered") location.assign(action.ticket.ticketUrl);
  };
  const askTick = watchTick({
    api,
    take: (next) => {
      tick = next;
      isLost = false;
      clock.learn(next.nowMs);
      drawAndKeep();
    },
    lost: () => {
      isLost = true;
      draw();
    },
    random,
    elapsedMs,
  });
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
  const keeper = new PlaceKeeper({ api, clock, state: () => state, dispatch, flow, random });
  addEventListener("online", () => flow.retryNow());
  window.addEventListener("storage", ({ key }) => {
    if (!saved.isShared(key)) return;
    // Not saved again: two tabs that differ would answer each other without end.
    state = attend(state, { kind: "shared", ...saved.shared() });
    draw();
  });
  card.replaceChildren();
  draw();
  everySecond(clock, drawAndKeep);
}

function drawCard(card: HTMLElement, props: AttendProps, speech: Speech): void {
  render(
    <SpeechContext.Provider value={speech}>
      <AttendApp {...props} />
    </SpeechContext.Provider>,
    card,
  );
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

function elapsedMs(): number {
  return performance.now();
}

function random(): number {
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
  return word / 2 ** 32;
}
