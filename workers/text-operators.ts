import { BYTE_ORDER_MARK, hexOf, utf16Hex } from "./pdf-writer.ts";
import type { TextRun } from "./text-runs.ts";
import type { ShapedGlyph, Typeface } from "./typeface.ts";

/** A typeface as a file carries it: the glyphs that its texts need, numbered anew, and what each of them says. */
export interface CarriedFont {
  /** Its name in the pages' resources. */
  readonly id: string;
  readonly subset: { includeGlyph(glyphId: number): number };
  /** Of the glyphs of the subset, in thousandths of the font size. */
  readonly widths: number[];
  /** What each glyph of the subset says to who copies or searches the text. */
  readonly unicode: number[][];
}

/** Where a line begins on its baseline, in points from the top left corner of the page. */
export interface LineStart {
  readonly x: number;
  readonly y: number;
  /** Font size in points. */
  readonly size: number;
}

/** The operators of one line: the glyphs as HarfBuzz placed them, and beside them the text they stand for. */
export function lineOperators(
  runs: readonly TextRun[],
  start: LineStart,
  carry: (typeface: Typeface) => CarriedFont,
): string {
  let { x } = start;
  const parts = runs.map((run) => {
    const font = carry(run.typeface);
    const operators = runOperators(run, font, { ...start, x });
    x += (run.width * start.size) / 1000;
    return `BT /${font.id} ${decimal(start.size)} Tf ${operators.join(" ")} ET`;
  });
  return parts.join("\n");
}

/** The glyphs that share a cluster, and the text they draw together. */
interface Syllable {
  readonly text: string;
  readonly glyphs: readonly ShapedGlyph[];
}

function runOperators(run: TextRun, font: CarriedFont, place: LineStart): readonly string[] {
  const operators: string[] = [];
  let { x } = place;
  for (const word of words(run)) {
    const tell = run.direction === "ltr" ? wordOperators : syllableOperators;
    operators.push(...tell(word, { typeface: run.typeface, font }, { ...place, x }));
    x += (widthOf(word) * place.size) / 1000;
  }
  return operators;
}

/** Both sides of a typeface: what draws its glyphs, and what the document knows of them. */
interface RunFont {
  readonly typeface: Typeface;
  readonly font: CarriedFont;
}

/**
 * A word of which some syllable hides its text says it as a whole: readers put spaces between the pieces of
 * a word that is told in pieces.
 */
function wordOperators(
  word: readonly Syllable[],
  fonts: RunFont,
  place: LineStart,
): readonly string[] {
  const isHidden = word.map((syllable) => sayText(syllable, fonts)).includes(false);
  const glyphs = word.flatMap((syllable) => syllable.glyphs);
  const shown = glyphOperators(glyphs, fonts, place);
  return isHidden ? actualText(word.map(({ text }) => text).join(""), shown) : shown;
}

/**
 * Readers turn round what they find on a line that runs from right to left, the text of a whole word
 * included. So each glyph says its own: a mark itself, the letter under it what is left of the syllable.
 */
function syllableOperators(
  word: readonly Syllable[],
  fonts: RunFont,
  place: LineStart,
): readonly string[] {
  let { x } = place;
  return word.flatMap(({ text, glyphs }) => {
    const told = tellGlyphs(text, glyphs, fonts.typeface).map(({ glyph, left, codePoints }) => {
      const shown = glyphOperators([glyph], fonts, { ...place, x: x + (left * place.size) / 1000 });
      const index = fonts.font.subset.includeGlyph(glyph.id);
      const known = (fonts.font.unicode[index] ??= [...codePoints]);
      return areSame(known, codePoints)
        ? shown
        : actualText(String.fromCodePoint(...codePoints), shown);
    });
    x += (glyphs.reduce((sum, { advance }) => sum + advance, 0) * place.size) / 1000;
    return told.flat();
  });
}

interface ToldGlyph {
  readonly glyph: ShapedGlyph;
  /** From the start of the syllable, in thousandths of the font size. */
  readonly left: number;
  readonly codePoints: readonly number[];
}

