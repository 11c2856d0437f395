import type { FileValue } from "./file-value.ts";

const LINE_LENGTH_MAX = 120;
const PROSE_LENGTH_MAX = 4_000;
/** Control characters but for the line feed, and those that turn the direction of what follows. */
const UNPRINTABLE = /[^\P{Cc}\n]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** A name on one line. */
export function readLine(value: FileValue): string {
  const text = readProse(value, value.text());
  if (text.includes("\n")) value.refuse("must be one line");
  if (text.length > LINE_LENGTH_MAX) value.refuse(`must be at most ${LINE_LENGTH_MAX} characters`);
  return text;
}

/** Normal, trimmed, with line feeds alone between its lines. */
export function readProse(value: FileValue, written: string): string {
  const text = written.normalize("NFC").replaceAll("\r\n", "\n").trim();
  if (text.length > PROSE_LENGTH_MAX) {
    value.refuse(`must be at most ${PROSE_LENGTH_MAX} characters`);
  }
  if (!text.isWellFormed() || UNPRINTABLE.test(text)) {
    value.refuse("must hold no control characters");
  }
  return text;
}
