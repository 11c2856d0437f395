import { ok as assert } from "node:assert";
import { TAIL_PLACE_MIN } from "./draw.ts";
import { OwnHolds } from "./line-own-holds.ts";
import { HoldWindow } from "./line-window.ts";
import type { AdmissionRecord } from "./ports.ts";

export interface LineOptions {
  readonly holdMs: number;
  /** Of those who came with a verified phone, and of those of whom nobody knows any more. */
  readonly verifiedHoldMs: number;
  /** Of the places behind the lobby. */
  readonly tailCountMax: number;
  /** Steps of admission that are told apart at once. */
  readonly stepCountMax: number;
}

/** One who was drawn. */
export interface LobbyPlace {
  readonly place: number;
  readonly isVerified: boolean;
}

/** Whole numbers all. */
export interface AdmissionBounds {
  /** Of the quota, what is not committed. */
  readonly seatsLeft: number;
  /** Of those who still need a code. */
  readonly unverifiedCountMax: number;
  readonly countMax: number;
}

export interface CodeLife {
  /** Tells the codes of a person apart. */
  readonly key: number;
  readonly untilMs: number;
}

export type Standing =
  | { readonly kind: "waiting" }
  /** A seat is kept. */
  | { readonly kind: "held"; readonly untilMs: number }
  /** The time is over: the seat went to the next in line. */
  | { readonly kind: "lapsed" }
  /** The hold became a registration in this life of the process. */
  | { readonly kind: "seated" }
  /** A place that was never given out. */
  | { readonly kind: "unknown" };

/** What is known of a person, a byte each. Until they act, the holds of each of the first three have one length. */
const VERIFIED = 0;
const UNVERIFIED = 1;
const UNKNOWN = 2;
const ACTED = 3;
const SEATED = 4;

/**
 * The line of one sale: the lobby in the order of the draw, then the tail as it came. Whoever is let in has a seat
 * kept: what is committed and the live holds together never exceed the quota, so nobody is let in to lose
 * (invariant 1 then has nobody to refuse). A pure function of its state, the call and the instant (invariant 9);
 * instants that go back count as the last one. Bounded (invariant 8): a byte for a place, and more only for live holds
 * of those who acted, of which there are never more than seats.
 */
export class Line {
  readonly #options: LineOptions;
  /** Ascending. Two who drew the same number share a hold: one sale of 100,000 people in 50,000 has such two. */
  readonly #lobby: Float64Array;
  /** By index: the lobby, then the tail. */
  #people: Uint8Array;
  #count: number;
  #admittedCount = 0;
  #seatedCount = 0;
  #lapsedCount = 0;
  /** Of verified, unverified and unknown people. */
  readonly #windows: readonly [HoldWindow, HoldWindow, HoldWindow];
  readonly #own = new OwnHolds();
  #nowMs = Number.NEGATIVE_INFINITY;

