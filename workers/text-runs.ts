import bidiFactory from "bidi-js";
import type { TicketFonts, Weight } from "./ticket-fonts.ts";
import type { RunDirection, ShapedGlyph, Typeface } from "./typeface.ts";

/** A stretch of text in one typeface, script and direction, shaped. */
export interface TextRun {
  readonly text: string;
  readonly typeface: Typeface;
  readonly direction: RunDirection;
  readonly glyphs: readonly ShapedGlyph[];
  /** In thousandths of the font size. */
  readonly width: number;
}

/** A text prepared for setting: every grapheme has a typeface, every UTF-16 unit an embedding level. */
export interface ItemisedText {
  readonly text: string;
  readonly items: readonly TextItem[];
}

interface TextItem {
  readonly start: number;
  readonly end: number;
  readonly typeface: Typeface;
  /** Of the bidirectional algorithm (UAX #9): odd from right to left. */
  readonly level: number;
}

const bidi = bidiFactory();
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** U+FFFD stands for every grapheme that no typeface has whole: never blank, never an error. */
const REPLACEMENT = "\uFFFD";

/** Scripts that must not share a run: a shaper follows the rules of one. Others go by the typeface alone. */
const SCRIPTS = (
  ["Latin", "Greek", "Cyrillic", "Devanagari", "Bengali", "Arabic", "Hebrew"] as const
).map((name) => ({ name, pattern: new RegExp(`\\p{Script=${name}}`, "u") }));
const SCRIPTLESS = /^[\p{Script=Common}\p{Script=Inherited}]+$/u;

export function itemise(raw: string, fonts: TicketFonts, weight: Weight): ItemisedText {
  const typefaces: Typeface[] = [];
  const scripts: string[] = [];
  let text = "";
  for (const { segment } of graphemes.segment(raw.replace(BREAKS, " "))) {
    const before = typefaces.at(-1);
    const isScriptless = SCRIPTLESS.test(segment);
    const kept = isScriptless && before?.covers(segment) === true ? before : null;
    const found = kept ?? fonts.find(segment, weight);
    const drawn = found === null ? REPLACEMENT : segment;
    const typeface = found ?? fonts.find(REPLACEMENT, weight);
    if (typeface === null) throw new Error("no typeface has the replacement character");
    const script = kept === null ? scriptOf(drawn) : (scripts.at(-1) ?? "");
    for (const _unit of drawn.split("")) {
      typefaces.push(typeface);
      scripts.push(script);
    }
    text += drawn;
  }
  return { text, items: joinUnits(typefaces, scripts, embeddingLevels(text)) };
}

function embeddingLevels(text: string): Uint8Array {
  return TURNING.test(text) ? bidi.getEmbeddingLevels(text).levels : new Uint8Array(text.length);
}

/** What can lift a text off level 0: letters and digits from right to left, and the marks of direction. */
const TURNING =
  /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Whether any typeface has all of it. */
export function isDrawable(text: string, fonts: TicketFonts, weight: Weight): boolean {
  return Array.from(graphemes.segment(text)).every(
    ({ segment }) => fonts.find(segment, weight) !== null,
  );
}

/** The runs of a line from left to right, as the bidirectional algorithm orders them. */
export function shapeLine(itemised: ItemisedText, start: number, end: number): readonly TextRun[] {
  const items = itemised.items
    .filter((item) => item.start < end && item.end > start)
    .map((item) => ({ ...item, start: Math.max(item.start, start), end: Math.min(item.end, end) }));
  return inVisualOrder(items).map(({ typeface, level, ...place }) => {
    const text = itemised.text.slice(place.start, place.end);
    const direction: RunDirection = level % 2 === 1 ? "rtl" : "ltr";
    const glyphs = typeface.shape(text, direction);
    const width = glyphs.reduce((sum, { advance }) => sum + advance, 0);
    return { text, typeface, direction, glyphs, width };
  });
}

/** In thousandths of the font size. */
export function lineWidth(runs: readonly TextRun[]): number {
  return runs.reduce((sum, { width }) => sum + width, 0);
}

/** Rule L2 of UAX #9, on whole runs: from the highest level down, what is at least that level turns round. */
function inVisualOrder(items: readonly TextItem[]): readonly TextItem[] {
  const ordered = [...items];
  for (let level = Math.max(0, ...items.map((item) => item.level)); level > 0; level -= 1) {
    for (let start = 0; start < ordered.length; start += 1) {
      let end = start;
      while ((ordered[end]?.level ?? -1) >= level) end += 1;
      if (end === start) continue;
      ordered.splice(start, end - start, ...ordered.slice(start, end).toReversed());
      start = end;
    }
  }
  return ordered;
}

function joinUnits(
  typefaces: readonly Typeface[],
  scripts: readonly string[],
  levels: Uint8Array,
): readonly TextItem[] {
  const items: TextItem[] = [];
  let start = 0;
  for (const [index, typeface] of typefaces.entries()) {
    const next = index + 1;
    const goesOn =
      typefaces[next] === typeface &&
      scripts[next] === scripts[index] &&
      levels[next] === levels[index];
    if (goesOn) continue;
    items.push({ start, end: next, typeface, level: levels[index] ?? 0 });
    start = next;
  }
  return items;
}

function scriptOf(grapheme: string): string {
  return SCRIPTS.find(({ pattern }) => pattern.test(grapheme))?.name ?? "";
}

/** A line break within a line of the ticket is a space. */
const BREAKS = /[\p{Cc}\u2028\u2029]/gu;
