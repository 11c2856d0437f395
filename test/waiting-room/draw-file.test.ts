import { describe, expect, test } from "bun:test";
import type { DrawFile } from "../../src/waiting-room/draw-file.ts";
import { readDrawFile, writeDrawFile } from "../../src/waiting-room/draw-file.ts";
import { rankOf, verifyDraw } from "../../src/waiting-room/draw-verification.ts";
import { BEACON, noBreath, sampleDraw, sampleFile } from "./draw-sample.ts";

type Wire = Record<string, unknown> & { places: [passId: string, place: number][] };

const MISSING = { ...BEACON, value: null, missing: "its publisher is away" };
const HASH_OF_ANOTHER = "Yw3NKWbEM2aRElRIu7JbT_QSpJxzLbLIq8G4WBvXEN0";

function read(text: string): DrawFile {
  const result = readDrawFile(text);
  if (result.kind === "faulty") throw new Error(result.fault);
  return result.file;
}

/** What is said against the file, of the form or of the draw; nothing where it is true. */
function faultsOf(text: string): readonly string[] {
  const result = readDrawFile(text);
  if (result.kind === "faulty") return [result.fault];
  const verdict = verifyDraw(result.file);
  return verdict.kind === "false" ? verdict.faults : [];
}

async function changed(change: (wire: Wire) => void): Promise<readonly string[]> {
  const wire = JSON.parse(await sampleFile(5, BEACON)) as Wire;
  change(wire);
  return faultsOf(JSON.stringify(wire));
}

describe("the file of a draw", () => {
  test("has the form that is written down, and the same bytes for the same draw", async () => {
    const draw = await sampleDraw(2, BEACON);
    const text = await writeDrawFile(draw, noBreath);
    expect(await writeDrawFile(draw, noBreath)).toBe(text);
    const { seedHash, seed, root, places, ...facts } = JSON.parse(text);
    expect(facts).toEqual({
      format: "floodgate-draw-1",
      event: "river-songs",
      sale: 2,
      count: 2,
      closedAt: "2027-01-10T08:58:00.000Z",
      drawnAt: "2027-01-10T08:59:30.250Z",
      beacon: BEACON,
    });
    expect(Buffer.from(seed, "base64url")).toEqual(Buffer.from(draw.seed));
    expect(Buffer.from(root, "base64url")).toEqual(Buffer.from(draw.root));
    expect(seedHash).toBe(new Bun.CryptoHasher("sha256").update(draw.seed).digest("base64url"));
    expect(places).toEqual(
      draw.places.map(({ passId, place }) => [Buffer.from(passId).toString("base64url"), place]),
    );
  });

  test("is read as it was written, and found true, with a beacon, without it and without one", async () => {
    for (const count of [0, 1, 2_500]) {
      for (const beacon of [null, BEACON, MISSING]) {
        const draw = await sampleDraw(count, beacon);
        const text = await writeDrawFile(draw, noBreath);
        const file = read(text);
        expect(verifyDraw(file)).toEqual({ kind: "true", count });
        expect(await writeDrawFile(file, noBreath)).toBe(text);
      }
    }
  });

  test("breathes after every thousand places", async () => {
    let breathCount = 0;
    await writeDrawFile(await sampleDraw(2_500), () => {
      breathCount += 1;
      return Promise.resolve();
    });
    expect(breathCount).toBe(3);
  });
});

test("any one character changed is found, but in what no arithmetic can check", async () => {
  const text = await sampleFile(3, BEACON);
  const told = ["event", "sale", "closedAt", "drawnAt", "name"]
    .map((key) => new RegExp(`"${key}":("(?:[^"\\\\]|\\\\.)*"|\\d+)`).exec(text))
    .map((match) => ({
      from: match?.index ?? 0,
      to: (match?.index ?? 0) + (match?.[0].length ?? 0),
    }));
  const unseen = new Set<number>();
  for (let at = 0; at < text.length; at += 1) {
    for (const letter of '09aAwQ-_",:{}[] \\'.replace(text.charAt(at), "")) {
      const other = `${text.slice(0, at)}${letter}${text.slice(at + 1)}`;
      if (faultsOf(other).length === 0) unseen.add(at);
    }
  }
  const isTold = (at: number) => told.some(({ from, to }) => from < at && at < to);
  expect([...unseen].filter((at) => !isTold(at))).toEqual([]);
  // The test itself sees: the facts that are only told do go through.
  expect(unseen.size).toBeGreaterThan(10);
});

