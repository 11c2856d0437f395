import { expect, test } from "bun:test";
import {
  makeEvent,
  makeSale,
  OPENS_AT_MS,
  RegistrationWorld,
} from "../support/registration-world.ts";

const alice = "+8801712345678";
const bob = "+8801712345679";
const CLOSES_AT_MS = makeSale().closesAtMs;

test("a phone is proved, a seat is committed, and the same request again gets the same seat", async () => {
  const world = await RegistrationWorld.open();
  const proof = await world.proofFor(alice);
  const first = await world.confirm(proof);
  expect(first).toMatchObject({ kind: "registered", seat: { ordinal: 1 } });
  const again = await world.confirm(proof);
  expect(again).toEqual({ ...first, kind: "holder" } as never);
});

test("invariant 5: a code for one phone never works for another, nor with an invented challenge", async () => {
  const world = await RegistrationWorld.open();
  const proof = await world.proofFor(alice);
  expect(await world.confirm({ ...proof, phone: bob })).toEqual({ kind: "challenge-invalid" });
  for (let guess = 0; guess < 20; guess += 1) {
    const challenge = "A".repeat(proof.challenge.length);
    const asker = { address: `203.0.${guess}.7`, proof: null };
    const outcome = await world.confirm({ ...proof, challenge }, { asker });
    expect(outcome).toEqual({ kind: "challenge-invalid" });
  }
  expect(await world.confirm(proof)).toMatchObject({ kind: "registered" });
});

test("invariant 5: five wrong codes end a challenge", async () => {
  const world = await RegistrationWorld.open();
  const proof = await world.proofFor(alice);
  const wrong = proof.code === "000000" ? "000001" : "000000";
  for (const attemptsLeft of [4, 3, 2, 1, 0]) {
    const outcome = await world.confirm({ ...proof, code: wrong });
    expect(outcome).toEqual({ kind: "code-wrong", attemptsLeft });
  }
  expect(await world.confirm(proof)).toEqual({ kind: "code-exhausted" });
});

test("1,000 parallel wrong codes earn five guesses between them", async () => {
  const world = await RegistrationWorld.open();
  const proof = await world.proofFor(alice);
  const wrong = proof.code === "000000" ? "000001" : "000000";
  const outcomes = await Promise.all(
    Array.from({ length: 1_000 }, () => world.confirm({ ...proof, code: wrong })),
  );
  expect(outcomes.filter((outcome) => outcome.kind === "code-wrong")).toHaveLength(5);
  expect(outcomes.filter((outcome) => outcome.kind === "code-exhausted")).toHaveLength(995);
});

test("a code is good to its last instant and expired from then on", async () => {
  const world = await RegistrationWorld.open();
  const proof = await world.proofFor(alice);
  world.sent[0]?.onOutcome({ kind: "accepted" });
  await world.clock.advance(299_999);
  expect(await world.confirm(proof)).toMatchObject({ kind: "registered" });
  await world.clock.advance(1);
  expect(await world.confirm(proof)).toEqual({ kind: "code-expired" });
});

test("invariant 6: nobody registers before the opening, and everyone may at its instant", async () => {
  const world = await RegistrationWorld.open({ startMs: OPENS_AT_MS - 5_000 });
  const proof = await world.proofFor(alice);
  expect(await world.confirm(proof)).toEqual({ kind: "not-open", opensInS: 5 });
  await world.clock.advance(4_999);
  expect(await world.confirm(proof)).toEqual({ kind: "not-open", opensInS: 1 });
  await world.clock.advance(1);
  expect(await world.confirm(proof)).toMatchObject({ kind: "registered" });
});

test("nobody registers after closing, and a holder still gets the ticket (invariant 7)", async () => {
  const world = await RegistrationWorld.open({ startMs: CLOSES_AT_MS - 1_000 });
  const alices = await world.proofFor(alice);
  const bobs = await world.proofFor(bob);
  await world.confirm(alices);
  await world.clock.advance(1_000);
  expect(await world.confirm(bobs)).toEqual({ kind: "sale-closed" });
  expect(await world.confirm(alices)).toMatchObject({ kind: "holder", seat: { ordinal: 1 } });
});

test("before verifyFrom no code is given out; from then on phones can be proved early", async () => {
  const { verifyFromMs } = makeSale();
  const world = await RegistrationWorld.open({ startMs: verifyFromMs - 1_000 });
  expect(await world.askCode(alice)).toMatchObject({ kind: "not-open" });
  await world.clock.advance(1_000);
  const { phone, challenge, code } = await world.proofFor(alice);
  const verified = await world.verify({ phone, challenge, code });
  if (verified.kind !== "verified") throw new Error(verified.kind);
  const proof = { kind: "verification", verification: verified.verification } as const;
  expect(await world.confirm(proof)).toMatchObject({ kind: "not-open" });
  await world.clock.advance(60 * 60_000);
  expect(await world.confirm(proof)).toMatchObject({ kind: "registered" });
  expect(await world.confirm(proof)).toMatchObject({ kind: "holder" });
});

