import { expect, test } from "bun:test";
import type { Email } from "../../src/attendee/email.ts";
import type { Phone } from "../../src/attendee/phone.ts";
import { limits } from "../../src/limits.ts";
import { correctAddress } from "../../src/registration/correct-address.ts";
import { solved } from "../proof/make.ts";
import {
  ADDRESS,
  away,
  EVENT_ID,
  KEY,
  NEW_KEY,
  PHONE,
  TicketChangeWorld,
} from "./ticket-change-world.ts";

const email = "karim@EXAMPLE.org";
const MINUTE_MS = 60_000;

test("a right code to the phone corrects the address, with a key minted for it", async () => {
  const world = new TicketChangeWorld();
  const proof = await world.codeFor();
  const corrected = { kind: "corrected", key: NEW_KEY } as const;
  expect(await correctAddress({ key: KEY, email, ...proof }, world.deps)).toEqual(corrected);
  expect(world.asked).toEqual([
    {
      eventId: EVENT_ID,
      phone: PHONE,
      key: KEY,
      newKey: NEW_KEY,
      email: "karim@example.org" as Email,
    },
  ]);
});

test("the same request again is checked again and reaches the store again, while the code lives (invariant 7)", async () => {
  const world = new TicketChangeWorld();
  const command = { key: KEY, email, ...(await world.codeFor()) };
  world.corrected = away;
  const overloaded = { kind: "overloaded", retryAfterS: 2 } as const;
  expect(await correctAddress(command, world.deps)).toEqual(overloaded);
  world.corrected = async () => ({ kind: "corrected", key: NEW_KEY });
  expect((await correctAddress(command, world.deps)).kind).toBe("corrected");
  await world.clock.advance(10 * MINUTE_MS);
  expect(await correctAddress(command, world.deps)).toEqual({ kind: "code-expired" });
  expect(world.asked).toHaveLength(2);
});

test("a wrong code is counted, and the sixth guess is not made (invariant 5)", async () => {
  const world = new TicketChangeWorld();
  const proof = await world.codeFor();
  const wrong = { key: KEY, email, ...proof, code: proof.code === "000000" ? "1" : "000000" };
  for (const attemptsLeft of [4, 3, 2, 1, 0]) {
    const outcome = await correctAddress(wrong, world.deps);
    expect(outcome).toEqual({ kind: "code-wrong", attemptsLeft });
  }
  const late = await correctAddress({ ...wrong, code: proof.code }, world.deps);
  expect(late).toEqual({ kind: "code-exhausted" });
  expect(world.asked).toEqual([]);
});

test("an address that cannot be is said before the code is looked at, and costs no guess", async () => {
  const world = new TicketChangeWorld();
  const proof = await world.codeFor();
  for (const broken of ["", "karim@", "a@b.c, d@e.f", "karim@example.org\r\nBcc: x@y.z"]) {
    const outcome = await correctAddress(
      { key: KEY, email: broken, ...proof, code: "000000" },
      world.deps,
    );
    expect(outcome).toEqual({ kind: "invalid-email" });
  }
  const wrong = await correctAddress({ key: KEY, email, ...proof, code: "x" }, world.deps);
  expect(wrong).toEqual({ kind: "code-wrong", attemptsLeft: 4 });
});

test("only a code that was asked for to get a ticket back counts, and only with its own phone", async () => {
  const world = new TicketChangeWorld();
  const refused = { kind: "challenge-invalid" } as const;
  const toRegister = await world.codeFor("register");
  expect(await correctAddress({ key: KEY, email, ...toRegister }, world.deps)).toEqual(refused);
  const other = await world.codeFor("recover", "+8801812345678" as Phone);
  const mixed = { key: KEY, email, ...other, phone: PHONE };
  expect(await correctAddress(mixed, world.deps)).toEqual(refused);
  const invented = { key: KEY, email, ...other, challenge: "A".repeat(72) };
  expect(await correctAddress(invented, world.deps)).toEqual(refused);
  expect(await correctAddress({ ...mixed, phone: "12" }, world.deps)).toEqual({
    kind: "invalid-phone",
  });
  expect(world.asked).toEqual([]);
});

test.each(["already-corrected", "not-found"] as const)("%s is told as it is", async (kind) => {
  const world = new TicketChangeWorld();
  world.corrected = async () => ({ kind });
  const proof = await world.codeFor();
  expect(await correctAddress({ key: KEY, email, ...proof }, world.deps)).toEqual({ kind });
});

test("a wrong code is charged to its source, and a spent one takes a proof for each guess", async () => {
  const world = new TicketChangeWorld();
  const { sources, proofs, proofHashCounts, clock } = world.deps;
  const proof = await world.codeFor();
  await world.clock.advance(30_000);
  const next = await world.codeFor();
  const wrong = { key: KEY, email, ...proof, code: "x" };
  for (let failure = 0; failure < limits.sourceFailureCountMax; failure += 1) {
    expect(sources.isSpent(ADDRESS, clock.nowMs())).toBe(false);
    await correctAddress(wrong, world.deps);
  }
  const command = { key: KEY, email, ...next };
  expect(await correctAddress(command, world.deps)).toEqual({ kind: "proof-required" });
  const purpose = { phone: PHONE, eventId: EVENT_ID, hashCount: proofHashCounts.on };
  const asker = { address: ADDRESS, proof: solved(proofs.issue(purpose, clock.nowMs())) };
  expect((await correctAddress({ ...command, asker }, world.deps)).kind).toBe("corrected");
});
