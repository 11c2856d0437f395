import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { phoneNumber } from "../support/harness.ts";
import { CodeDesk, PERSON, said, tally } from "./code-desk.ts";
import { forgeries, splices } from "./forgeries.ts";

let desk: CodeDesk;
beforeAll(async () => {
  desk = await CodeDesk.open();
});
afterAll(() => desk[Symbol.asyncDispose]());

describe("a challenge", () => {
  test("with any byte changed, cut, lengthened, invented or spliced is none, and costs its owner no attempt (invariant 5)", async () => {
    const [phone, other] = [phoneNumber(1), phoneNumber(2)];
    const challenge = await desk.challengeFor(phone);
    const code = desk.phones.codeOf(phone);
    const others = await desk.challengeFor(other);
    const forged = [...forgeries(challenge), ...splices(challenge, others)];
    const answers = await desk.all([
      ...forged.map((text) => desk.post("verifications", { phone, challenge: text, code })),
      ...forged.map((text) => desk.post("codes", { phone, challenge: text })),
    ]);
    expect(tally(answers)).toEqual({ challenge_invalid: 2 * forged.length });

    const wrong = await desk.post("verifications", { phone, challenge, code: "abc" });
    expect(wrong.body["attemptsLeft"]).toBe(4);
    const seat = await desk.post("registrations", { ...PERSON, phone, challenge, code });
    expect(seat.status).toBe(201);
  });
});

describe("a verification", () => {
  test("with any byte changed, cut, lengthened, invented or spliced is none, and nobody gets a seat by it", async () => {
    const verifications = await Promise.all(
      [phoneNumber(3), phoneNumber(4)].map(async (phone) => {
        const challenge = await desk.challengeFor(phone);
        const code = desk.phones.codeOf(phone);
        const { body } = await desk.post("verifications", { phone, challenge, code });
        return String(body["verification"]);
      }),
    );
    const [own = "", others = ""] = verifications;
    const before = await desk.registrationCount();
    const forged = [...forgeries(own), ...splices(own, others)];
    const answers = await desk.all(
      forged.map((verification) => desk.post("registrations", { ...PERSON, verification })),
    );
    expect(tally(answers)).toEqual({ verification_invalid: forged.length });
    expect(await desk.registrationCount()).toBe(before);

    const elsewhere = { event: "utsab" };
    const abroad = await desk.post("registrations", { ...PERSON, verification: own }, elsewhere);
    expect(said(abroad)).toBe("verification_invalid");
    const seat = await desk.post("registrations", { ...PERSON, verification: own });
    expect(seat.status).toBe(201);
  });

  test("is no challenge, and a challenge no verification", async () => {
    const phone = phoneNumber(5);
    const challenge = await desk.challengeFor(phone);
    const code = desk.phones.codeOf(phone);
    const { body } = await desk.post("verifications", { phone, challenge, code });
    const swapped = { phone, challenge: body["verification"], code };
    expect(said(await desk.post("registrations", { ...PERSON, ...swapped }))).toBe(
      "challenge_invalid",
    );
    const asProof = { ...PERSON, verification: challenge };
    expect(said(await desk.post("registrations", asProof))).toBe("verification_invalid");
  });
});

/** The alphabet of base64url, and its two characters of plain base64. */