test("a verification of another event, or one past the last sale, proves nothing", async () => {
  const world = await RegistrationWorld.open();
  const { phone, challenge, code } = await world.proofFor(alice);
  const verified = await world.verify({ phone, challenge, code });
  if (verified.kind !== "verified") throw new Error(verified.kind);
  const proof = { kind: "verification", verification: verified.verification } as const;
  const other = await RegistrationWorld.open({ event: makeEvent({ id: 2 }) });
  expect(await other.confirm(proof)).toEqual({ kind: "verification-invalid" });
  await world.clock.advance(CLOSES_AT_MS - OPENS_AT_MS);
  expect(await world.confirm(proof)).toEqual({ kind: "verification-invalid" });
});

test("invariant 1: a full sale says so, and a winner who lost the answer still gets the ticket", async () => {
  const world = await RegistrationWorld.open();
  const winners = [alice, bob, "+8801712345670"];
  const proofs = await Promise.all(
    [...winners, "+8801712345671"].map((phone) => world.proofFor(phone)),
  );
  const outcomes = [];
  for (const proof of proofs) outcomes.push((await world.confirm(proof)).kind);
  expect(outcomes).toEqual(["registered", "registered", "registered", "sale-full"]);
  const [first] = proofs;
  if (first === undefined) throw new Error("no proof");
  expect(await world.confirm(first)).toMatchObject({ kind: "holder", seat: { ordinal: 1 } });
  expect(await world.askCode("+8801712345672")).toEqual({ kind: "sale-full" });
});

test("raising the quota makes a full sale open again within a poll", async () => {
  const world = await RegistrationWorld.open({
    event: makeEvent({ sales: [makeSale({ quota: 1 })] }),
  });
  const bobs = await world.proofFor(bob);
  await world.confirm(await world.proofFor(alice));
  expect(await world.confirm(bobs)).toEqual({ kind: "sale-full" });
  await world.change(makeEvent({ sales: [makeSale({ quota: 2 })] }));
  expect(await world.confirm(bobs)).toMatchObject({ kind: "registered", seat: { ordinal: 2 } });
});

test("a paused sale gives nothing out but what is needed to come back, and serves holders", async () => {
  const world = await RegistrationWorld.open();
  const alices = await world.proofFor(alice);
  const bobs = await world.proofFor(bob);
  await world.confirm(alices);
  await world.change(makeEvent({ isPaused: true }));
  expect(await world.confirm(alices)).toMatchObject({ kind: "holder" });
  const refused = await world.confirm(bobs);
  if (refused.kind !== "sale-paused" || refused.verification === undefined) {
    throw new Error(`paused was answered ${JSON.stringify(refused)}`);
  }
  await world.change(makeEvent());
  const proof = { kind: "verification", verification: refused.verification } as const;
  expect(await world.confirm(proof)).toMatchObject({ kind: "registered" });
});

test("recover sends a code to holders alone and answers everyone alike", async () => {
  const world = await RegistrationWorld.open();
  await world.confirm(await world.proofFor(alice));
  await world.change(makeEvent({ isPaused: true }));
  const sentBefore = world.sent.length;
  const stranger = await world.askCode(bob, { purpose: "recover" });
  await world.clock.advance(60_000);
  const holder = await world.askCode(alice, { purpose: "recover", address: "198.51.100.1" });
  await world.clock.advance(0);
  expect({ ...stranger, challenge: "" }).toEqual({ ...holder, challenge: "" } as never);
  expect(world.sent.slice(sentBefore).map((message) => message.phone as string)).toEqual([alice]);
  if (holder.kind !== "sent") throw new Error(holder.kind);
  const code = world.codeOf(alice);
  const proof = { kind: "code", phone: alice, challenge: holder.challenge, code } as const;
  const found = await world.confirm(proof, { name: null, email: null });
  expect(found).toMatchObject({ kind: "holder", seat: { ordinal: 1 } });
});

test("a resend brings the same code, and needs its own phone and purpose", async () => {
  const world = await RegistrationWorld.open();
  const { challenge, code } = await world.proofFor(alice);
  await world.clock.advance(30_000);
  expect(await world.askCode(alice, { challenge })).toMatchObject({ kind: "sent", challenge });
  expect(world.codeOf(alice)).toBe(code);
  expect(await world.askCode(bob, { challenge })).toEqual({ kind: "challenge-invalid" });
  const asRecover = await world.askCode(alice, { challenge, purpose: "recover" });
  expect(asRecover).toEqual({ kind: "challenge-invalid" });
});