/** The letter first and its marks after it, in whichever order they were shaped. */
function tellGlyphs(
  text: string,
  glyphs: readonly ShapedGlyph[],
  typeface: Typeface,
): readonly ToldGlyph[] {
  let left = 0;
  const placed = glyphs.map((glyph) => {
    const start = left;
    left += glyph.advance;
    return { glyph, left: start };
  });
  const base = placed.find(({ glyph }) => glyph.advance > 0) ?? placed[0];
  const unsaid = codePointsOf(text);
  const marks = placed
    .filter((one) => one !== base)
    .toReversed()
    .map((one) => {
      const found = unsaid.findIndex((codePoint) => typeface.glyphOf(codePoint) === one.glyph.id);
      return { ...one, codePoints: found === -1 ? [] : unsaid.splice(found, 1) };
    });
  return base === undefined ? [] : [{ ...base, codePoints: unsaid }, ...marks];
}

function actualText(text: string, shown: readonly string[]): readonly string[] {
  return [`/Span <</ActualText <${BYTE_ORDER_MARK}${utf16Hex(text)}>>> BDC`, ...shown, "EMC"];
}

function widthOf(word: readonly Syllable[]): number {
  return word.reduce(
    (sum, { glyphs }) => glyphs.reduce((total, { advance }) => total + advance, sum),
    0,
  );
}

/** Glyphs that follow one another as their widths say go into one string; any other is placed by itself. */
function glyphOperators(
  glyphs: readonly ShapedGlyph[],
  { typeface, font }: RunFont,
  { x, y, size }: LineStart,
): readonly string[] {
  const strings: { place: string; hexes: string }[] = [];
  let pen = x;
  let expectedLeft = Number.NaN;
  let expectedBaseline = Number.NaN;
  for (const { id, advance, offsetX, offsetY } of glyphs) {
    const left = pen + (offsetX * size) / 1000;
    const baseline = thousandths(y - (offsetY * size) / 1000);
    if (thousandths(left) !== expectedLeft || baseline !== expectedBaseline) {
      strings.push({ place: `${decimal(left)} ${baseline / 1000}`, hexes: "" });
    }
    const index = font.subset.includeGlyph(id);
    const last = strings.at(-1);
    if (last !== undefined) last.hexes += hexOf(index);
    const width = (font.widths[index] ??= typeface.width(id));
    expectedLeft = thousandths(left + (width * size) / 1000);
    expectedBaseline = baseline;
    pen += (advance * size) / 1000;
  }
  return strings.map(({ place, hexes }) => `1 0 0 -1 ${place} Tm <${hexes}> Tj`);
}

/** The words of a run and the spaces between them, as they stand on the page. */
function words(run: TextRun): readonly (readonly Syllable[])[] {
  const found: Syllable[][] = [];
  let wasSpace = true;
  for (const syllable of syllables(run)) {
    const isSpace = syllable.text.trim() === "";
    if (isSpace || wasSpace) found.push([]);
    found.at(-1)?.push(syllable);
    wasSpace = isSpace;
  }
  return found;
}

/** In the order in which they stand, which is the text's or its reverse. */
function syllables({ text, glyphs }: TextRun): readonly Syllable[] {
  const found: { start: number; glyphs: ShapedGlyph[] }[] = [];
  for (const glyph of glyphs) {
    const last = found.at(-1);
    if (last?.start === glyph.cluster) last.glyphs.push(glyph);
    else found.push({ start: glyph.cluster, glyphs: [glyph] });
  }
  const isReversed = (found[0]?.start ?? 0) > (found.at(-1)?.start ?? 0);
  return found.map((one, index) => {
    const next = found[isReversed ? index - 1 : index + 1];
    return { text: text.slice(one.start, next?.start), glyphs: one.glyphs };
  });
}

/**
 * Tells each glyph's text in the font's ToUnicode table, where one glyph has one text in the whole
 * document. False where that does not give the syllable back.
 */
function sayText({ text, glyphs }: Syllable, { typeface, font }: RunFont): boolean {
  const codePoints = codePointsOf(text);
  const isAlone = glyphs.length === 1;
  for (const { id } of glyphs) {
    const index = font.subset.includeGlyph(id);
    font.unicode[index] ??= isAlone
      ? codePoints
      : codePoints.filter((codePoint) => typeface.glyphOf(codePoint) === id);
    if (isAlone && areSame(font.unicode[index], codePoints)) return true;
  }
  return false;
}

function codePointsOf(text: string): number[] {
  const codePoints: number[] = [];
  for (const character of text) codePoints.push(character.codePointAt(0) ?? 0);
  return codePoints;
}

function areSame(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

/** Thousandths of a point are finer than any printer. */
export function decimal(points: number): string {
  return String(thousandths(points) / 1000);
}

function thousandths(points: number): number {
  return Math.round(points * 1000);
}
