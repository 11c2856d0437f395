import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { LobbyPlace, Standing } from "../../src/waiting-room/line.ts";
import { Line } from "../../src/waiting-room/line.ts";
import type { AdmissionRecord } from "../../src/waiting-room/ports.ts";

const TAIL = 2 ** 48;
const OPTIONS = { holdMs: 60_000, verifiedHoldMs: 120_000, tailCountMax: 40, stepCountMax: 1_000 };

/** One in the line, as a clerk would write them down. */
interface Person {
  readonly place: number;
  /** Null where a restart has forgotten it. */
  isVerified: boolean | null;
  kind: "waiting" | "held" | "lapsed" | "seated";
  untilMs: number;
  baseMs: number;
  codes: Map<number, { untilMs: number; sendCount: number; isSent: boolean }>;
  claimCount: number;
  hasActed: boolean;
  /** In whichever life of the process. */
  hasSeat: boolean;
  /** Let in by an earlier life of the process, in which they got their seat or their time was over. */
  isGhost: boolean;
}

/** The line told by going through everybody, each time. */
class Clerk {
  people: Person[];
  /** What the line is told; it may go back, and then counts as the latest there was. */
  clockMs = 1_000_000;
  nowMs = 1_000_000;
  committed = 0;
  seatedCount = 0;
  lapsedCount = 0;
  records: AdmissionRecord[] = [];
  /** A claim each, by the person's index. */
  claims: number[] = [];
  readonly quota: number;
  readonly lobbyCount: number;

  constructor(lobby: readonly LobbyPlace[], quota: number) {
    this.quota = quota;
    this.lobbyCount = lobby.length;
    this.people = lobby.map(({ place, isVerified }) => newPerson(place, isVerified));
  }

  pass(ms: number): void {
    this.clockMs += ms;
    this.nowMs = Math.max(this.nowMs, this.clockMs);
  }

  count(kind: Person["kind"]): number {
    return this.people.filter((person) => person.kind === kind).length;
  }

  lapse(): void {
    for (const person of this.people) {
      if (person.kind !== "held" || person.claimCount > 0 || person.untilMs > this.nowMs) continue;
      person.kind = "lapsed";
      this.lapsedCount += 1;
    }
  }

  /** The seat counts as committed before the claim ends, and a phone has one. */
  commit(person: Person): void {
    if (person.hasSeat) return;
    person.hasSeat = true;
    this.committed += 1;
    expect(this.committed, "whoever is held and claims gets a seat").toBeLessThanOrEqual(
      this.quota,
    );
  }

  letIn(person: Person, atMs: number): void {
    person.kind = "held";
    person.untilMs = atMs + (person.isVerified === false ? OPTIONS.holdMs : OPTIONS.verifiedHoldMs);
  }

  act(person: Person): boolean {
    if (person.kind !== "held") return false;
    if (!person.hasActed) {
      person.untilMs = wholeSecond(person.untilMs);
      person.baseMs = person.untilMs;
      person.hasActed = true;
    }
    return true;
  }

  standing(index: number): Standing {
    const person = this.people[index];
    if (person === undefined) return { kind: "unknown" };
    return person.kind === "held"
      ? { kind: "held", untilMs: person.untilMs }
      : { kind: person.kind };
  }
}

type Step =
  | { readonly kind: "append"; readonly isVerified: boolean | null }
  | { readonly kind: "admit"; readonly codes: number; readonly countMax: number }
  | {
      readonly kind: "ask" | "sent";
      readonly who: number;
      readonly code: number;
      readonly forMs: number;
    }
  | { readonly kind: "not-sent"; readonly who: number; readonly code: number }
  | { readonly kind: "begin"; readonly who: number }
  | { readonly kind: "end"; readonly which: number; readonly isSeated: boolean }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "restart"; readonly ms: number };

const anyone = fc.nat();
const anyCode = fc.integer({ min: 1, max: 3 });
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("append"),
    isVerified: fc.oneof({ weight: 5, arbitrary: fc.boolean() }, fc.constant(null)),
  }),
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("admit"),
      codes: fc.integer({ min: 0, max: 5 }),
      countMax: fc.integer({ min: 0, max: 8 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("ask", "ask", "sent"),
      who: anyone,
      code: anyCode,
      forMs: fc.integer({ min: 1, max: 600_000 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.oneof(
      fc.record({ kind: fc.constant("not-sent"), who: anyone, code: anyCode }),
      fc.record({ kind: fc.constant("begin"), who: anyone }),
      fc.record({ kind: fc.constant("begin"), who: anyone }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("end"), which: anyone, isSeated: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("wait"),
      ms: fc.oneof(
        fc.integer({ min: -5_000, max: 5_000 }),
        fc.constantFrom(30_000, 60_000, 60_000, 120_000, 600_000),
      ),
    }),
  },
);
const anyRestart: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("restart"),
  ms: fc.integer({ min: 0, max: 90_000 }),
});
const anyLobby = fc
  .uniqueArray(fc.integer({ min: 0, max: 500 }), { maxLength: 20 })
  .chain((places) =>
    fc.tuple(
      ...places
        .toSorted((one, two) => one - two)
        .map((place) => fc.record({ place: fc.constant(place), isVerified: fc.boolean() })),
    ),
  );
