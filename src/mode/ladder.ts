import type { Cause } from "./cause.ts";
import { LEVEL_MAX } from "./measures.ts";
import type { Reading, Readings } from "./readings.ts";

export interface LadderState {
  /** So many measures are in force. */
  readonly level: number;
  readonly sinceMs: number;
  readonly cause: Cause;
  /** Since when, or since which step up, a line has been passed without a break; null while none is. */
  readonly overSinceMs: number | null;
  /** Since when, or since which step down, all has been calm; null while it is not, or there is no step to take. */
  readonly calmSinceMs: number | null;
}

export interface Sample {
  readonly readings: Readings;
  /** Where an operator holds the ladder; null lets it move by itself. */
  readonly heldLevel: number | null;
}

const CLIMB_AFTER_MS = 3_000;
/** Pages poll every five seconds, and whoever was let in takes their time: so long until a measure shows. */
const CLIMB_ON_AFTER_MS = 10_000;
/** What was taken back too early has to be taken again, and people feel both. */
const DESCEND_AFTER_MS = 15_000;
/** Below this share of a line there is room for what a step down brings back. */
const CALM_SHARE = 0.6;

interface Line {
  readonly reading: Reading;
  readonly line: number;
  readonly calm: number;
  /** How far up it leads: no measure beyond does anything for it. */
  readonly levelMax: number;
}

const LINES: readonly Line[] = [
  // Four times what a surge is to be answered in, 50 ms; whoever looks at a screen hardly notices yet.
  lineAt("answer-p99", 200),
  // All of those 50 ms: a loop of which one turn in ten is as late as that keeps few calls within them.
  lineAt("loop-lag", 50),
  // The other half is for those who come before the measures show.
  lineAt("claims-waiting", 0.5),
  // The next code waits half as long as any may; at the bound they are refused.
  lineAt("codes-waiting", 0.5),
  // Money spent comes back at midnight only, so it holds on to nothing but what makes bulk dear, and its lines lie close.
  { reading: "sms-spend", line: 0.9, calm: 0.85, levelMax: 2 },
];

export function initialLadder(nowMs: number): LadderState {
  const cause: Cause = { kind: "start" };
  return { level: 0, sinceMs: nowMs, cause, overSinceMs: null, calmSinceMs: null };
}

/**
 * One turn, taken about once a second. A line passed for three seconds in a row is the first step up, ten seconds more
 * are each further one, fifteen calm seconds are a step down; never two steps at once. Only an operator's hold moves it
 * further, at once, and it goes on from there.
 */
export function climb(state: LadderState, sample: Sample, nowMs: number): LadderState {
  const { readings, heldLevel } = sample;
  if (heldLevel !== null) return heldAt(heldLevel, state, nowMs);
  const passed = passedLine(readings, state.level);
  if (passed !== null) {
    const overSinceMs = state.overSinceMs ?? nowMs;
    const climbAfterMs = state.level === 0 ? CLIMB_AFTER_MS : CLIMB_ON_AFTER_MS;
    if (nowMs - overSinceMs < climbAfterMs) return { ...state, overSinceMs, calmSinceMs: null };
    return { ...moved(state.level + 1, passed, nowMs), overSinceMs: nowMs };
  }
  if (!isCalm(readings, state.level)) return { ...state, overSinceMs: null, calmSinceMs: null };
  const calmSinceMs = state.calmSinceMs ?? nowMs;
  if (nowMs - calmSinceMs < DESCEND_AFTER_MS) return { ...state, overSinceMs: null, calmSinceMs };
  return { ...moved(state.level - 1, { kind: "calm" }, nowMs), calmSinceMs: nowMs };
}

function heldAt(level: number, state: LadderState, nowMs: number): LadderState {
  if (level !== state.level) return moved(level, { kind: "hold" }, nowMs);
  return { ...state, overSinceMs: null, calmSinceMs: null };
}

function moved(level: number, cause: Cause, sinceMs: number): LadderState {
  return { level, sinceMs, cause, overSinceMs: null, calmSinceMs: null };
}

/** Of the lines that are passed and lead further up, the one passed by most; null where there is none. */
function passedLine(readings: Readings, level: number): Cause | null {
  const leading = LINES.filter(({ levelMax }) => levelMax > level);
  const ratio = ({ reading, line }: Line) => readings[reading] / line;
  const [worst] = leading.toSorted((one, other) => ratio(other) - ratio(one));
  if (worst === undefined || ratio(worst) <= 1) return null;
  return { kind: worst.reading, value: readings[worst.reading], line: worst.line };
}

/** Whether nothing that leads up to this level keeps the ladder there. */
function isCalm(readings: Readings, level: number): boolean {
  const leading = LINES.filter(({ levelMax }) => levelMax >= level);
  return level > 0 && leading.every(({ reading, calm }) => readings[reading] < calm);
}

function lineAt(reading: Reading, line: number): Line {
  return { reading, line, calm: CALM_SHARE * line, levelMax: LEVEL_MAX };
}
