import type { Html } from "../parts/html.ts";
import { html } from "../parts/html.ts";

export interface SeatsChart {
  /** Stretches to any width; whoever shows it says what is to be seen. */
  readonly picture: Html;
  /** Minutes that one bar stands for. */
  readonly barMinutes: number;
  /** Minutes from the left end to the right one. */
  readonly minutes: number;
}

/** As many bars as can be told apart on a narrow phone. */
const BAR_COUNT_MAX = 60;
/** The seats of a single minute are not drawn as a wall. */
const BAR_COUNT_MIN = 10;
/** The longest is for a whole day. */
const BAR_MINUTES = [1, 2, 5, 10, 15, 30];
const BAR_MINUTES_MAX = 30;

const BAR_WIDTH = 10;
const BAR_GAP = 2;
const HEIGHT = 100;

/** Bars of seats by minutes since the opening; the tallest takes the whole height. */
export function seatsChart(seatsPerMinute: readonly number[]): SeatsChart {
  const minuteCount = seatsPerMinute.length;
  const barMinutes =
    BAR_MINUTES.find((minutes) => minuteCount <= BAR_COUNT_MAX * minutes) ?? BAR_MINUTES_MAX;
  const bars = sums(seatsPerMinute, barMinutes);
  const tallest = Math.max(1, ...bars);
  const path = bars.map((seats, index) => bar(index, (seats / tallest) * HEIGHT)).join("");
  const barCount = Math.max(BAR_COUNT_MIN, bars.length);
  const box = `0 0 ${barCount * BAR_WIDTH} ${HEIGHT}`;
  return {
    picture: html`<svg class="seats-chart" viewBox="${box}" preserveAspectRatio="none" aria-hidden="true"><path d="${path}"/></svg>`,
    barMinutes,
    minutes: barCount * barMinutes,
  };
}

function sums(counts: readonly number[], every: number): readonly number[] {
  return Array.from({ length: Math.ceil(counts.length / every) }, (_, index) =>
    counts.slice(index * every, (index + 1) * every).reduce((sum, count) => sum + count, 0),
  );
}

/** A single seat is seen, however many the fullest minute had. */
function bar(index: number, height: number): string {
  if (height === 0) return "";
  const tall = Math.max(1, height).toFixed(1);
  const left = index * BAR_WIDTH + BAR_GAP / 2;
  return `M${left} ${HEIGHT}v-${tall}h${BAR_WIDTH - BAR_GAP}v${tall}z`;
}
