import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { phoneNumber } from "../support/harness.ts";
import { CodeDesk, PERSON, said, tally, wrongCode } from "./code-desk.ts";

const MINUTE_MS = 60_000;

let desk: CodeDesk;
beforeAll(async () => {
  desk = await CodeDesk.open();
});
afterAll(() => desk[Symbol.asyncDispose]());

describe("whoever burns a victim's attempts", () => {
  test("from one network with every code it may ask for leaves the victim a challenge of their own", async () => {
    const victim = phoneNumber(1);
    const attacker = { from: "203.0.113.5" };
    for (let sends = 0; sends < 2; sends += 1) {
      const challenge = await desk.challengeFor(victim, attacker);
      const code = desk.phones.codeOf(victim);
      const guesses = Array.from({ length: 10 }, (_, index) => {
        const guess = { phone: victim, challenge, code: wrongCode(code, 1 + index) };
        return desk.post("verifications", guess, attacker);
      });
      expect(tally(await desk.all(guesses))).toEqual({ code_wrong: 5, code_exhausted: 5 });
      await desk.clock.advance(30_000);
    }
    expect(said(await desk.post("codes", { phone: victim }, attacker))).toBe("rate_limited");

    expect((await desk.register(victim)).status).toBe(201);
  });

  test("from as many networks as it likes cannot touch a challenge that the victim holds already", async () => {
    const victim = phoneNumber(2);
    const challenge = await desk.challengeFor(victim);
    const code = desk.phones.codeOf(victim);
    for (let network = 0; network < 8; network += 1) {
      await desk.clock.advance(30_000);
      const from = `203.0.${network}.5`;
      const asked = await desk.post("codes", { phone: victim }, { from });
      const stolen = asked.body["challenge"] ?? "invented";
      const guesses = Array.from({ length: 6 }, () =>
        desk.post("verifications", { phone: victim, challenge: stolen, code: "x" }, { from }),
      );
      await desk.all(guesses);
    }
    const seat = await desk.post("registrations", { ...PERSON, phone: victim, challenge, code });
    expect(seat.status).toBe(201);
  });
});

test("a number that 200 addresses bomb is sent five codes, three of one challenge, and others are untouched", async () => {
  const victim = phoneNumber(3);
  let challenge: unknown;
  const heard = new Set<string>();
  for (let minute = 0; minute < 20; minute += 1) {
    const asks = Array.from({ length: 10 }, (_, index) => {
      const from = `198.${18 + minute}.${index}.1`;
      return desk.post(
        "codes",
        { phone: victim, challenge: index % 2 ? challenge : null },
        { from },
      );
    });
    const answers = await desk.all(asks);
    challenge ??= answers.find(({ status }) => status === 202)?.body["challenge"];
    for (const answer of answers) heard.add(said(answer));
    await desk.clock.advance(MINUTE_MS);
  }
  expect(desk.phones.countOf(victim)).toBe(5);
  expect(desk.phones.sameCodeCountMax(victim)).toBeLessThanOrEqual(3);
  expect(heard).toEqual(new Set(["202", "resend_too_soon", "rate_limited", "code_expired"]));
  expect((await desk.register(phoneNumber(4))).status).toBe(201);
});

describe("a number in another spelling", () => {
  const SPELLINGS = [
    "+8801712345678",
    "008801712345678",
    "8801712345678",
    "01712345678",
    "01712-345 678",
    "(0)1712.345.678",
    "০১৭১২৩৪৫৬৭৮",
    "+৮৮০ ১৭১২ ৩৪৫৬৭৮",
    "٠١٧١٢٣٤٥٦٧٨",
    "۰۱۷۱۲۳۴۵۶۷۸",
    "०१७१२३४५६७८",
    "＋８８０１７１２３４５６７８",
    "\u202a+880 1712-345678\u202c",
    "0\u200b17\u2060123\u00ad45678\u200e",
    "+880\u00a01712\u2011345678",
  ];
  const spelled = (index: number) => SPELLINGS[index % SPELLINGS.length] ?? "";

  test("is the same person in every call: one cooldown, one code, one seat (invariant 2)", async () => {
    const [plain = ""] = SPELLINGS;
    const challenge = await desk.challengeFor(plain);
    const code = desk.phones.codeOf(plain);
    const tooSoon = SPELLINGS.map((phone, index) =>
      desk.post("codes", { phone }, { from: `198.51.${index}.1` }),
    );
    expect(tally(await desk.all(tooSoon))).toEqual({ resend_too_soon: SPELLINGS.length });

    const proofs = SPELLINGS.map((phone) => desk.post("verifications", { phone, challenge, code }));
    expect(tally(await desk.all(proofs))).toEqual({ 200: SPELLINGS.length });
    const seats = await desk.all(
      SPELLINGS.map((phone) => desk.post("registrations", { ...PERSON, phone, challenge, code })),
    );
    expect(tally(seats)).toEqual({ 200: SPELLINGS.length - 1, 201: 1 });
    expect(new Set(seats.map(({ body }) => body["registrationId"])).size).toBe(1);

    await desk.clock.advance(30_000);
    const resent = await desk.post("codes", { phone: spelled(6), challenge });
    expect(resent.status).toBe(202);
    await desk.phones.holds(plain, 2);
    expect(desk.phones.codeOf(plain)).toBe(code);
  });

  test("shares its five guesses", async () => {
    const phone = "+8801812345678";
    const challenge = await desk.challengeFor(phone);
    const code = wrongCode(desk.phones.codeOf(phone));
    const others = SPELLINGS.map((text) => text.replace(/7|৭|٧|۷|७|７/, eight));
    const guesses = others.map((other) =>
      desk.post("verifications", { phone: other, challenge, code }),
    );
    expect(tally(await desk.all(guesses))).toEqual({
      code_wrong: 5,
      code_exhausted: SPELLINGS.length - 5,
    });
  });
});

test.each([
  ["of a landline", "+88027113344"],
  ["of a premium service", "+449098790000"],
  ["that follows its owner at the caller's cost", "+447012345678"],
  ["of a pager", "+447640123456"],
  ["that is free to call", "+18002345678"],
  ["of internet telephony", "+8809612345678"],
])("a number %s is refused before anything is spent on it", async (_, phone) => {
  for (const purpose of ["register", "recover"]) {
    const answer = await desk.post("codes", { phone, purpose });
    expect(answer).toMatchObject({ status: 422, body: { code: "invalid_phone" } });
  }
  expect(desk.phones.countOf(phone)).toBe(0);
});

/** The digit after it, in the same script. */
function eight(seven: string): string {
  return String.fromCodePoint((seven.codePointAt(0) ?? 0) + 1);
}
