/** What must not be found, by what it is. */
export type Planted = Readonly<Record<string, string>>;

/** Where it was looked for, by what it is. */
export type Sinks = Readonly<Record<string, string>>;

/** Shorter spellings turn up by chance. */
const SPELLING_LENGTH_MIN = 6;

/** Each planted value that a sink holds in any of its spellings, as in `stderr: the phone of Rahim`. */
export function findPlanted(planted: Planted, sinks: Sinks): readonly string[] {
  return Object.entries(sinks).flatMap(([sink, text]) => {
    const lower = text.toLowerCase();
    return Object.entries(planted)
      .filter(([, value]) => spellings(value).some((spelling) => isWithin(lower, spelling)))
      .map(([what]) => `${sink}: ${what}`);
  });
}

/** Digits are theirs alone: not a part of a longer number, as a time in nanoseconds is. */
function isWithin(text: string, spelling: string): boolean {
  if (!/^\d+$/.test(spelling)) return text.includes(spelling);
  return new RegExp(`(?<!\\d)${spelling}(?!\\d)`).test(text);
}

/** As logs, addresses, databases and JSON may write it, in lower case. */
function spellings(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const digits = /^\+?\d[\d -]*$/.test(value) ? value.replaceAll(/\D/g, "") : "";
  const coded = Buffer.from(value, "base64url");
  const isCoded = coded.toString("base64url") === value;
  const all = [
    value,
    digits,
    // As it is dialled at home, without the zero.
    digits.length > 10 ? digits.slice(-10) : "",
    bytes.toString("base64url").slice(0, -1),
    bytes.toString("base64").replace(/.?=*$/, ""),
    bytes.toString("hex"),
    isCoded ? coded.toString("hex") : "",
    isCoded && coded.length === UUID_BYTES ? uuid(coded) : "",
    encodeURIComponent(value),
    new URLSearchParams({ value }).toString().slice("value=".length),
    JSON.stringify(value).slice(1, -1),
    Array.from(value, escaped).join(""),
  ];
  const long = all.filter((spelling) => spelling.length >= SPELLING_LENGTH_MIN);
  return [...new Set(long.map((spelling) => spelling.toLowerCase()))];
}

const UUID_BYTES = 16;

/** How PostgreSQL writes sixteen bytes. */
function uuid(bytes: Buffer): string {
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** `\uXXXX` for what is not ASCII. */
function escaped(character: string): string {
  if (/^[ -~]$/.test(character)) return character;
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
}
