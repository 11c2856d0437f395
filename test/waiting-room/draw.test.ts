import { describe, expect, test } from "bun:test";
import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { drawPlaces, listRoot, placeOf, seedHash } from "../../src/waiting-room/draw.ts";
import { Random } from "../support/random.ts";
import { bytesOf, drawAll, lobbyOf } from "./draw-sample.ts";

const SEED = Uint8Array.from({ length: 32 }, (_, index) => index);
const IDS = [1, 2, 3].map((byte) => new Uint8Array(16).fill(byte));

/** The method, straight from its page. */
function placeByThePage(passId: Uint8Array, key: readonly Uint8Array[]): number {
  const digest = createHmac("sha256", Buffer.concat(key)).update(passId).digest("hex");
  return Number.parseInt(digest.slice(0, 12), 16);
}

/** Pearson's statistic of counts that should be equal. */
function chiSquare(counts: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
}

describe("the method", () => {
  test("gives for ever what it gave when it was written down", () => {
    const root = listRoot(IDS);
    const [hash64, root64] = [seedHash(SEED), root].map((bytes) =>
      Buffer.from(bytes).toString("base64url"),
    );
    expect(hash64).toBe("Yw3NKWbEM2aRElRIu7JbT_QSpJxzLbLIq8G4WBvXEN0");
    expect(root64).toBe("xGYk54phFNVYj-wMr_XyIN34-ODSlKn3H8ybCqL0icw");
    const places = (beacon: string | null) =>
      IDS.map((passId) => placeOf(passId, { seed: SEED, root, beacon }));
    expect(places(null)).toEqual([155_327_722_522_244, 276_688_246_388_098, 81_287_361_055_933]);
    expect(places("ক 5512345")).toEqual([
      187_032_786_998_555, 151_532_406_301_408, 25_645_226_529_613,
    ]);
  });

  test("is what another implementation makes of its page, whatever the terms", () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const text = fc.string({ unit: "grapheme", maxLength: 80 });
    fc.assert(
      fc.property(
        bytes(32),
        fc.array(bytes(16), { minLength: 1, maxLength: 20 }),
        fc.option(text),
        (seed, ids, beacon) => {
          const list = createHash("sha256").update("floodgate list 1\n");
          for (const id of ids) list.update(id);
          const root = list.digest();
          expect(listRoot(ids)).toEqual(root);
          expect(seedHash(seed)).toEqual(createHash("sha256").update(seed).digest());
          const key = [seed, root, Buffer.from(beacon ?? "", "utf8")];
          for (const id of ids) {
            expect(placeOf(id, { seed, root, beacon })).toBe(placeByThePage(id, key));
          }
        },
      ),
    );
  });
});

describe("a draw", () => {
  test("puts everybody into the order of the places, each once and as verified as before", async () => {
    for (const count of [0, 1, 2, 499, 500, 501, 3_500]) {
      const random = new Random(count);
      const members = lobbyOf(count, random);
      const terms = { seed: bytesOf(random, 32), root: bytesOf(random, 32), beacon: "x" };
      const expected = members
        .map((member) => ({ place: placeOf(member.passId, terms), ...member }))
        .sort((one, other) => one.place - other.place);
      expect(await drawAll(members, terms)).toEqual(expected);
    }
  });

  test("puts those with the same place into the order of their passes", async () => {
    const terms = {
      seed: new Uint8Array(32).fill(7),
      root: new Uint8Array(32).fill(9),
      beacon: null,
    };
    // Found by trying 36 million passes.
    const members = [24_866_133, 27_216_354].map((number) => {
      const passId = Buffer.alloc(16);
      passId.writeUInt32BE(number, 12);
      return { passId, isVerified: false };
    });
    const drawn = await drawAll(members, terms);
    expect(drawn.map(({ place }) => place)).toEqual([105_226_174_307_688, 105_226_174_307_688]);
    expect(drawn.map(({ passId }) => passId)).toEqual(members.map(({ passId }) => passId));
  });

  test("lets others have the event loop after every five hundred people, computed or sorted", async () => {
    const members = lobbyOf(10_000, new Random(1));
    let breathCount = 0;
    await drawPlaces(members, { seed: SEED, root: SEED, beacon: null }, () => {
      breathCount += 1;
      return Promise.resolve();
    });
    expect(breathCount).toBe(40);
  });
});

describe("places", () => {
  test("are spread evenly over all there are", () => {
    const random = new Random(7);
    const terms = { seed: bytesOf(random, 32), root: bytesOf(random, 32), beacon: null };
    const counts = Array.from({ length: 256 }, () => 0);
    for (const { passId } of lobbyOf(100_000, random)) {
      const slot = Math.floor((placeOf(passId, terms) / 2 ** 48) * counts.length);
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
    // Of 255 degrees of freedom: one even spread in a thousand lies outside.
    expect(chiSquare(counts)).toBeGreaterThan(187);
    expect(chiSquare(counts)).toBeLessThan(336);
  });

  test("give each of ten the same chance of every rank, from draw to draw", async () => {
    const random = new Random(8);
    const members = lobbyOf(10, random);
    const root = listRoot(members.map(({ passId }) => passId));
    const counts = members.map(() => members.map(() => 0));
    for (let draw = 0; draw < 5_000; draw += 1) {
      const places = await drawAll(members, { seed: bytesOf(random, 32), root, beacon: null });
      for (const [rank, { passId }] of places.entries()) {
        const row = counts[members.findIndex((member) => member.passId === passId)];
        if (row !== undefined) row[rank] = (row[rank] ?? 0) + 1;
      }
    }
    // Of 9 degrees of freedom each, ten times: one honest draw in a hundred has such a row.
    for (const row of counts) expect(chiSquare(row)).toBeLessThan(27.9);
  });

  test("are all others when one person more is in the list", async () => {
    const members = lobbyOf(200, new Random(9));
    const places = (count: number) => {
      const listed = members.slice(0, count);
      const root = listRoot(listed.map(({ passId }) => passId));
      return drawAll(listed, { seed: SEED, root, beacon: null });
    };
    const before = new Set((await places(199)).map(({ place }) => place));
    expect((await places(200)).filter(({ place }) => before.has(place))).toEqual([]);
  });
});
