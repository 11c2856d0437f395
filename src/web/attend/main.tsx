import { render } from "preact";
import type { Tick } from "../parts/api.ts";
import { createEventApi } from "../parts/api.ts";
import { ServerClock } from "../parts/server-clock.ts";
import { AttendApp } from "./attend-app.tsx";
import { AttendFlow } from "./attend-flow.ts";
import type { AttendAction } from "./attend-state.ts";
import { attend } from "./attend-state.ts";
import type { AttendPageData } from "./page.ts";
import { saleNow } from "./sale-now.ts";
import { savedForm } from "./saved.ts";
import { watchTick } from "./tick-watch.ts";

const card = document.querySelector<HTMLElement>("#attend");
if (card !== null) start(card, JSON.parse(card.dataset["event"] ?? "") as AttendPageData);

/** The page is drawn anew from its state after every action and on every second; there is nothing else to keep. */
function start(card: HTMLElement, page: AttendPageData): void {
  const clock = new ServerClock(() => performance.now());
  const api = createEventApi(page.slug);
  const saved = savedForm({ session: () => sessionStorage, local: () => localStorage }, page.slug);
  let tick = page.tick;
  clock.learn(tick.nowMs);
  let state = saved.load(clock.nowMs());
  const readerZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

  const draw = () => {
    const nowMs = clock.nowMs();
    const now = saleNow(page.sales, tick, nowMs);
    const { sales, timeZone } = page;
    const props = { state, nowMs, flow, dispatch, now, sales, timeZone, readerZone };
    render(<AttendApp {...props} />, card);
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
    locale: navigator.language,
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

function random(): number {
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
  return word / 2 ** 32;
}