const anyQuota = fc.integer({ min: 1, max: 15 });

describe("the line, against a clerk who goes through everybody each time", () => {
  const size = { maxLength: 80, size: "max" } as const;

  test("has the same standings, holds and counts, and never keeps a seat that is not there", () => {
    const anyHistory = fc.array(anyStep, size);
    fc.assert(fc.property(anyLobby, anyQuota, anyHistory, agree), { numRuns: 400 });
  });

  test("through restarts too: a seat for all within their time, one too many only for those whose time was over", () => {
    const anyHistory = fc.array(fc.oneof({ weight: 12, arbitrary: anyStep }, anyRestart), size);
    fc.assert(fc.property(anyLobby, anyQuota, anyHistory, agree), { numRuns: 400 });
  });
});

function agree(lobby: readonly LobbyPlace[], quota: number, history: readonly Step[]): void {
  const clerk = new Clerk(lobby, quota);
  let line = new Line(lobby, OPTIONS);
  compare(line, clerk);
  for (const step of history) line = take(step, line, clerk);
}

/** The step, by both; what each says must be the same. */
function take(step: Step, line: Line, clerk: Clerk): Line {
  if (step.kind === "wait") clerk.pass(step.ms);
  const after = step.kind === "restart" ? restart(step.ms, clerk) : line;
  clerk.lapse();
  act(step, after, clerk);
  clerk.lapse();
  compare(after, clerk);
  return after;
}

function act(step: Step, line: Line, clerk: Clerk): void {
  const { clockMs } = clerk;
  switch (step.kind) {
    case "append": {
      const serial = clerk.people.length - clerk.lobbyCount;
      const isFull = serial >= OPTIONS.tailCountMax;
      expect(line.append(step.isVerified)).toBe(isFull ? null : TAIL + serial);
      if (!isFull) clerk.people.push(newPerson(TAIL + serial, step.isVerified));
      return;
    }
    case "admit":
      admit(step, line, clerk);
      return;
    case "ask":
    case "sent":
    case "begin":
    case "not-sent":
      actOn(step, line, clerk);
      return;
    case "end": {
      const [index] = clerk.claims.splice(step.which % Math.max(1, clerk.claims.length), 1);
      const person = clerk.people[index ?? -1];
      if (person === undefined) return;
      // A seat kept again for one whose time was over may be another's by now: no promise covers it.
      const isSeated = step.isSeated && (person.hasSeat || !person.isGhost);
      if (isSeated) clerk.commit(person);
      line.endClaim(person.place, { isSeated }, clockMs);
      person.claimCount -= 1;
      if (!isSeated || person.kind === "seated") return;
      person.kind = "seated";
      clerk.seatedCount += 1;
      return;
    }
    case "wait":
    case "restart":
      return;
  }
}

function admit(step: Extract<Step, { kind: "admit" }>, line: Line, clerk: Clerk): void {
  const seatsLeft = clerk.quota - clerk.committed;
  const isOver = clerk.count("held") > seatsLeft;
  let count = 0;
  let codes = 0;
  for (const person of clerk.people) {
    if (person.kind !== "waiting") continue;
    if (person.isVerified !== true) codes += 1;
    if (count >= step.countMax || clerk.count("held") >= seatsLeft || codes > step.codes) break;
    clerk.letIn(person, clerk.nowMs);
    count += 1;
  }
  const bounds = { seatsLeft, unverifiedCountMax: step.codes, countMax: step.countMax };
  expect(line.admit(clerk.clockMs, bounds)).toBe(count);
  if (isOver) expect(count).toBe(0);
  else expect(line.heldCount).toBeLessThanOrEqual(seatsLeft);
  if (count > 0) clerk.records.push({ atMs: clerk.nowMs, upTo: line.admittedCount });
}

