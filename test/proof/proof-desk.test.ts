import { describe, expect, test } from "bun:test";
import type { ProofChallenge } from "../../src/proof/proof-challenge.ts";
import { PROOF_LENGTH_MAX } from "../../src/proof/proof-challenge.ts";
import { PROOF_LIFE_MS, PROOF_WAIT_MS } from "../../src/proof/proof-desk.ts";
import {
  alice,
  bob,
  encoded,
  HASH_COUNT,
  makeDesk,
  NOW_MS,
  solve,
  solved,
  unsolved,
} from "./make.ts";

const purpose = { phone: alice, eventId: 7, hashCount: HASH_COUNT };

test("a challenge is written as ALTCHA writes it, and its salt names nobody (invariant 10)", () => {
  const issued = makeDesk().issue(purpose, NOW_MS);
  expect(Object.keys(issued).toSorted()).toEqual(
    ["algorithm", "challenge", "maxnumber", "salt", "signature"].toSorted(),
  );
  expect(issued.algorithm).toBe("SHA-256");
  expect(issued.challenge).toMatch(/^[0-9a-f]{64}$/);
  expect(issued.signature).toMatch(/^[0-9a-f]{64}$/);
  expect(issued.maxnumber).toBe(2 * HASH_COUNT);
  expect(new URLSearchParams(issued.salt.split("?")[1]).get("expires")).toBe(
    String((NOW_MS + PROOF_LIFE_MS) / 1_000),
  );
  expect(issued.salt).toEndWith("&");
  expect(issued.salt).not.toContain(alice.slice(4));
  expect(solved(issued).length).toBeLessThan(PROOF_LENGTH_MAX / 2);
});

test("nothing is kept of what is given out, nor of what is read and not used", () => {
  const desk = makeDesk();
  for (let count = 0; count < 10_000; count += 1) desk.issue(purpose, NOW_MS);
  const proof = solved(desk.issue(purpose, NOW_MS));
  for (let count = 0; count < 100; count += 1) desk.read(proof, purpose, NOW_MS);
  expect(desk.usedCount).toBe(0);
});

test("a solved one is taken for its phone and event until it expires, and for no other", () => {
  const desk = makeDesk();
  const proof = solved(desk.issue(purpose, NOW_MS));
  const kindFor = (change: object, atMs = NOW_MS) =>
    desk.read(proof, { ...purpose, ...change }, atMs).kind;
  expect(kindFor({})).toBe("solved");
  expect(kindFor({}, NOW_MS + PROOF_LIFE_MS - 1)).toBe("solved");
  expect(kindFor({}, NOW_MS + PROOF_LIFE_MS)).toBe("invalid");
  expect(kindFor({ phone: bob })).toBe("invalid");
  expect(kindFor({ eventId: 8 })).toBe("invalid");
});

test("one for less work than is asked now is invalid, one for more is as good", () => {
  const desk = makeDesk();
  const proof = solved(desk.issue(purpose, NOW_MS));
  expect(desk.read(proof, { ...purpose, hashCount: HASH_COUNT + 1 }, NOW_MS).kind).toBe("invalid");
  expect(desk.read(proof, { ...purpose, hashCount: HASH_COUNT - 1 }, NOW_MS).kind).toBe("solved");
});

test("one issued by another life of the process is invalid: this one cannot know whether it was used", () => {
  const proof = solved(makeDesk({ boot: 1 }).issue(purpose, NOW_MS));
  expect(makeDesk({ boot: 2 }).read(proof, purpose, NOW_MS).kind).toBe("invalid");
});

test("no character of a proof can be changed, and no field spliced from another", () => {
  const desk = makeDesk();
  const issued = desk.issue(purpose, NOW_MS);
  const other = desk.issue(purpose, NOW_MS);
  const number = solve(issued);
  const { maxnumber: _, ...whole } = { ...issued, number };
  const fields = ["algorithm", "challenge", "salt", "signature"] as const;
  for (const field of fields) {
    const text = whole[field];
    for (let index = 0; index < text.length; index += 1) {
      const changed =
        text.slice(0, index) + (text[index] === "1" ? "2" : "1") + text.slice(index + 1);
      expect(desk.read(encoded({ ...whole, [field]: changed }), purpose, NOW_MS).kind).toBe(
        "invalid",
      );
    }
    const spliced = { ...whole, [field]: other[field] };
    if (field !== "algorithm")
      expect(desk.read(encoded(spliced), purpose, NOW_MS).kind).toBe("invalid");
    const { [field]: __, ...without } = whole;
    expect(desk.read(encoded(without), purpose, NOW_MS).kind).toBe("invalid");
  }
  // Every subset of fields from one and the rest from the other.
  const others = { ...other, number: solve(other) };
  for (let mask = 1; mask < 15; mask += 1) {
    const mixed = { ...whole };
    for (const [bit, field] of (["challenge", "salt", "signature", "number"] as const).entries()) {
      if (mask & (1 << bit)) Object.assign(mixed, { [field]: others[field] });
    }
    expect(desk.read(encoded(mixed), purpose, NOW_MS).kind).toBe("invalid");
  }
  expect(desk.read(encoded(whole), purpose, NOW_MS).kind).toBe("solved");
});

