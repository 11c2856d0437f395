import { expect, test } from "bun:test";
import { segmentCount } from "../../src/delivery/sms-segments.ts";

const COUNTS: readonly [what: string, text: string, segments: number][] = [
  ["nothing", "", 1],
  ["160 septets", "x".repeat(160), 1],
  ["161 septets", "x".repeat(161), 2],
  ["two parts of 153", "x".repeat(306), 2],
  ["a septet more", "x".repeat(307), 3],
  ["an extension character as the 159th and 160th septet", `${"x".repeat(158)}€`, 1],
  ["an extension character as the 160th and 161st septet", `${"x".repeat(159)}€`, 2],
  ["80 extension characters", "[".repeat(80), 1],
  ["81 extension characters", "[".repeat(81), 2],
  // 153 is odd: the escape may not end a part, so each holds 76 of them.
  ["152 extension characters", "{".repeat(152), 2],
  ["153 extension characters, of 306 septets", "{".repeat(153), 3],
  ["letters of GSM-7 that are not ASCII", "ΔΦΓΛΩΠΨΣΘΞåøñüà@£$¥".repeat(8), 1],
  ["70 UTF-16 units", "ক".repeat(70), 1],
  ["71 UTF-16 units", "ক".repeat(71), 2],
  ["two parts of 67", "ক".repeat(134), 2],
  ["a unit more", "ক".repeat(135), 3],
  ["one curly quote, which makes all of it UCS-2", `${"x".repeat(70)}’`, 2],
  ["a letter with an accent that GSM-7 lacks", `${"x".repeat(70)}ê`, 2],
  ["35 emoji", "🎟".repeat(35), 1],
  // 67 is odd: no surrogate pair is split, so each part holds 33.
  ["66 emoji", "🎟".repeat(66), 2],
  ["67 emoji, of 134 units", "🎟".repeat(67), 3],
];

test.each(COUNTS)("%s", (_what, text, segments) => {
  expect(segmentCount(text)).toBe(segments);
});
