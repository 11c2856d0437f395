/**
 * A name as its bearer writes it: NFC, single spaces, a space after a dot, 1 to 80 graphemes, no control or
 * bidi-override characters.
 */
export type PersonName = string & { readonly __brand: "PersonName" };

const GRAPHEMES_MAX = 80;
const TYPED_LENGTH_MAX = 640;
/** Controls, lone surrogates, line separators, bidi embeddings, overrides and isolates. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u;
/** A link; and the start of an encoded word (RFC 2047), which a mail reader may decode even where none may stand. */
const NO_NAME = /:\/\/|=\?/;
/** A dot within a word, as in `Md.Rahim`: a mail client may take the whole for a host and make it a link. */
const DOT_WITHIN = /(?<=[\p{L}\p{M}\p{N}])\.(?=[\p{L}\p{N}]{2})/gu;
const LETTER = /\p{L}/u;

export function parsePersonName(typed: string): PersonName | null {
  if (typed.length > TYPED_LENGTH_MAX) return null;
  const name = typed
    .normalize("NFC")
    .replace(DOT_WITHIN, ". ")
    .replace(/[\p{Zs}\t]+/gu, " ")
    .trim();
  if (FORBIDDEN.test(name) || NO_NAME.test(name) || !LETTER.test(name)) return null;
  return isTooLong(name) ? null : (name as PersonName);
}

/** Counts only where it may be: no text has more graphemes than UTF-16 units. */
function isTooLong(name: string): boolean {
  return name.length > GRAPHEMES_MAX && [...segmenter.segment(name)].length > GRAPHEMES_MAX;
}

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