test("only the number that solves it is taken, as a number", () => {
  const desk = makeDesk();
  const issued = desk.issue(purpose, NOW_MS);
  const right = solve(issued);
  for (let number = 0; number <= issued.maxnumber; number += 1) {
    const kind = desk.read(solved(issued, { number }), purpose, NOW_MS).kind;
    expect(kind).toBe(number === right ? "solved" : "invalid");
  }
  for (const number of [String(right), -right - 1, right + 0.5, null, true, [right], {}]) {
    expect(desk.read(solved(issued, { number }), purpose, NOW_MS).kind).toBe("invalid");
  }
});

test("digits moved from the salt to the number are another salt", () => {
  const desk = makeDesk();
  const issued = desk.issue(purpose, NOW_MS);
  const salt = issued.salt.slice(0, -1);
  const moved = solved(issued, { salt, number: Number(`0${solve(issued)}`) });
  expect(desk.read(moved, purpose, NOW_MS).kind).toBe("invalid");
});

test.each([
  "",
  "{}",
  "!!!",
  btoa("null"),
  btoa("[]"),
  btoa("1"),
  btoa('{"salt":1}'),
  btoa('{"salt":{"toString":1}}'),
  btoa(`{"__proto__":{"salt":"x"}}`),
  "A".repeat(PROOF_LENGTH_MAX + 1),
])("%j is no proof", (text) => {
  expect(makeDesk().read(text, purpose, NOW_MS)).toEqual({ kind: "invalid" });
});

describe("who waits instead", () => {
  test("brings the challenge unsolved, not before a minute and not after two", () => {
    const desk = makeDesk();
    const proof = unsolved(desk.issue(purpose, NOW_MS));
    const kindAt = (atMs: number) => desk.read(proof, purpose, atMs).kind;
    expect(kindAt(NOW_MS)).toBe("invalid");
    expect(kindAt(NOW_MS + PROOF_WAIT_MS - 1)).toBe("invalid");
    expect(kindAt(NOW_MS + PROOF_WAIT_MS)).toBe("waited");
    expect(kindAt(NOW_MS + PROOF_LIFE_MS - 1)).toBe("waited");
    expect(kindAt(NOW_MS + PROOF_LIFE_MS)).toBe("invalid");
  });

  test("cannot have held one that was not given out, nor pass it off as older", () => {
    const desk = makeDesk();
    const issued = desk.issue(purpose, NOW_MS);
    const atMs = NOW_MS + PROOF_WAIT_MS / 2;
    for (const change of [earlier(issued), { signature: "0".repeat(64) }, { challenge: "" }]) {
      expect(desk.read(unsolved({ ...issued, ...change }), purpose, atMs).kind).toBe("invalid");
    }
  });

  test("uses up the same challenge as whoever solves it", () => {
    const desk = makeDesk();
    const issued = desk.issue(purpose, NOW_MS);
    const atMs = NOW_MS + PROOF_WAIT_MS;
    const waited = desk.read(unsolved(issued), purpose, atMs);
    const worked = desk.read(solved(issued), purpose, atMs);
    if (waited.kind !== "waited" || worked.kind !== "solved") throw new Error("neither is taken");
    expect([desk.use(waited, atMs), desk.use(worked, atMs)]).toEqual(["taken", "used"]);
  });
});

function earlier({ salt }: ProofChallenge): Partial<ProofChallenge> {
  const seconds = (NOW_MS + PROOF_LIFE_MS) / 1_000;
  return { salt: salt.replace(String(seconds), String(seconds - PROOF_WAIT_MS / 1_000)) };
}
