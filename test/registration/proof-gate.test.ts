import { describe, expect, test } from "bun:test";
import { PROOF_WAIT_MS } from "../../src/proof/proof-desk.ts";
import type { ProofDemand } from "../../src/sale/event.ts";
import { solved, unsolved } from "../proof/make.ts";
import {
  makeEvent,
  makeSale,
  PROOF_LIMITS,
  RegistrationWorld,
} from "../support/registration-world.ts";

const ADDRESS = "203.0.113.7";
const alice = "+8801712345678";
const bob = "+8801812345678";

function openWorld(proof: ProofDemand = "on", quota = 100): Promise<RegistrationWorld> {
  return RegistrationWorld.open({ event: makeEvent({ proof, sales: [makeSale({ quota })] }) });
}

function issue(world: RegistrationWorld, phone: string) {
  const outcome = world.requestProof({ eventSlug: "mela", phone, address: ADDRESS });
  if (outcome.kind !== "proof") throw new Error(`no proof is to be found: ${outcome.kind}`);
  return outcome.challenge;
}

/** Wrong until the source has nothing left to fail with. */
async function spendSource(world: RegistrationWorld): Promise<void> {
  for (let failure = 0; failure < 20; failure += 1) {
    const proof = { kind: "verification", verification: "invented" } as const;
    expect(await world.confirm(proof)).toEqual({ kind: "verification-invalid" });
  }
}

describe("an event with proofs on", () => {
  test("sends no code without one, sends one with it, and needs none for a resend", async () => {
    const world = await openWorld();
    expect(await world.askCode(alice)).toEqual({ kind: "proof-required" });
    expect(world.sent).toEqual([]);
    const asked = await world.askCode(alice, { proof: solved(issue(world, alice)) });
    if (asked.kind !== "sent") throw new Error(asked.kind);
    await world.clock.advance(30_000);
    const again = await world.askCode(alice, { challenge: asked.challenge });
    expect(again.kind).toBe("sent");
    expect(world.sent).toHaveLength(2);
  });

  test("asks for none to check a code, while the source does not fail", async () => {
    const world = await openWorld();
    const asked = await world.askCode(alice, { proof: solved(issue(world, alice)) });
    if (asked.kind !== "sent") throw new Error(asked.kind);
    const guess = { phone: alice, challenge: asked.challenge, code: world.codeOf(alice) };
    expect(await world.verify(guess)).toMatchObject({ kind: "verified" });
  });

  test("takes one of a hundred alike in parallel, and no invention", async () => {
    const world = await openWorld();
    const proof = solved(issue(world, alice));
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, () => world.askCode(alice, { proof })),
    );
    const kinds = Map.groupBy(outcomes, ({ kind }) => kind);
    expect(kinds.get("sent")).toHaveLength(1);
    expect(kinds.get("proof-invalid")).toHaveLength(99);
    expect(await world.askCode(bob, { proof: "invented" })).toEqual({ kind: "proof-invalid" });
    expect(world.sent).toHaveLength(1);
  });

  test("takes none of another phone", async () => {
    const world = await openWorld();
    const proof = solved(issue(world, alice));
    expect(await world.askCode(bob, { proof })).toEqual({ kind: "proof-invalid" });
    expect((await world.askCode(alice, { proof })).kind).toBe("sent");
  });

  test("keeps a proof for who is told that the sale is full or closed, or SMS are held up", async () => {
    const world = await openWorld();
    const proof = solved(issue(world, alice));
    await world.change(makeEvent({ proof: "on", isPaused: true, sales: [makeSale()] }));
    expect((await world.askCode(alice, { proof })).kind).toBe("sale-paused");
    await world.change(makeEvent({ proof: "on", sales: [makeSale()] }));
    expect((await world.askCode(alice, { proof })).kind).toBe("sent");
  });

  test("lets in who waited a minute instead, and a source's crowd of them at a pace", async () => {
    const world = await openWorld();
    const phones = Array.from({ length: 40 }, (_, index) => `+88017000000${10 + index}`);
    const proofs = phones.map((phone) => unsolved(issue(world, phone)));
    const ask = (index: number) =>
      world.askCode(phones[index] as string, { proof: proofs[index] as string });
    expect((await ask(39)).kind).toBe("proof-invalid");
    await world.clock.advance(PROOF_WAIT_MS);
    const kinds = await Promise.all(
      phones.slice(0, 39).map(async (_, index) => (await ask(index)).kind),
    );
    // 20 tokens and the 10 for who waits.
    expect(kinds.filter((kind) => kind === "sent")).toHaveLength(30);
    const refused = await ask(39);
    expect(refused).toEqual({ kind: "rate-limited", retryAfterS: 6 });
  });
});