test("a full queue to the gateway costs the person neither the cooldown nor a send", async () => {
  const world = await RegistrationWorld.open();
  world.isGatewayFull = true;
  expect(await world.askCode(alice)).toEqual({ kind: "gateway-unavailable", retryAfterS: 2 });
  world.isGatewayFull = false;
  expect(await world.askCode(alice)).toMatchObject({ kind: "sent" });
});

test("invariant 3: an unknown commit is run again with the same ids until it answers", async () => {
  const world = await RegistrationWorld.open();
  const proof = await world.proofFor(alice);
  world.store.faults.push("unknown-after", "unknown-before");
  const confirmed = world.confirm(proof);
  await world.clock.advance(500);
  expect(await confirmed).toMatchObject({ kind: "registered", seat: { ordinal: 1 } });
  const ids = world.store.batches.map((batch) => batch[0]?.registrationId);
  expect(new Set(ids).size).toBe(1);
  expect(ids).toHaveLength(3);
});

test("a right code whose commit met a dead database answers 503 in time and works again afterwards", async () => {
  const world = await RegistrationWorld.open();
  const proof = await world.proofFor(alice);
  world.store.faults.push(...Array.from({ length: 20 }, () => "unknown-before" as const));
  const confirmed = world.confirm(proof);
  await world.clock.advance(5_000);
  const unanswered = await confirmed;
  expect(unanswered.kind).toBe("overloaded");
  expect(unanswered).toHaveProperty("verification");
  const shed = await world.confirm(await world.proofFor(bob));
  expect(shed).toMatchObject({ kind: "overloaded", retryAfterS: 2 });
  world.store.faults.length = 0;
  await world.clock.advance(1_000);
  expect(await world.confirm(proof)).toMatchObject({ kind: "holder", seat: { ordinal: 1 } });
});

test("one poisonous row in a batch fails alone", async () => {
  const quota = 1_000;
  const world = await RegistrationWorld.open({
    event: makeEvent({ sales: [makeSale({ quota })] }),
  });
  const phones = Array.from({ length: 90 }, (_, index) => `+88017123450${10 + index}`);
  const proofs = await Promise.all(phones.map((phone) => world.proofFor(phone)));
  world.store.poison.add("Mallory");
  const outcomes = await Promise.all(
    proofs.map((proof, index) => world.confirm(proof, { name: index === 41 ? "Mallory" : "Ana" })),
  );
  expect(outcomes.map((outcome) => outcome.kind).filter((kind) => kind !== "registered")).toEqual([
    "failed",
  ]);
  expect(outcomes[41]?.kind).toBe("failed");
  expect(world.tables.soldOf(11)).toBe(89);
});

test("name and mail address are refused only after the code was right", async () => {
  const world = await RegistrationWorld.open();
  const proof = await world.proofFor(alice);
  expect(await world.confirm(proof, { name: "" })).toEqual({ kind: "invalid-name" });
  expect(await world.confirm(proof, { email: "nobody" })).toEqual({ kind: "invalid-email" });
  const code = proof.code === "000000" ? "000001" : "000000";
  expect(await world.confirm({ ...proof, code }, { name: "" })).toMatchObject({
    kind: "code-wrong",
  });
  expect(await world.confirm(proof)).toMatchObject({ kind: "registered" });
});

test("a code of an earlier life of the process works once: one guess, right or wrong", async () => {
  const earlier = await RegistrationWorld.open({ boot: 1 });
  const alices = await earlier.proofFor(alice);
  const bobs = await earlier.proofFor(bob);
  const later = await RegistrationWorld.open({ boot: 2, startMs: OPENS_AT_MS + 20_000 });
  expect(await later.confirm(alices)).toMatchObject({ kind: "registered" });
  const code = bobs.code === "000000" ? "000001" : "000000";
  expect(await later.confirm({ ...bobs, code })).toEqual({ kind: "code-wrong", attemptsLeft: 0 });
  expect(await later.confirm(bobs)).toEqual({ kind: "code-exhausted" });
});

test("the next sale takes over at the closing of the one before", async () => {
  const second = makeSale({
    id: 12,
    number: 2,
    verifyFromMs: CLOSES_AT_MS,
    opensAtMs: CLOSES_AT_MS + 1_000,
    closesAtMs: CLOSES_AT_MS + 60_000,
  });
  const event = makeEvent({ sales: [makeSale({ quota: 1 }), second] });
  const world = await RegistrationWorld.open({ event, startMs: CLOSES_AT_MS - 1_000 });
  const bobs = await world.proofFor(bob);
  const alices = await world.proofFor(alice);
  await world.confirm(alices);
  expect(await world.confirm(bobs)).toEqual({ kind: "sale-full" });
  await world.clock.advance(1_000);
  expect(await world.confirm(bobs)).toMatchObject({ kind: "not-open" });
  await world.clock.advance(1_000);
  expect(await world.confirm(bobs)).toMatchObject({ kind: "registered", seat: { ordinal: 1 } });
  expect(await world.confirm(alices)).toMatchObject({ kind: "holder" });
});
