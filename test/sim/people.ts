import type { ConfirmCommand } from "../../src/registration/commands.ts";
import type { ConfirmOutcome, LineRefusal } from "../../src/registration/outcome.ts";
import type { Leaving } from "./line-people.ts";
import { comeToTurn } from "./line-people.ts";
import type { Cut } from "./network.ts";
import type { Person } from "./person.ts";

/** How somebody goes about it. */
export interface Manner {
  readonly arrivesAtMs: number;
  readonly isEarly: boolean;
  /** Clicks twice, asks again at once, opens tabs, forgets what they asked for. */
  readonly isImpatient: boolean;
  readonly mistypeRate: number;
  readonly leaves: Leaving;
}

type Proof = ConfirmCommand["proof"];
type Answer = ConfirmOutcome | Cut;

/** A wait that is longer ends the try: nobody sits through it. */
const WAIT_MS_MAX = 120_000;
const DAWDLE_RATE = 0.1;
const SMS_PATIENCE_MS = { min: 8_000, max: 40_000 } as const;

/** Comes through, whatever it takes, until the service says something final. */
export async function comeThrough(person: Person, manner: Manner): Promise<void> {
  await person.sleep(manner.arrivesAtMs - person.schedule.nowMs);
  let proof: Proof | null = null;
  let mayHold = false;
  while (person.ended === null) {
    const turn = await comeToTurn(person, { ...manner, verification: verificationIn(proof) });
    if (turn === "wait") continue;
    const isEarly = manner.isEarly || turn === "prove";
    if (turn === "prove") proof = null;
    proof ??= await obtainProof(person, { ...manner, isEarly, mayHold });
    if (turn === "prove") continue;
    if (proof === null) continue;
    mayHold = true;
    const answer = await submit(person, proof, manner);
    proof = await react(person, answer, proof);
  }
}

/** Null when it did not come to one; the person may have given up. */
async function obtainProof(
  person: Person,
  manner: Manner & { readonly mayHold: boolean },
): Promise<Proof | null> {
  const { random } = person;
  const askedAtMs = person.schedule.nowMs;
  const asked = await person.askCode();
  switch (asked.kind) {
    case "sent": {
      if (manner.isImpatient && random.chance(0.2)) return null;
      const code = await readCode(person, asked.challenge, askedAtMs, manner);
      if (code === null) return null;
      const guess = { challenge: asked.challenge, code: mistype(code, person, manner) };
      return manner.isEarly
        ? verifyFirst(person, guess)
        : { kind: "code", phone: person.phone, ...guess };
    }
    case "resend-too-soon":
    case "rate-limited":
    case "overloaded":
    case "gateway-unavailable":
    case "draining":
    case "sale-paused":
      await waitFor(person, asked.retryAfterS);
      return null;
    case "not-open":
      await waitForOpening(person, asked.opensInS);
      return null;
    case "not-your-turn":
    case "pass-required":
    case "pass-invalid":
      // A phone that holds a seat already has no turn any more.
      if (manner.mayHold && loseTurn(person, asked)) return recover(person, manner);
      await waitFor(person, retryAfterS(asked));
      return null;
    case "sale-full":
    case "sale-closed":
      // Whoever sent a right code may hold a seat without having heard of it.
      if (manner.mayHold) return recover(person, manner);
      person.ended = asked.kind;
      return null;
    case "cut":
      await person.sleep(random.between(500, 3_000));
      return null;
    case "challenge-invalid":
    case "code-expired":
    case "code-exhausted":
    case "event-not-found":
    case "invalid-phone":
    case "country-not-served":
    case "proof-required":
    case "proof-invalid":
    case "invalid-name":
    case "invalid-email":
    case "failed":
      person.ended = `fault: ${asked.kind}`;
      return null;
  }
}

/** The code of an SMS that came after the request; asks for it again when none comes. */
async function readCode(
  person: Person,
  challenge: string,
  askedAtMs: number,
  manner: Manner,
): Promise<string | null> {
  const { random } = person;
  for (let sends = 0; sends < 3; sends += 1) {
    const patienceMs = random.between(SMS_PATIENCE_MS.min, SMS_PATIENCE_MS.max);
    const untilMs = person.schedule.nowMs + (manner.isImpatient ? patienceMs / 4 : patienceMs);
    while (person.schedule.nowMs < untilMs) {
      const sms = person.inbox.findLast(({ atMs }) => atMs >= askedAtMs);
      if (sms !== undefined) {
        await person.sleep(random.magnitude(500, manner.isImpatient ? 2_000 : 15_000));
        if (random.chance(DAWDLE_RATE)) await dawdle(person, challenge);
        return sms.code;
      }
      await person.sleep(1_000);
    }
    const again = await person.askCode({ challenge });
    if (again.kind === "code-expired" || again.kind === "code-exhausted") return null;
    if (again.kind === "sale-full" || again.kind === "sale-closed") return null;
  }
  return null;
}

