import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { phoneNumber } from "../support/harness.ts";
import type { Body, Call } from "./code-desk.ts";
import { CodeDesk, PERSON, said, tally, wrongCode } from "./code-desk.ts";

let desk: CodeDesk;
beforeAll(async () => {
  desk = await CodeDesk.open();
});
afterAll(() => desk[Symbol.asyncDispose]());

/** A phone of its own for each test. */
let phoneCount = 0;
function nextPhone(): string {
  phoneCount += 1;
  return phoneNumber(phoneCount);
}

describe("invariant 5: of one challenge", () => {
  test("1,000 guesses at once, over every call that takes a code, are five, and then it is dead", async () => {
    const phone = nextPhone();
    const registered = await desk.register(phone);
    const key = String(registered.body["ticketUrl"]).split("/").at(-1);
    await desk.clock.advance(30_000);
    const challenge = await desk.challengeFor(phone, { purpose: "recover" });
    const code = desk.phones.codeOf(phone);
    const calls: readonly Call[] = ["verifications", "registrations", `/t/${key}/address`];
    const guesses = Array.from({ length: 1_000 }, (_, index) => {
      const call = calls[index % calls.length] ?? "verifications";
      const guess = { ...PERSON, phone, challenge, code: wrongCode(code, 1 + index) };
      return desk.post(call, guess, { from: `198.51.${index % 250}.7` });
    });
    const answers = await desk.all(guesses);

    expect(tally(answers)).toEqual({ code_wrong: 5, code_exhausted: 995 });
    const left = answers.flatMap(({ body }) => body["attemptsLeft"] ?? []);
    expect(new Set(left)).toEqual(new Set([0, 1, 2, 3, 4]));
    for (const call of calls) {
      expect(said(await desk.post(call, { ...PERSON, phone, challenge, code }))).toBe(
        "code_exhausted",
      );
    }
  });

  test("the right code among 999 wrong ones at once wins nothing unless it was among the first", async () => {
    const phone = nextPhone();
    const challenge = await desk.challengeFor(phone);
    const code = desk.phones.codeOf(phone);
    const before = await desk.registrationCount();
    const guesses = Array.from({ length: 1_000 }, (_, index) =>
      desk.post("registrations", {
        ...PERSON,
        phone,
        challenge,
        code: index === 500 ? code : wrongCode(code, 1 + index),
      }),
    );
    const answers = await desk.all(guesses);
    const { 201: seats = 0, ...others } = tally(answers);
    expect(others["code_wrong"]).toBe(5);
    expect(Number(others["code_exhausted"]) + seats).toBe(995);
    expect(await desk.registrationCount()).toBe(before + seats);
  });

  test("a restart gives one guess more and not five, and a spent one stays spent", async () => {
    const phone = nextPhone();
    const challenge = await desk.challengeFor(phone);
    const code = desk.phones.codeOf(phone);
    const guess = (typed: string) =>
      desk.post("verifications", { phone, challenge, code: typed }).then(said);
    const guessAtOnce = () =>
      Promise.all(Array.from({ length: 20 }, (_, index) => guess(wrongCode(code, 1 + index))));
    const count = (answers: readonly string[]) =>
      answers.filter((answer) => answer === "code_wrong").length;

    expect(count(await guessAtOnce())).toBe(5);
    await desk.restart();
    expect(count(await guessAtOnce())).toBe(1);
    expect(await guess(code)).toBe("code_exhausted");
    await desk.restart();
    expect(count(await guessAtOnce())).toBe(1);
    await desk.clock.advance(600_000);
    await desk.restart();
    expect(await guess(code)).toBe("code_expired");
  });
});

test("one code sprayed over 300 challenges of 300 phones costs each one attempt, wins what chance gives it, and every owner comes through", async () => {
  const phones = Array.from({ length: 300 }, nextPhone);
  const challenges = await desk.all(phones.map((phone) => desk.challengeFor(phone)));
  const sprayed = desk.phones.codeOf(phones[0] ?? "");
  const lucky = phones.filter((phone) => desk.phones.codeOf(phone) === sprayed);
  expect(lucky.length).toBeLessThan(4);

  const answers = await desk.all(
    phones.map((phone, index) =>
      desk.post("verifications", { phone, challenge: challenges[index], code: sprayed }),
    ),
  );
  expect(tally(answers)).toEqual({ 200: lucky.length, code_wrong: 300 - lucky.length });
  const left = new Set(answers.map(({ body }) => body["attemptsLeft"]));
  expect(left).toEqual(new Set([undefined, 4]));

  const owners = await desk.all(
    phones.map((phone, index) => {
      const code = desk.phones.codeOf(phone);
      return desk.post("registrations", { ...PERSON, phone, challenge: challenges[index], code });
    }),
  );
  expect(tally(owners)).toEqual({ 201: 300 });
});

describe("a code is worth nothing", () => {
  test("with another phone, event, challenge or purpose, and its owner comes through all the same", async () => {
    const [owner, thief] = [nextPhone(), nextPhone()];
    const challenge = await desk.challengeFor(owner);
    const code = desk.phones.codeOf(owner);
    const thiefs = await desk.challengeFor(thief, { from: "203.0.113.9" });
    await desk.clock.advance(30_000);
    const other = await desk.challengeFor(owner, { from: "203.0.113.9" });
    await desk.clock.advance(30_000);
    const asked = { phone: owner, purpose: "recover" };
    const recover = (await desk.post("codes", asked, { from: "203.0.114.9" })).body["challenge"];

    const tried: readonly (readonly [event: string, what: string, guess: Body, said: string])[] = [
      ["mela", "another phone", { phone: thief, challenge }, "challenge_invalid"],
      ["mela", "its challenge", { phone: owner, challenge: thiefs }, "challenge_invalid"],
      ["mela", "both", { phone: thief, challenge: thiefs }, "code_wrong"],
      ["utsab", "another event", { phone: owner, challenge }, "challenge_invalid"],
      ["mela", "another challenge", { phone: owner, challenge: other }, "code_wrong"],
      ["mela", "another purpose", { phone: owner, challenge: recover }, "code_wrong"],
    ];
    for (const [event, what, guess, answer] of tried) {
      for (const call of ["verifications", "registrations"] as const) {
        const heard = await desk.post(call, { ...PERSON, ...guess, code }, { event });
        expect(said(heard), `${what}, ${call}`).toBe(answer);
      }
    }
    const seat = await desk.post("registrations", { ...PERSON, phone: owner, challenge, code });
    expect(seat.status).toBe(201);
  });

  test("a second time but to whoever holds the seat: the same answer again, and no second seat (invariant 7)", async () => {
    const phone = nextPhone();
    const challenge = await desk.challengeFor(phone);
    const code = desk.phones.codeOf(phone);
    const use = () => desk.post("registrations", { ...PERSON, phone, challenge, code });
    const first = await use();
    const before = await desk.registrationCount();
    for (const _ of [1, 2, 3]) expect(await use()).toEqual({ ...first, status: 200 });
    expect(await desk.registrationCount()).toBe(before);
    await desk.clock.advance(300_000);
    expect(said(await use())).toBe("code_expired");
  });
});