  /** The lobby in ascending order of place. */
  constructor(lobby: readonly LobbyPlace[], options: LineOptions) {
    const { holdMs, verifiedHoldMs, stepCountMax } = options;
    this.#options = options;
    this.#lobby = new Float64Array(lobby.map(({ place }) => place));
    this.#people = new Uint8Array(lobby.map(({ isVerified }) => personOf(isVerified)));
    this.#count = lobby.length;
    this.#windows = [
      new HoldWindow(verifiedHoldMs, stepCountMax),
      new HoldWindow(holdMs, stepCountMax),
      new HoldWindow(verifiedHoldMs, stepCountMax),
    ];
  }

  get lobbyCount(): number {
    return this.#lobby.length;
  }

  get tailCount(): number {
    return this.#count - this.lobbyCount;
  }

  /** Whoever's place is below it was let in. */
  get threshold(): number {
    const behindLobby = this.#admittedCount - this.lobbyCount;
    if (behindLobby > 0) return TAIL_PLACE_MIN + behindLobby;
    return this.#admittedCount === 0 ? 0 : (this.#lobby[this.#admittedCount - 1] as number) + 1;
  }

  /** Live holds at the instant of the last call. */
  get heldCount(): number {
    const [verified, unverified, unknown] = this.#windows;
    return verified.count + unverified.count + unknown.count + this.#own.count;
  }

  /** Of the live holds, those whose people still need a code and have not asked for one. */
  get unaskedCount(): number {
    const [, unverified, unknown] = this.#windows;
    return unverified.count + unknown.count;
  }

  /** From the first in line on; those who are held, seated or lapsed. */
  get admittedCount(): number {
    return this.#admittedCount;
  }

  get seatedCount(): number {
    return this.#seatedCount;
  }

  /** In this life of the process, as those who are seated. */
  get lapsedCount(): number {
    return this.#lapsedCount;
  }

  /** The new place at the end, null when the line is full; of a place that another process gave out nothing is known. */
  append(isVerified: boolean | null): number | null {
    if (this.tailCount >= this.#options.tailCountMax) return null;
    const place = TAIL_PLACE_MIN + this.tailCount;
    this.#extendTo(this.#count + 1, isVerified === null ? UNKNOWN : personOf(isVerified));
    return place;
  }

  /**
   * Lets in the next in line, in order, up to the first bound that is met; answers how many. Afterwards there are no
   * more live holds than seats left.
   */
  admit(nowMs: number, { seatsLeft, unverifiedCountMax, countMax }: AdmissionBounds): number {
    this.#lapse(nowMs);
    const first = this.#admittedCount;
    const end = Math.min(this.#count, first + Math.min(countMax, seatsLeft - this.heldCount));
    let upTo = first;
    let codeCount = 0;
    while (upTo < end) {
      codeCount += this.#people[upTo] === VERIFIED ? 0 : 1;
      if (codeCount > unverifiedCountMax) break;
      upTo += 1;
    }
    this.#admitTo(upTo);
    return upTo - first;
  }

  standing(place: number, nowMs: number): Standing {
    this.#lapse(nowMs);
    const index = this.#indexOf(place);
    if (index === null) return { kind: "unknown" };
    if (index >= this.#admittedCount) return { kind: "waiting" };
    const person = this.#people[index];
    if (person === SEATED) return { kind: "seated" };
    const holds = person === ACTED ? this.#own : this.#windowOf(index);
    const untilMs = holds.untilMs(index);
    return untilMs === null ? { kind: "lapsed" } : { kind: "held", untilMs };
  }

  /** A code is on its way, the first time or again: a live hold then lasts as long as it may live. */
  askCode(place: number, code: CodeLife, nowMs: number): Standing {
    const index = this.#takeUp(place, nowMs);
    if (index !== null) this.#own.addSend(index, code.key, code.untilMs);
    return this.standing(place, nowMs);
  }

  /** A gateway took the code: now it is known how long it lives. */
  codeSent(place: number, code: CodeLife, nowMs: number): void {
    const index = this.#indexOf(place);
    if (index !== null) this.#own.codeSent(index, code.key, code.untilMs);
    this.#lapse(nowMs);
  }

  /** Whether a code was asked for within a hold that is live, and sent as far as is known. */
  hasAsked(place: number): boolean {
    const index = this.#indexOf(place);
    return index !== null && this.#own.hasCode(index);
  }

  /** The code was not sent this time: if not another time either, the hold ends as if it had not been asked for. */
  codeNotSent(place: number, codeKey: number, nowMs: number): void {
    const index = this.#indexOf(place);
    if (index !== null) this.#own.dropSend(index, codeKey);
    this.#lapse(nowMs);
  }

  /**
   * A live hold then lasts until `endClaim`, to be called once for each answer `held`, when the fate of the claim is
   * known for certain.
   */
  beginClaim(place: number, nowMs: number): Standing {
    const index = this.#takeUp(place, nowMs);
    if (index !== null) this.#own.pin(index);
    return this.standing(place, nowMs);
  }

  /** Seated, once what is committed counts the seat: the hold is over. Otherwise it ends in its time. */
  endClaim(place: number, { isSeated }: { readonly isSeated: boolean }, nowMs: number): void {
    const index = this.#indexOf(place);
    assert(index !== null, "a claim has a place in the line");
    if (isSeated) this.#seat(index);
    else this.#own.unpin(index);
    this.#lapse(nowMs);
  }

  /**
   * After a restart, before anyone is let in anew: holds follow from when people were let in, whatever they have done
   * since. Seats may so be kept for those who are seated, and a hold that a code had extended is lost.
   */
  restore(records: readonly AdmissionRecord[], nowMs: number): void {
    assert(this.#admittedCount === 0, "only a new line is restored");
    for (const { atMs, upTo } of records) {
      this.#lapse(Math.min(atMs, nowMs));
      // Another process may have let in people of whom this one has not heard yet.
      this.#extendTo(upTo, UNKNOWN);
      this.#admitTo(upTo);
    }
    this.#lapse(nowMs);
    this.#lapsedCount = 0;
  }

  #admitTo(upTo: number): void {
    const from = this.#admittedCount;
    assert(upTo >= from, "the threshold never falls");
    const admitted = this.#people.subarray(from, upTo);
    for (const [person, window] of this.#windows.entries()) {
      window.open(from, admitted.filter((one) => one === person).length, this.#nowMs);
    }
    this.#admittedCount = upTo;
  }

  /** The index of a place that is held, with its hold made one of its own; null where none is live. */
  #takeUp(place: number, nowMs: number): number | null {
    const standing = this.standing(place, nowMs);
    const index = this.#indexOf(place);
    if (standing.kind !== "held" || index === null) return null;
    if (this.#people[index] !== ACTED) {
      this.#windowOf(index).release(index);
      this.#own.add(index, standing.untilMs);
      this.#people[index] = ACTED;
    }
    return index;
  }

  /** Of several claims of one place, the first one that is seated counts. */
  #seat(index: number): void {
    if (this.#people[index] === SEATED) return;
    assert(this.#own.untilMs(index) !== null, "a claim under way has a hold");
    this.#own.delete(index);
    this.#people[index] = SEATED;
    this.#seatedCount += 1;
  }

  #lapse(nowMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, nowMs);
    for (const window of this.#windows) this.#lapsedCount += window.lapse(this.#nowMs);
    this.#lapsedCount += this.#own.lapse(this.#nowMs);
  }

  #windowOf(index: number): HoldWindow {
    return this.#windows[
      this.#people[index] as typeof VERIFIED | typeof UNVERIFIED | typeof UNKNOWN
    ];
  }

  #indexOf(place: number): number | null {
    if (place < TAIL_PLACE_MIN) return lobbyIndexOf(this.#lobby, place);
    const serial = place - TAIL_PLACE_MIN;
    return Number.isInteger(serial) && serial < this.tailCount ? this.lobbyCount + serial : null;
  }

  #extendTo(count: number, person: number): void {
    if (count <= this.#count) return;
    if (count > this.#people.length) {
      const people = new Uint8Array(Math.max(count, 2 * this.#people.length));
      people.set(this.#people);
      this.#people = people;
    }
    this.#people.fill(person, this.#count, count);
    this.#count = count;
  }
}

function personOf(isVerified: boolean): number {
  return isVerified ? VERIFIED : UNVERIFIED;
}

/** The last of those with the place; null where it is nobody's. */
function lobbyIndexOf(lobby: Float64Array, place: number): number | null {
  let low = 0;
  let high = lobby.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lobby[middle] as number) <= place) low = middle + 1;
    else high = middle;
  }
  return lobby[low - 1] === place ? low - 1 : null;
}
