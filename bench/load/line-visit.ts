import { drawnPlace } from "../../src/web/attend/line/place.ts";
import type { Tick } from "../../src/web/parts/api.ts";
import { exponential } from "./distributions.ts";
import type { End, Form, Step } from "./form.ts";
import { HABITS, ORDINARY_MOOD } from "./habits.ts";
import type { Outing } from "./outing.ts";
import type { Place } from "./place.ts";
import type { WaitingRoomScene } from "./scene.ts";
import type { Tab } from "./tab.ts";

export interface LineVisitParts {
  readonly outing: Outing;
  readonly tab: Tab;
  readonly form: Form;
  readonly room: WaitingRoomScene;
}

const ON: Step<void> = { kind: "on", value: undefined };
const GAVE_UP: End = { kind: "end", ending: "gave up" };
const LEFT: End = { kind: "end", ending: "left the line" };

/** Takes a place where there is none that counts, and waits until it is its turn. */
export async function waitInLine(parts: LineVisitParts): Promise<Step<void>> {
  const { outing, room } = parts;
  const taken = await takePlace(parts);
  if (taken.kind !== "on") return taken;
  const place = taken.value;
  if (place.isTurn) return ON;
  room.line.waitingCount += 1;
  const ended = await waitForTurn(place, parts);
  room.line.waitingCount -= 1;
  if (ended !== null) return ended;
  room.line.admittedCount += 1;
  outing.time.catchUp();
  await outing.takeTime(HABITS.noticesTurnMs);
  return ON;
}

async function takePlace(parts: LineVisitParts): Promise<Step<Place>> {
  const { place } = parts.outing;
  if (place !== null && !place.hasLapsed) return { kind: "on", value: place };
  const proved = await proveEarly(parts);
  return proved.kind === "on" ? parts.form.takePlace() : proved;
}

/** In the lobby of a sale that verifies phones early, a place takes a verification. */
async function proveEarly({ outing, form, room }: LineVisitParts): Promise<Step<void>> {
  const isAsked = room.isVerifiedEarly && outing.time.atMs < outing.scene.opensAtMs;
  if (!isAsked || outing.verification !== null) return ON;
  const proved = await form.provePhone();
  if (proved.kind !== "on") return proved;
  outing.verification = proved.value;
  return ON;
}

/** Null when it has come. */
async function waitForTurn(
  place: Place,
  parts: LineVisitParts,
): Promise<Exclude<Step<void>, { readonly kind: "on" }> | null> {
  const { outing, tab, form, room } = parts;
  const { scene, person } = outing;
  const { random } = person;
  const nextRefreshMs = () =>
    performance.now() + scene.pace * exponential(random, HABITS.refreshesInLineEveryMs);
  const leavesAtMs = random.chance((scene.mood ?? ORDINARY_MOOD).leavesLineShare)
    ? performance.now() + outing.draw(HABITS.leavesLineAfterMs)
    : Number.POSITIVE_INFINITY;
  let refreshesAtMs = nextRefreshMs();
  /** One question for each tick is enough. */
  let askedOf: Tick | null = null;
  for (;;) {
    const restsUntilMs = Math.min(leavesAtMs, refreshesAtMs);
    const isUnplaced = (tick: Tick) => tick.line?.phase === "drawn" && place.number === null;
    const last = await tab.untilTick((tick) => {
      place.see(tick);
      const hasToAsk = tick !== askedOf && (isUnplaced(tick) || place.isTurnUnclear);
      return place.isTurn || tab.isFull || hasToAsk || performance.now() >= restsUntilMs;
    });
    if (tab.isFull) return form.foundFull();
    if (place.isTurn) return null;
    if (performance.now() >= leavesAtMs) {
      place.leave();
      return LEFT;
    }
    if (last !== askedOf && isUnplaced(last)) await findNumber(place, tab, room);
    if (last !== askedOf && place.isTurnUnclear) {
      const shown = await form.showPlace(place);
      if (shown.kind !== "on") return shown;
    }
    askedOf = last;
    if (performance.now() < refreshesAtMs) continue;
    outing.time.catchUp();
    place.leave();
    if (!(await tab.insistOnEvent())) return GAVE_UP;
    refreshesAtMs = nextRefreshMs();
  }
}

/** As every page works it out, from what all are told. */
async function findNumber(place: Place, tab: Tab, { line }: WaitingRoomScene): Promise<void> {
  const drawn = await tab.askDraw();
  if (drawn === null) return;
  place.number = await drawnPlace(place.pass, drawn);
  line.placesById.set(place.passId, place.number);
}
