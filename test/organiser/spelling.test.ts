import { expect, test } from "bun:test";
import { closestWord } from "../../src/organiser/spelling.ts";

const words = ["name", "venue", "timeZone", "opensAt", "closesAt", "quota"];

test("the closest word is at most two letters off, and most of it is there", () => {
  const table: readonly [typed: string, meant: string | null][] = [
    ["nmae", "name"],
    ["Name", "name"],
    ["names", "name"],
    ["timezone", "timeZone"],
    ["time_zone", "timeZone"],
    ["opens", "opensAt"],
    ["opneAst", "opensAt"],
    ["closeAt", "closesAt"],
    ["qouta", "quota"],
    ["date", null],
    ["open", null],
    ["", null],
    ["constructor", null],
  ];
  for (const [typed, meant] of table)
    expect([typed, closestWord(typed, words)]).toEqual([typed, meant]);
});