/** Asks for it once more with the code in hand, and types it when it may be too late. */
async function dawdle(person: Person, challenge: string): Promise<void> {
  await person.askCode({ challenge });
  await person.sleep(person.random.between(1_000, 40_000));
}

async function verifyFirst(
  person: Person,
  guess: { readonly challenge: string; readonly code: string },
): Promise<Proof | null> {
  const verified = await person.verify(guess);
  if (verified.kind === "verified")
    return { kind: "verification", verification: verified.verification };
  if (verified.kind === "cut") return { kind: "code", phone: person.phone, ...guess };
  await person.sleep(person.random.between(500, 3_000));
  return null;
}

/** A holder's way back to the ticket: only they are sent a code. */
async function recover(person: Person, manner: Manner): Promise<Proof | null> {
  const askedAtMs = person.schedule.nowMs;
  const asked = await person.askCode({ purpose: "recover" });
  if (asked.kind !== "sent") {
    const waitS = "retryAfterS" in asked ? asked.retryAfterS : 1;
    await waitFor(person, waitS);
    return null;
  }
  const untilMs = askedAtMs + 20_000;
  while (person.schedule.nowMs < untilMs) {
    const sms = person.inbox.findLast(({ atMs }) => atMs >= askedAtMs);
    if (sms !== undefined) {
      const code = mistype(sms.code, person, manner);
      const proof = {
        kind: "code",
        phone: person.phone,
        challenge: asked.challenge,
        code,
      } as const;
      const answer = await person.confirm(proof, { isLookUp: true });
      if (answer.kind === "holder") person.ended = "holder";
      return null;
    }
    await person.sleep(1_000);
  }
  // No SMS: not a holder, or the provider lost it. Whether that is true is for the ledger to say.
  person.ended = "recovered nothing";
  return null;
}

async function submit(person: Person, proof: Proof, manner: Manner): Promise<Answer> {
  if (!manner.isImpatient) return person.confirm(proof);
  const clicks = Array.from({ length: person.random.whole(1, 3) }, () => person.confirm(proof));
  return Promise.race(clicks);
}

/** What is done about an answer: the proof to go on with, or null to start again. */
async function react(person: Person, answer: Answer, proof: Proof): Promise<Proof | null> {
  switch (answer.kind) {
    case "registered":
    case "holder":
    case "sale-full":
    case "sale-closed":
      person.ended = answer.kind;
      return null;
    case "not-open":
      await waitForOpening(person, answer.opensInS);
      return proof;
    case "overloaded":
    case "gateway-unavailable":
    case "draining":
    case "sale-paused": {
      await waitFor(person, answer.retryAfterS);
      const { verification } = answer;
      return verification === undefined ? proof : { kind: "verification", verification };
    }
    case "cut":
      await person.sleep(person.random.between(200, 3_000));
      return proof;
    case "not-your-turn":
    case "pass-required":
    case "pass-invalid":
      loseTurn(person, answer);
      await waitFor(person, retryAfterS(answer));
      return proof;
    case "code-wrong":
    case "code-expired":
    case "code-exhausted":
    case "challenge-invalid":
    case "verification-invalid":
      await person.sleep(person.random.between(200, 3_000));
      return null;
    case "event-not-found":
    case "invalid-phone":
    case "country-not-served":
    case "proof-required":
    case "proof-invalid":
    case "rate-limited":
    case "invalid-name":
    case "invalid-email":
    case "failed":
      person.ended = `fault: ${answer.kind}`;
      return null;
  }
}

async function waitFor(person: Person, seconds: number): Promise<void> {
  if (seconds * 1_000 > WAIT_MS_MAX) person.ended = "told to wait too long";
  else await person.sleep(seconds * 1_000 * person.random.between(0.9, 1.3));
}

/** Everybody comes back at once, as the page's countdown makes them. */
async function waitForOpening(person: Person, opensInS: number | null): Promise<void> {
  // Where there is a line, those who come before the opening do not wait for it at the door.
  const waitS = person.line === null ? (opensInS ?? 1) : 1;
  await person.sleep(waitS * 1_000 + person.random.magnitude(1, 500));
}

function verificationIn(proof: Proof | null): string | null {
  return proof?.kind === "verification" ? proof.verification : null;
}

/** Whether the place is worth nothing any more; then it is thrown away. */
function loseTurn(person: Person, refusal: LineRefusal): boolean {
  if (refusal.kind === "not-your-turn" && !refusal.isLapsed) return false;
  person.pass = null;
  person.place = null;
  return true;
}

function retryAfterS(refusal: LineRefusal): number {
  return refusal.kind === "not-your-turn" ? refusal.retryAfterS : 1;
}

function mistype(code: string, { random }: Person, { mistypeRate }: Manner): string {
  if (!random.chance(mistypeRate)) return code;
  const place = random.whole(0, code.length - 1);
  const digit = (Number(code[place]) + random.whole(1, 9)) % 10;
  return `${code.slice(0, place)}${digit}${code.slice(place + 1)}`;
}
