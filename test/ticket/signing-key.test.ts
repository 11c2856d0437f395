import { describe, expect, test } from "bun:test";
import { parseKeyRing } from "../../src/ticket/signing-key.ts";
import { testKeyRing } from "./make-ticket-sheet.ts";

const SEED = Buffer.alloc(32, 1).toString("base64url");
const OTHER_SEED = Buffer.alloc(32, 2).toString("base64url");

describe("the ring of ticket keys", () => {
  test("signs new events with its highest version, in whatever order it is written", () => {
    for (const text of [`1:${SEED},12:${OTHER_SEED}`, `12:${OTHER_SEED}, 1:${SEED}`]) {
      const parsed = parseKeyRing(text);
      expect(parsed).toMatchObject({ kind: "ring", ring: { newest: { version: 12 } } });
    }
  });

  test("gives every version its own signature and short-code keys", () => {
    const message = Buffer.from("a message");
    const keys = [...testKeyRing().versions.values()];
    const [first, second] = keys;
    if (first === undefined || second === undefined) throw new Error("the test ring has two keys");
    expect(first.verify(message, first.sign(message))).toBe(true);
    expect(second.verify(message, first.sign(message))).toBe(false);
    expect(first.hmac(message)).not.toEqual(second.hmac(message));
    expect(first.publicKey).toHaveLength(32);
  });

  test.each([
    ["nothing", "", "Entry 1 of the ticket keys is not of the form"],
    ["a seed without its version", SEED, "Entry 1 of the ticket keys is not of the form"],
    ["a version 0", `0:${SEED}`, "Entry 1 of the ticket keys is not of the form"],
    ["a comma too many", `1:${SEED},`, "Entry 2 of the ticket keys is not of the form"],
    [
      "a version above a byte",
      `256:${SEED}`,
      "Entry 1 of the ticket keys has a version above 255.",
    ],
    [
      "a version twice",
      `1:${SEED},1:${OTHER_SEED}`,
      "Entry 2 of the ticket keys repeats version 1.",
    ],
    ["a short seed", `1:${SEED.slice(0, 40)}`, "Entry 1 of the ticket keys holds a seed that"],
    [
      "a seed twice",
      `1:${SEED},2:${SEED}`,
      "Entry 2 of the ticket keys repeats the seed of another",
    ],
    ["a seed with stray last bits", `1:${SEED.slice(0, -1)}F`, "Entry 1 of the ticket keys holds"],
  ])("refuses %s with a sentence that keeps the seed to itself", (_, text, sentence) => {
    const parsed = parseKeyRing(text);
    if (parsed.kind === "ring") throw new Error("this ring should be refused");
    expect(parsed.reason).toStartWith(sentence);
    expect(parsed.reason).toEndWith(".");
    expect(parsed.reason).not.toContain(SEED.slice(0, 20));
  });
});
