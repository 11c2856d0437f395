import { type ItemisedText, itemise, lineWidth, shapeLine, type TextRun } from "./text-runs.ts";
import type { TicketFonts, Weight } from "./ticket-fonts.ts";

/** Lines of runs, at the largest of the sizes asked at which they fit. */
export interface Paragraph {
  readonly lines: readonly (readonly TextRun[])[];
  /** Points. */
  readonly size: number;
}

export interface ParagraphSpace {
  /** Points. */
  readonly width: number;
  readonly height: number;
  /** Font sizes in points to try, the largest first. */
  readonly sizes: readonly number[];
  readonly weight: Weight;
}

/** From one baseline to the next, in font sizes: room for the marks of every script on both sides. */
export const LINE_HEIGHT = 1.36;

/** Where no size fits, the last line that does ends with an ellipsis. */
export function setParagraph(text: string, fonts: TicketFonts, space: ParagraphSpace): Paragraph {
  const sizes = space.sizes;
  const sources = text.split("\n").map((line) => itemise(line, fonts, space.weight));
  let size = sizes[0] ?? 10;
  for (const candidate of sizes) {
    size = candidate;
    const count = countMax(space, size);
    const ranges = sources.map((source) => breakLines(source, (space.width * 1000) / size));
    if (ranges.flat().length > count) continue;
    const lines = sources.flatMap((source, index) =>
      (ranges[index] ?? []).map(({ start, end }) => shapeLine(source, start, end)),
    );
    return { lines, size };
  }
  return { lines: cutLines(sources, fonts, { ...space, sizes: [size] }), size };
}

interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** A word with the spaces after it; ideographs and kana part anywhere. */
const WORDS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}][\p{Po}\p{Pe}\p{Lm}]* *|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[^ ])+ *| +/gu;

/** `width` in thousandths of the font size. */
function breakLines(source: ItemisedText, width: number): readonly LineRange[] {
  const whole = { start: 0, end: trimmedEnd(source, 0, source.text.length) };
  // Most texts are one line, and need not be tried word by word.
  if (widthOf(source, whole.start, whole.end) <= width) return [whole];
  const lines: LineRange[] = [];
  let start = 0;
  let end = 0;
  for (const word of wordsThatFit(source, width)) {
    if (end > start && widthOf(source, start, word.end) > width) {
      lines.push({ start, end: trimmedEnd(source, start, end) });
      start = word.start;
    }
    end = word.end;
  }
  lines.push({ start, end: trimmedEnd(source, start, end) });
  return lines;
}

/** A word that is wider than a line falls into its graphemes. */
function wordsThatFit(source: ItemisedText, width: number): readonly LineRange[] {
  return Array.from(source.text.matchAll(WORDS)).flatMap(({ index, 0: word }) => {
    const range = { start: index, end: index + word.length };
    if (widthOf(source, range.start, range.end) <= width) return [range];
    return Array.from(graphemes.segment(word), (grapheme) => ({
      start: index + grapheme.index,
      end: index + grapheme.index + grapheme.segment.length,
    }));
  });
}

function widthOf(source: ItemisedText, start: number, end: number): number {
  return lineWidth(shapeLine(source, start, trimmedEnd(source, start, end)));
}

function trimmedEnd(source: ItemisedText, start: number, end: number): number {
  return start + source.text.slice(start, end).trimEnd().length;
}

function countMax(space: ParagraphSpace, size: number): number {
  // A line more or less must not hang on the last bits of a float.
  return Math.max(1, Math.floor(space.height / (size * LINE_HEIGHT) + 0.01));
}

function cutLines(
  sources: readonly ItemisedText[],
  fonts: TicketFonts,
  space: ParagraphSpace,
): Paragraph["lines"] {
  const size = space.sizes[0] ?? 10;
  const width = (space.width * 1000) / size;
  const all = sources.flatMap((source) =>
    breakLines(source, width).map((range) => ({ source, ...range })),
  );
  const kept = all.slice(0, countMax(space, size));
  return kept.map(({ source, start, end }, index) => {
    if (index < kept.length - 1) return shapeLine(source, start, end);
    return withEllipsis(source.text.slice(start, end), fonts, { weight: space.weight, width });
  });
}

function withEllipsis(
  text: string,
  fonts: TicketFonts,
  space: { readonly weight: Weight; readonly width: number },
): readonly TextRun[] {
  const kept = Array.from(graphemes.segment(text), ({ segment }) => segment);
  for (;;) {
    const shortened = itemise(`${kept.join("").trimEnd()}…`, fonts, space.weight);
    const runs = shapeLine(shortened, 0, shortened.text.length);
    if (kept.length === 0 || lineWidth(runs) <= space.width) return runs;
    kept.pop();
  }
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
