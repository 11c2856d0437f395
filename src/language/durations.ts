import type { Language } from "./language.ts";
import { oncePerLanguage } from "./once.ts";

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
const DAY_S = 24 * HOUR_S;

/** As in `2 days 04:05:06`, or `04:05` under an hour; never negative. */
export function countdownText(leftMs: number, language: Language): string {
  const leftS = secondsUp(leftMs);
  const days = Math.floor(leftS / DAY_S);
  const hours = Math.floor((leftS % DAY_S) / HOUR_S);
  const parts = [Math.floor((leftS % HOUR_S) / MINUTE_S), leftS % MINUTE_S];
  if (days > 0 || hours > 0) parts.unshift(hours);
  const { twoDigits } = formatsOf(language);
  const clock = parts.map((part) => twoDigits.format(part)).join(":");
  return days > 0 ? `${unitText(days, "day", language)} ${clock}` : clock;
}

/** As in `8 seconds`, or `04:05` from a minute on: a short wait within a sentence. */
export function waitText(leftMs: number, language: Language): string {
  const leftS = secondsUp(leftMs);
  if (leftS >= MINUTE_S) return countdownText(leftMs, language);
  return unitText(leftS, "second", language);
}

/** Whole minutes in words that a screen reader can say without hurry; at least one. */
export function durationWords(leftMs: number, language: Language): string {
  const minutes = Math.max(1, Math.ceil(secondsUp(leftMs) / MINUTE_S));
  const parts = [
    { unit: "day", count: Math.floor(minutes / (24 * 60)) },
    { unit: "hour", count: Math.floor((minutes % (24 * 60)) / 60) },
    { unit: "minute", count: minutes % 60 },
  ] as const;
  const words = parts
    .filter(({ count }) => count > 0)
    .map(({ unit, count }) => unitText(count, unit, language));
  return formatsOf(language).list.format(words);
}

function unitText(count: number, unit: Unit, language: Language): string {
  return formatsOf(language)[unit].format(count);
}

function secondsUp(leftMs: number): number {
  return Math.max(0, Math.ceil(leftMs / 1000));
}

type Unit = "day" | "hour" | "minute" | "second";

interface Formats extends Readonly<Record<Unit, Intl.NumberFormat>> {
  readonly twoDigits: Intl.NumberFormat;
  readonly list: Intl.ListFormat;
}

/** Made when first needed, and once: that takes a hundred times what using them does. */
const formatsOf = oncePerLanguage((tag): Formats => {
  const unit = (name: Unit) =>
    new Intl.NumberFormat(tag, { style: "unit", unit: name, unitDisplay: "long" });
  return {
    day: unit("day"),
    hour: unit("hour"),
    minute: unit("minute"),
    second: unit("second"),
    twoDigits: new Intl.NumberFormat(tag, { minimumIntegerDigits: 2 }),
    list: new Intl.ListFormat(tag, { type: "unit" }),
  };
});
