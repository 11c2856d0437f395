import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { countText } from "../../../language/counting.ts";
import { durationWords } from "../../../language/durations.ts";
import type { PassCost, Tick } from "../../parts/api.ts";
import type { Speech } from "../speech.ts";
import { useSpeech } from "../speech.ts";
import { roundedPeople } from "./ahead.ts";
import { chanceOf } from "./chance.ts";
import { SEAT_KEPT_MS } from "./held-pass.ts";
import type { WaitEstimate } from "./wait-estimate.ts";
import { shownMinutes } from "./wait-estimate.ts";

interface WaitingProps {
  readonly ahead: number;
  readonly tick: Tick;
  readonly estimate: WaitEstimate | null;
  readonly cost: PassCost;
  readonly nowMs: number;
}

/** How many stand before one, how long that may take and what comes of it: as much as is known, and no more. */
export function Waiting({ ahead, tick, estimate, cost, nowMs }: WaitingProps) {
  const speech = useSpeech();
  const { waiting } = speech.texts.line;
  const { remaining, line } = tick;
  const people = peopleText(ahead, speech);
  const wait = waitSentence(estimate, speech);
  const chance = line !== null && waiting.chance[chanceOf(ahead, { remaining, line })];
  return (
    <>
      <p class="figure">
        <span class="figure-label">{waiting.aheadOfYou}</span>
        <span class="figure-value">{people}</span>
        <span>{wait}</span>
      </p>
      <p>{chance}</p>
      <p class="soft">
        {waiting.stay} {waiting.keptFor(durationWords(SEAT_KEPT_MS[cost], speech.language))}
      </p>
      <Spoken kind={chance} nowMs={nowMs}>
        {`${waiting.aheadOfYou}: ${people}. ${wait} ${chance || ""}`}
      </Spoken>
    </>
  );
}

function peopleText(ahead: number, { language, texts }: Speech): string {
  const { about, fewerThan } = texts.line.waiting;
  const FEW = 10;
  return ahead < FEW
    ? fewerThan(countText(FEW, language))
    : about(countText(roundedPeople(ahead), language));
}

const MINUTE_MS = 60_000;

function waitSentence(estimate: WaitEstimate | null, { language, texts }: Speech): string {
  const { turnIn, turnSoon, turnFarOff, turnUnknown } = texts.line.waiting;
  if (estimate === null) return turnUnknown;
  const minutes = shownMinutes(estimate);
  if (minutes === null) return turnFarOff;
  return minutes < 1 ? turnSoon : turnIn(durationWords(minutes * MINUTE_MS, language));
}

/** Between two announcements of the same kind. */
const SPOKEN_EVERY_MS = 60_000;

interface SpokenProps {
  /** A change of it is said at once. */
  readonly kind: string | false;
  readonly nowMs: number;
  readonly children: string;
}

/** For those who listen: how things stand, said again at most once a minute. */
function Spoken({ kind, nowMs, children }: SpokenProps): ComponentChildren {
  const said = useRef({ kind, text: children, atMs: nowMs });
  if (said.current.kind !== kind || nowMs - said.current.atMs >= SPOKEN_EVERY_MS) {
    said.current = { kind, text: children, atMs: nowMs };
  }
  return (
    <p class="hidden-text" role="status">
      {said.current.text}
    </p>
  );
}