describe("a draw that is not true is told by its fault:", () => {
  const cases: readonly [name: string, change: (wire: Wire) => void, fault: string][] = [
    [
      "another seed's hash",
      (wire) => Object.assign(wire, { seedHash: HASH_OF_ANOTHER }),
      "The seed is not the one that was hashed.",
    ],
    [
      "another root",
      (wire) => Object.assign(wire, { root: HASH_OF_ANOTHER }),
      "The list is not the one that the root stands for.",
    ],
    ["another count", (wire) => Object.assign(wire, { count: 6 }), "It counts 6, but it lists 5."],
    [
      "a person less",
      (wire) => wire.places.splice(2, 1),
      "The list is not the one that the root stands for.",
    ],
    [
      "a person twice",
      (wire) => wire.places.splice(2, 0, wire.places[2] ?? ["", 0]),
      "A pass is listed twice.",
    ],
    [
      "two persons whose places are exchanged",
      ({ places: [one, other] }) => {
        if (one !== undefined && other !== undefined) [one[0], other[0]] = [other[0], one[0]];
      },
      "2 of 5 places are not what seed, root and beacon give.",
    ],
    [
      "two persons in the wrong order",
      ({ places }) => places.splice(1, 2, ...places.slice(1, 3).reverse()),
      "The pass at rank 3 stands behind one it comes before.",
    ],
    [
      "another beacon",
      (wire) => Object.assign(wire, { beacon: { ...BEACON, value: "8f3a11c1" } }),
      "5 of 5 places are not what seed, root and beacon give.",
    ],
    [
      "a beacon that is left out",
      (wire) => Object.assign(wire, { beacon: MISSING }),
      "5 of 5 places are not what seed, root and beacon give.",
    ],
  ];
  test.each(cases)("%s", async (_, change, fault) => {
    expect(await changed(change)).toContain(fault);
  });
});

test("of equal places the lesser pass comes first", async () => {
  const isOutOfOrder = async (first: string, second: string) => {
    const faults = await changed((wire) => {
      wire.places = [first, second].map((letter) => [letter.repeat(21).concat("A"), 7]);
    });
    return faults.some((fault) => fault.includes("stands behind"));
  };
  expect(await isOutOfOrder("B", "C")).toBe(false);
  expect(await isOutOfOrder("C", "B")).toBe(true);
});

describe("a file that cannot be read is told in a sentence:", () => {
  const pairs = "Its places must be a list of pairs: 16 bytes in base64url, a whole number.";
  const beacons = "Its beacon must be null, or a name with a value or with why it is missing.";
  const cases: readonly [name: string, changes: Record<string, unknown>, fault: string][] = [
    ["another format", { format: "floodgate-draw-2" }, "Its format is not floodgate-draw-1."],
    ["no seed", { seed: undefined }, "Its seed must be 32 bytes in base64url."],
    ["a seed too short", { seed: "AAAA" }, "Its seed must be 32 bytes in base64url."],
    ["a root misspelt", { root: `${"A".repeat(42)}B` }, "Its root must be 32 bytes in base64url."],
    [
      "an escape for a terminal",
      { event: "\u001b[2J" },
      "Its event must be the name of an event in a-z, 0-9 and -.",
    ],
    ["half a person", { count: 4.5 }, "Its count must be a whole number."],
    [
      "no instant",
      { closedAt: "yesterday" },
      "Its closedAt must be an instant as in 2027-01-10T08:58:00.000Z.",
    ],
    ["a beacon with both", { beacon: { ...BEACON, missing: "x" } }, beacons],
    ["a beacon with neither", { beacon: { ...BEACON, value: null } }, beacons],
    ["a beacon of two lines", { beacon: { ...BEACON, value: "a\nb" } }, beacons],
    ["a beacon with a space behind", { beacon: { ...BEACON, value: "a " } }, beacons],
    ["a beacon that says nothing", { beacon: { ...BEACON, value: "" } }, beacons],
    ["a beacon too long", { beacon: { ...BEACON, value: "a".repeat(501) } }, beacons],
    ["a beacon that turns the text", { beacon: { ...BEACON, name: "a\u202eb" } }, beacons],
    ["a beacon of no character", { beacon: { ...BEACON, value: "\ud800" } }, beacons],
    ["places that are no list", { places: {} }, pairs],
    ["a place without a pass", { places: [[1, 2]] }, pairs],
    ["a pass too long", { places: [["A".repeat(23), 2]] }, pairs],
    ["a place of three", { places: [["A".repeat(22), 2, 3]] }, pairs],
    ["a place below none", { places: [["A".repeat(22), -1]] }, pairs],
  ];
  test.each(cases)("%s", async (_, changes, fault) => {
    expect(await changed((wire) => Object.assign(wire, changes))).toEqual([fault]);
  });

  test("what is no object", () => {
    for (const text of ["", "null", "[]", "7", '{"format":"floodgate-draw-1"', "\u0000"]) {
      expect(readDrawFile(text)).toEqual({ kind: "faulty", fault: "It is no JSON object." });
    }
  });
});

test("a pass has the rank at which it is listed, and none where it is not", async () => {
  const file = read(await sampleFile(30));
  const ranks = file.places.map(({ passId }) => rankOf(passId, file));
  expect(ranks).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  expect(rankOf(new Uint8Array(16), file)).toBeNull();
});