test("a raised event takes no proof that was found for less, and a lowered one takes more", async () => {
  const world = await openWorld("on");
  const cheap = solved(issue(world, alice));
  await world.change(makeEvent({ proof: "raised" }));
  expect(await world.askCode(alice, { proof: cheap })).toEqual({ kind: "proof-invalid" });
  const dear = issue(world, alice);
  expect(dear.maxnumber).toBe(2 * PROOF_LIMITS.proofRaisedHashCount);
  await world.change(makeEvent({ proof: "on" }));
  expect((await world.askCode(alice, { proof: solved(dear) })).kind).toBe("sent");
});

describe("an event with proofs off", () => {
  test("gives none out and asks for none, until its source has failed too often", async () => {
    const world = await openWorld("off");
    const command = { eventSlug: "mela", phone: alice, address: ADDRESS };
    expect(world.requestProof(command)).toEqual({ kind: "proof-not-asked" });
    await spendSource(world);
    expect(await world.askCode(alice)).toEqual({ kind: "proof-required" });
    const elsewhere = { ...command, address: "198.51.100.1" };
    expect(world.requestProof(elsewhere)).toEqual({ kind: "proof-not-asked" });
    expect((await world.askCode(alice, { proof: solved(issue(world, alice)) })).kind).toBe("sent");
    await world.clock.advance(6_000);
    expect((await world.askCode(bob)).kind).toBe("sent");
  });

  test("from a spent source each guess at a code takes a proof, and the right one is let in", async () => {
    const world = await openWorld("off");
    const { challenge, code } = await world.proofFor(alice);
    await spendSource(world);
    const wrong = code === "000000" ? "000001" : "000000";
    const guess = { phone: alice, challenge, code: wrong };
    expect(await world.verify(guess)).toEqual({ kind: "proof-required" });
    expect(await world.verify(guess, solved(issue(world, alice)))).toMatchObject({
      kind: "code-wrong",
      attemptsLeft: 4,
    });
    const right = { ...guess, code };
    expect(await world.verify(right)).toEqual({ kind: "proof-required" });
    expect(await world.verify(right, solved(issue(world, alice)))).toMatchObject({
      kind: "verified",
    });
  });

  test("a verification that is genuine needs no proof, whatever its source failed at", async () => {
    const world = await openWorld("off");
    const { phone, challenge, code } = await world.proofFor(alice);
    const verified = await world.verify({ phone, challenge, code });
    if (verified.kind !== "verified") throw new Error(verified.kind);
    await spendSource(world);
    const proof = { kind: "verification", verification: verified.verification } as const;
    expect((await world.confirm(proof)).kind).toBe("registered");
  });
});

test("5,000 people behind one address get their seats while an attacker on it is held to a proof for each guess", async () => {
  const world = await openWorld("off", 10_000);
  let unprovenGuessCount = 0;
  let heldCount = 0;
  let seatCount = 0;
  const startMs = world.clock.nowMs();
  const own = await world.proofFor(bob);
  const attack = async (person: number) => {
    const { kind } = await world.confirm({ ...own, code: String(person).padStart(6, "0") });
    if (kind === "proof-required") heldCount += 1;
    else unprovenGuessCount += 1;
    const forged = { kind: "verification", verification: `forged ${person}` } as const;
    expect((await world.confirm(forged)).kind).toBe("verification-invalid");
  };
  for (let person = 0; person < 5_000; person += 1) {
    const phone = `+88019${String(10_000_000 + person)}`;
    await attack(person);
    const proven = async <Outcome extends { readonly kind: string }>(
      run: (proof: string | null) => Promise<Outcome>,
    ): Promise<Outcome> => {
      const outcome = await run(null);
      return outcome.kind === "proof-required" ? run(solved(issue(world, phone))) : outcome;
    };
    const asked = await proven((proof) => world.askCode(phone, { proof }));
    if (asked.kind !== "sent") continue;
    const confirm = (code: string) =>
      proven((proof) => {
        const bearer = { kind: "code", phone, challenge: asked.challenge, code } as const;
        return world.confirm(bearer, { asker: { address: ADDRESS, proof } });
      });
    const right = world.codeOf(phone);
    const isMistyped = person % 10 === 0 && right !== "000000";
    if (isMistyped) expect((await confirm("000000")).kind).toBe("code-wrong");
    if ((await confirm(right)).kind === "registered") seatCount += 1;
    await world.clock.advance(100);
  }
  const elapsedMs = world.clock.nowMs() - startMs;
  expect(seatCount).toBeGreaterThanOrEqual(4_950);
  // A full bucket, and a token each six seconds.
  expect(unprovenGuessCount).toBeLessThanOrEqual(20 + elapsedMs / 6_000);
  expect(heldCount).toBeGreaterThan(4_800);
});
