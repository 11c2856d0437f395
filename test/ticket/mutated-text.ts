import fc from "fast-check";

/**
 * Codes tried in the ordinary run. All of them:
 * `MUTATION_COUNT=1000000 bun test test/ticket/ticket-code.property.test.ts test/ticket/short-code.property.test.ts`.
 */
export const MUTATION_COUNT = Number(process.env["MUTATION_COUNT"] ?? 30_000);

/** Generous: a fuzzed code costs tens of microseconds. */
export const MUTATIONS_WITHIN_MS = 60_000 + MUTATION_COUNT;

const CHARACTERS = Array.from(
  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:az_\0\r\n\u0130\uff21\ud800é",
);

/** What scanners, keyboards and forgers do to a code: sometimes nothing. */
export function mutatedText(text: string): fc.Arbitrary<string> {
  const place = fc.nat(text.length - 1);
  const character = fc.constantFrom(...CHARACTERS);
  return fc.oneof(
    fc.tuple(place, character).map(([at, put]) => text.slice(0, at) + put + text.slice(at + 1)),
    fc.tuple(place, character).map(([at, put]) => text.slice(0, at) + put + text.slice(at)),
    place.map((at) => text.slice(0, at) + text.slice(at + 1)),
    place.map((at) => text.slice(0, at)),
    place.map((at) => text.slice(at)),
    place.map((at) => text.slice(at) + text.slice(0, at)),
    fc.tuple(place, place).map(([one, other]) => swapped(text, one, other)),
    fc
      .tuple(place, place)
      .map(([from, to]) => lowered(text, Math.min(from, to), Math.max(from, to))),
    fc.array(character, { maxLength: 4 }).map((tail) => text + tail.join("")),
    fc.array(character, { maxLength: 4 }).map((head) => head.join("") + text),
    fc.nat(3).map((count) => text.repeat(count)),
  );
}

function swapped(text: string, one: number, other: number): string {
  const units = text.split("");
  [units[one], units[other]] = [text.charAt(other), text.charAt(one)];
  return units.join("");
}

function lowered(text: string, from: number, to: number): string {
  return text.slice(0, from) + text.slice(from, to).toLowerCase() + text.slice(to);
}
