import { placeOf } from "../../src/waiting-room/draw.ts";
import { PASS_ID_AT } from "../../src/waiting-room/pass.ts";
import type { Person, Seen } from "./person.ts";

/** What becomes of somebody in the waiting line. */
export type Leaving = "never" | "while waiting" | "when let in" | "for a while when let in";

/** As likely as each other. */
export const LEAVINGS: readonly Leaving[] = [
  "never",
  "never",
  "while waiting",
  "when let in",
  "for a while when let in",
];

/** How somebody waits. */
export interface Waiting {
  readonly leaves: Leaving;
  readonly isImpatient: boolean;
  /** Of the phone, where it is proved. */
  readonly verification: string | null;
}

/** What there is to do: ask for the seat, prove the phone to buy a place with, or look again. */
export type Turn = "act" | "prove" | "wait";

const POLL_MS = { min: 2_000, max: 6_000 } as const;
/** From the beginning of the world. */
const PATIENCE_MS = 12 * 60_000;
/** Of each look. */
const LEAVE_RATE = 0.1;
const IMPATIENT_RATE = 0.1;

/** One look at the line, and what follows from it; where there is none it is everybody's turn. */
export async function comeToTurn(person: Person, waiting: Waiting): Promise<Turn> {
  if (person.line === null) return "act";
  const seen = await person.look();
  if (seen.kind === "cut" || seen.look === null) {
    await idle(person);
    return seen.kind === "cut" ? "wait" : "act";
  }
  switch (seen.look.sale.state) {
    case "full":
    case "closed":
      return "act";
    case "scheduled":
    case "paused":
      await idle(person);
      return "wait";
    case "verifying":
      if (waiting.verification === null) return "prove";
      await idle(person);
      return "wait";
    case "lobby":
      return inLobby(person, waiting);
    case "open":
      return inLine(person, seen, waiting);
  }
}

async function inLobby(person: Person, waiting: Waiting): Promise<Turn> {
  const isUnproved = waiting.verification === null;
  if (person.line?.isVerifiedEarly === true && isUnproved && person.pass === null) return "prove";
  if (person.pass === null || person.random.chance(IMPATIENT_RATE)) await buyPlace(person, waiting);
  await stay(person, waiting);
  return "wait";
}

async function inLine(person: Person, seen: Seen, waiting: Waiting): Promise<Turn> {
  const { random } = person;
  if (person.pass === null || random.chance(IMPATIENT_RATE)) await buyPlace(person, waiting);
  if (person.pass === null) return "wait";
  const place = person.place ?? placeSeen(person.pass, seen);
  if (place === null || place >= (seen.look?.line?.threshold ?? 0)) {
    if (waiting.isImpatient && random.chance(IMPATIENT_RATE)) await person.askCode();
    await stay(person, waiting);
    return "wait";
  }
  return letIn(person, waiting);
}

/** The page works it out of its pass and what the draw published. */
function placeSeen(pass: string, { draw }: Seen): number | null {
  return draw?.kind === "drawn" ? placeOf(passIdIn(pass), draw.terms) : null;
}

function passIdIn(pass: string): Uint8Array {
  return Buffer.from(pass, "base64url").subarray(PASS_ID_AT, PASS_ID_AT + 16);
}

async function letIn(person: Person, { leaves }: Waiting): Promise<Turn> {
  if (leaves === "when let in") {
    person.ended = "left when let in";
    return "wait";
  }
  if (leaves === "for a while when let in" && !person.wasAway) {
    person.wasAway = true;
    await person.sleep(person.random.between(5_000, 60_000));
  }
  return "act";
}

async function buyPlace(person: Person, { verification }: Waiting): Promise<void> {
  const joined = await person.joinLine(verification);
  if (joined.kind === "in-line") {
    person.pass = joined.pass;
    person.place = joined.place;
    return;
  }
  await person.sleep(1_000 * ("retryAfterS" in joined ? joined.retryAfterS : 1));
}

async function stay(person: Person, { leaves }: Waiting): Promise<void> {
  const isWeary = person.schedule.nowMs - person.sinceMs > PATIENCE_MS;
  if (isWeary || (leaves === "while waiting" && person.random.chance(LEAVE_RATE))) {
    person.ended = "left the line";
  } else await idle(person);
}

async function idle(person: Person): Promise<void> {
  await person.sleep(person.random.between(POLL_MS.min, POLL_MS.max));
}
