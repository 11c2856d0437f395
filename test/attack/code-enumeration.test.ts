import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { phoneNumber } from "../support/harness.ts";
import { Random } from "../support/random.ts";
import { CodeDesk, PERSON, wrongCode } from "./code-desk.ts";
import { expectSameTime, indexCountMax, rankTest } from "./rank-test.ts";

setDefaultTimeout(180_000);

const PAIR_COUNT = 2_000;
/** Numbers apart from the holders', which are the first. */
const STRANGERS_FROM = 1_000_000;
const GUESSED_FROM = 2_000_000;
/** Of the service's own time, between pairs. */
const PAUSE_MS = 10;
const INDEX_COUNT = indexCountMax(PAIR_COUNT);

describe("the rank test", () => {
  test("gives the probability of a worked example, in either order", () => {
    // U = 0 of 5 and 5: z = 12.5 / sqrt(25 * 11 / 12) = 2.6112, two-sided p = 0.00902.
    const [low, high] = [
      [1, 2, 3, 4, 5],
      [6, 7, 8, 9, 10],
    ] as const;
    expect(rankTest(low, high)).toBeCloseTo(0.00902, 4);
    expect(rankTest(high, low)).toBeCloseTo(0.00902, 4);
    expect(rankTest([1, 1, 2, 2], [1, 1, 2, 2])).toBeCloseTo(1, 6);
  });

  test("sees a difference of a twentieth, and none where there is none", () => {
    const random = new Random(7);
    const times = (shift: number) =>
      Array.from({ length: PAIR_COUNT }, () => shift + random.magnitude(0.2, 2));
    const ps = Array.from({ length: 200 }, () => rankTest(times(0), times(0)));
    expect(ps.filter((p) => p < 0.01).length).toBeLessThan(10);
    expect(rankTest(times(0), times(0.05))).toBeLessThan(1e-4);
  });
});