function actOn(step: Extract<Step, { readonly who: number }>, line: Line, clerk: Clerk): void {
  const { clockMs, nowMs } = clerk;
  // One past the end is nobody.
  const index = step.who % (clerk.people.length + 1);
  const person = clerk.people[index];
  const place = person?.place ?? TAIL + OPTIONS.tailCountMax;
  switch (step.kind) {
    case "ask": {
      const endMs = wholeSecond(nowMs + step.forMs);
      if (person !== undefined && clerk.act(person)) {
        const known = person.codes.get(step.code);
        if (known !== undefined) known.sendCount += 1;
        else person.codes.set(step.code, { untilMs: endMs, sendCount: 1, isSent: false });
        person.untilMs = endOf(person);
      }
      const life = { key: step.code, untilMs: nowMs + step.forMs };
      expect(line.askCode(place, life, clockMs)).toEqual(clerk.standing(index));
      return;
    }
    case "begin":
      if (person !== undefined && clerk.act(person)) {
        person.claimCount += 1;
        clerk.claims.push(index);
      }
      expect(line.beginClaim(place, clockMs)).toEqual(clerk.standing(index));
      return;
    case "not-sent":
      if (person?.kind === "held") {
        const known = person.codes.get(step.code);
        if (known !== undefined) known.sendCount -= 1;
        if (known?.sendCount === 0) person.codes.delete(step.code);
        person.untilMs = endOf(person);
      }
      line.codeNotSent(place, step.code, clockMs);
      return;
    case "sent": {
      const known = person?.kind === "held" ? person.codes.get(step.code) : undefined;
      if (person !== undefined && known !== undefined && !known.isSent) {
        known.isSent = true;
        known.untilMs = wholeSecond(nowMs + step.forMs);
        person.untilMs = endOf(person);
      }
      line.codeSent(place, { key: step.code, untilMs: nowMs + step.forMs }, clockMs);
      return;
    }
  }
}

/** The process is killed: claims under way end either way, and of the line only its records are left. */
function restart(ms: number, clerk: Clerk): Line {
  for (const [order, index] of clerk.claims.entries()) {
    const person = clerk.people[index];
    if (person !== undefined && !person.isGhost && order % 2 === 1) clerk.commit(person);
  }
  clerk.claims = [];
  clerk.clockMs = clerk.nowMs;
  clerk.pass(ms);
  const letInAtMs = (index: number) => clerk.records.find(({ upTo }) => index < upTo)?.atMs;
  clerk.people = clerk.people.map((before, index) => {
    const { place, isVerified, kind, untilMs, isGhost, hasSeat } = before;
    const person = newPerson(place, index < clerk.lobbyCount ? isVerified : null);
    const atMs = letInAtMs(index);
    if (atMs === undefined) return person;
    clerk.letIn(person, atMs);
    const wasOver = hasSeat || kind === "lapsed" || untilMs <= clerk.nowMs || isGhost;
    return { ...person, hasSeat, isGhost: wasOver };
  });
  const lobby = clerk.people.slice(0, clerk.lobbyCount);
  const places = lobby.map(({ place, isVerified }) => ({ place, isVerified: isVerified === true }));
  const line = new Line(places, OPTIONS);
  for (const _ of clerk.people.slice(clerk.lobbyCount)) line.append(null);
  line.restore(clerk.records, clerk.nowMs);
  clerk.lapse();
  clerk.seatedCount = 0;
  clerk.lapsedCount = 0;
  return line;
}

function compare(line: Line, clerk: Clerk): void {
  const held = clerk.people.filter(({ kind }) => kind === "held");
  const standings = clerk.people.map(({ place }) => line.standing(place, clerk.clockMs));
  expect(standings).toEqual(clerk.people.map((_, index) => clerk.standing(index)));
  const hasAsked = clerk.people.map(({ place }) => line.hasAsked(place));
  expect(hasAsked).toEqual(clerk.people.map(hasCode));
  const isIn = clerk.people.map(({ place }) => place < line.threshold);
  expect(isIn).toEqual(clerk.people.map(({ kind }) => kind !== "waiting"));
  expect(line.standing(TAIL - 1, clerk.clockMs)).toEqual({ kind: "unknown" });
  const { heldCount, seatedCount, lapsedCount, admittedCount, unaskedCount, tailCount } = line;
  expect({ heldCount, seatedCount, lapsedCount, admittedCount, unaskedCount, tailCount }).toEqual({
    heldCount: held.length,
    seatedCount: clerk.seatedCount,
    lapsedCount: clerk.lapsedCount,
    admittedCount: clerk.people.length - clerk.count("waiting"),
    unaskedCount: held.filter(({ hasActed, isVerified }) => !hasActed && !isVerified).length,
    tailCount: clerk.people.length - clerk.lobbyCount,
  });
  const ghosts = held.filter(({ isGhost }) => isGhost).length;
  expect(clerk.committed + heldCount - ghosts).toBeLessThanOrEqual(clerk.quota);
}

function endOf({ baseMs, codes, hasActed, untilMs }: Person): number {
  return hasActed ? Math.max(baseMs, ...[...codes.values()].map((code) => code.untilMs)) : untilMs;
}

function hasCode({ kind, codes }: Person): boolean {
  return kind === "held" && codes.size > 0;
}

function newPerson(place: number, isVerified: boolean | null): Person {
  return {
    place,
    isVerified,
    kind: "waiting",
    untilMs: Number.NEGATIVE_INFINITY,
    baseMs: Number.NEGATIVE_INFINITY,
    codes: new Map(),
    claimCount: 0,
    hasActed: false,
    hasSeat: false,
    isGhost: false,
  };
}

function wholeSecond(ms: number): number {
  return Math.ceil(ms / 1_000) * 1_000;
}