describe("a holder's number and a stranger's", () => {
  let desk: CodeDesk;
  beforeAll(async () => {
    desk = await CodeDesk.open();
  });
  afterAll(() => desk[Symbol.asyncDispose]());
  let phoneCount = 0;
  const nextPhone = () => phoneNumber((phoneCount += 1));

  /** Both asked for a code, which can be seen; that one of them used it cannot. */
  async function twoPhones(): Promise<{ readonly holder: string; readonly stranger: string }> {
    const [holder, stranger] = [nextPhone(), nextPhone()];
    expect((await desk.register(holder)).status).toBe(201);
    await desk.challengeFor(stranger);
    await desk.clock.advance(301_000);
    return { holder, stranger };
  }

  /** The answer but for the token, which is a random text of one length. */
  async function shapeOf(body: object): Promise<unknown> {
    const response = await fetch(`${desk.url}/api/v1/events/mela/codes`, {
      method: "POST",
      headers: { "content-type": "application/json", "fly-client-ip": "192.0.2.9" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    const headers = [...response.headers].filter(([name]) => name !== "date");
    const members = text.replace(/"challenge":"[\w-]*"/, '"challenge":"…"');
    return { status: response.status, headers, length: text.length, members };
  }

  test.each(["register", "recover"])(
    "get the same answer to a request with purpose %s: status, headers, members and length",
    async (purpose) => {
      const { holder, stranger } = await twoPhones();
      for (const _ of ["first", "too soon"]) {
        const ofHolder = await shapeOf({ phone: holder, purpose });
        expect(await shapeOf({ phone: stranger, purpose })).toEqual(ofHolder);
      }
    },
  );

  test.each([
    ["the SMS was taken", false],
    ["no gateway took the SMS", true],
  ])("are told the same of a recover code all through its life where %s", async (_, isRefusing) => {
    const { holder, stranger } = await twoPhones();
    const smsCount = desk.phones.countOf(holder);
    desk.phones.isRefusing = isRefusing;
    const purpose = "recover";
    const first = await Promise.all(
      [holder, stranger].map((phone) => desk.post("codes", { phone, purpose })),
    );
    if (!isRefusing) await desk.phones.holds(holder, smsCount + 1);
    const challenges = first.map(({ body }) => body["challenge"]);
    let passedMs = 0;
    for (const atS of [1, 29, 31, 100, 179, 181, 240, 299, 301, 480, 601]) {
      await desk.clock.advance(atS * 1_000 - passedMs);
      passedMs = atS * 1_000;
      const heard = await Promise.all(
        [holder, stranger].map(async (phone, index) => {
          const challenge = challenges[index];
          const from = `203.0.${atS % 250}.1`;
          const guess = { ...PERSON, phone, challenge, code: "none" };
          const again = await desk.post("codes", { phone, purpose, challenge }, { from });
          const anew = await desk.post("codes", { phone, purpose }, { from: "192.0.2.1" });
          const guessed = await desk.post("registrations", guess);
          return [again, anew, guessed].map(({ body, status }) => ({
            ...body,
            status,
            challenge: typeof body["challenge"],
          }));
        }),
      );
      expect(heard[1], `after ${atS} s`).toEqual(heard[0] ?? []);
    }
    desk.phones.isRefusing = false;
  });
});

describe("by the time an answer takes", () => {
  let desk: CodeDesk;
  const random = new Random(20_261_123);
  let ticketKey = "";

  beforeAll(async () => {
    desk = await CodeDesk.open();
    const seat = await desk.register(phoneNumber(9_000_000));
    ticketKey = String(seat.body["ticketUrl"]).split("/").at(-1) ?? "";
    // The holders, as many as a test may ask for twice, without as many codes.
    await desk.database.sql`
      insert into registrations
      select gen_random_uuid(), gen_random_uuid(), committed_at, ${phoneNumber(0).slice(1)}::bigint + n, event_id,
        sale_id, ordinal + n + 1, event_revision, template_version, name, email, locale, corrected_at
      from registrations, generate_series(0, ${2 * INDEX_COUNT}::int) n`;
    await desk.clock.advance(1_000);
  });
  afterAll(() => desk[Symbol.asyncDispose]());

  test("a holder's number is not told from a stranger's, whatever the code is for", async () => {
    for (const [purpose, first] of [
      ["register", 0],
      ["recover", INDEX_COUNT],
    ] as const) {
      const ask = (phone: string) => desk.request("codes", { phone, purpose });
      const pair = {
        prepare: () => desk.clock.advance(PAUSE_MS),
        one: (index: number) => ask(phoneNumber(first + index)),
        other: (index: number) => ask(phoneNumber(STRANGERS_FROM + first + index)),
      };
      await expectSameTime(pair, { pairCount: PAIR_COUNT, random });
    }
  });

  test("a code that is right but for its last digit is not told from one that is wrong from the first", async () => {
    let asked = { phone: "", challenge: "" };
    const guess = (step: number) => {
      const code = wrongCode(desk.phones.codeOf(asked.phone), step);
      return desk.request("verifications", { ...asked, code });
    };
    const pair = {
      prepare: async (index: number) => {
        await desk.clock.advance(PAUSE_MS);
        const phone = phoneNumber(GUESSED_FROM + index);
        asked = { phone, challenge: await desk.challengeFor(phone) };
      },
      one: () => guess(1),
      other: () => guess(500_000),
    };
    await expectSameTime(pair, { pairCount: PAIR_COUNT, random });
  });

  test("a ticket key that is right but for its last character is not told from any other", async () => {
    const look = (key: string) => ({ url: `${desk.url}/t/${key}/status`, method: "GET" }) as const;
    const nearKey = `${ticketKey.slice(0, -1)}${ticketKey.endsWith("A") ? "Q" : "A"}`;
    let anyKey = "";
    const pair = {
      // To draw a key takes time of its own, which is none of the service's.
      prepare: () => {
        anyKey = crypto.getRandomValues(Buffer.alloc(16)).toString("base64url");
        return desk.clock.advance(PAUSE_MS);
      },
      one: () => look(nearKey),
      other: () => look(anyKey),
    };
    await expectSameTime(pair, { pairCount: PAIR_COUNT, random });
  });
});
