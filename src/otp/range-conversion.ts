import type { PhoneKey } from "../attendee/phone.ts";

/** The digits of an E.164 number without the last four: 10,000 numbers that stand together. */
export type NumberRange = number & { readonly __brand: "NumberRange" };

/** Codes went out to a range, and hardly anybody typed them. */
export interface RangeShut {
  readonly range: NumberRange;
  readonly sentCount: number;
  readonly usedCount: number;
  /** It opens again by itself (ms since the epoch). */
  readonly untilMs: number;
}

const MINUTE_MS = 60_000;
const NUMBERS_PER_RANGE = 10_000;
/** This minute and two whole ones: people need time to type. */
const UNJUDGED_MINUTE_COUNT = 3;
const MINUTE_COUNT = 30;
const SENT_COUNT_MIN = 50;
const USED_FRACTION_MIN = 0.2;
const SHUT_MS = 15 * MINUTE_MS;
/** Ranges watched at once, in 8 MB; the idlest make room, and a range that matters has a code every 36 s. */
const RANGE_COUNT_MAX = 32_768;
const LOOK_COUNT = 16;
/** To shut one costs 50 SMS. */
const SHUT_COUNT_MAX = 4_096;
const MINUTE_USE_MAX = 65_535;

/**
 * Conversion by number range: where of 50 codes or more, two minutes to half an hour old, under 20 % were typed right,
 * the range is shut off for 15 minutes and then begins anew. It stops what is most of SMS pumping: numbers in rows that
 * nobody reads. It does not stop, and budgets must:
 * - what goes out within the first two or three minutes, before anything can be judged;
 * - an attack spread so thin that no range gets 50 codes in half an hour;
 * - who can read the codes of the numbers, and types every fifth.
 * An attacker who pays for 50 codes to strangers, or four for each code of a crowd that types them, shuts off an honest
 * range for 15 minutes, which is 10,000 numbers; so does an operator that delivers nothing for that long. Codes sent
 * before stay good. It lives in memory: a restart opens everything.
 */
export class RangeConversion {
  readonly #onShut: (shut: RangeShut) => void;
  readonly #places = new Map<NumberRange, number>();
  readonly #shutUntilMs = new Map<NumberRange, number>();
  /** Of each place: its range, its newest minute, and what was sent and used of each of 30, at the minute modulo 30. */
  readonly #ranges = new Float64Array(RANGE_COUNT_MAX);
  readonly #newestMinutes = new Float64Array(RANGE_COUNT_MAX);
  readonly #sent = new Uint16Array(RANGE_COUNT_MAX * MINUTE_COUNT);
  readonly #used = new Uint16Array(RANGE_COUNT_MAX * MINUTE_COUNT);
  #hand = 0;

  /** `onShut` is called within `shutUntilMs` and must not throw. */
  constructor(onShut: (shut: RangeShut) => void) {
    this.#onShut = onShut;
  }

  /** Null while codes may go to the phone; else the instant (ms since the epoch) from which they may again. */
  shutUntilMs(phone: PhoneKey, nowMs: number): number | null {
    const range = rangeOf(phone);
    const shutUntilMs = this.#shutUntilMs.get(range);
    if (shutUntilMs !== undefined) {
      if (nowMs < shutUntilMs) return shutUntilMs;
      this.#shutUntilMs.delete(range);
    }
    return this.#judge(range, nowMs);
  }

  /** The first code of a challenge went out; the challenge's instant. A resend is no other chance to type it, and is not told. */
  sent(phone: PhoneKey, issuedAtMs: number): void {
    const minute = minuteOf(issuedAtMs);
    const place = this.#placeFor(rangeOf(phone), minute);
    const index = this.#indexOf(place, minute);
    if (index !== null) this.#sent[index] = Math.min(MINUTE_USE_MAX, at(this.#sent, index) + 1);
  }

  /** The code of a challenge of that instant was typed right for the first time. */
  used(phone: PhoneKey, issuedAtMs: number): void {
    const place = this.#places.get(rangeOf(phone));
    const index = place === undefined ? null : this.#indexOf(place, minuteOf(issuedAtMs));
    if (index === null) return;
    // Those sent in another life of the process, or before the range was shut, are not counted either.
    this.#used[index] = Math.min(at(this.#sent, index), at(this.#used, index) + 1);
  }

  /** Opens a range at once, as an operator may who knows better; false where it was not shut. */
  lift(range: NumberRange): boolean {
    return this.#shutUntilMs.delete(range);
  }

  #judge(range: NumberRange, nowMs: number): number | null {
    const place = this.#places.get(range);
    if (place === undefined) return null;
    const { sentCount, usedCount } = this.#count(place, minuteOf(nowMs));
    if (sentCount < SENT_COUNT_MIN || usedCount >= USED_FRACTION_MIN * sentCount) return null;
    const untilMs = nowMs + SHUT_MS;
    this.#clear(place);
    this.#shut(range, untilMs);
    this.#onShut({ range, sentCount, usedCount, untilMs });
    return untilMs;
  }

  /** Where there are too many, the one that was shut first opens early. */
  #shut(range: NumberRange, untilMs: number): void {
    const [first] = this.#shutUntilMs.keys();
    if (this.#shutUntilMs.size >= SHUT_COUNT_MAX && first !== undefined) this.lift(first);
    this.#shutUntilMs.set(range, untilMs);
  }

  #count(place: number, nowMinute: number): { sentCount: number; usedCount: number } {
    let sentCount = 0;
    let usedCount = 0;
    const oldest = nowMinute - MINUTE_COUNT + 1;
    for (let minute = oldest; minute <= nowMinute - UNJUDGED_MINUTE_COUNT; minute += 1) {
      const index = this.#indexOf(place, minute);
      if (index === null) continue;
      sentCount += at(this.#sent, index);
      usedCount += at(this.#used, index);
    }
    return { sentCount, usedCount };
  }

  /** Null for a minute that is not held: too old, or ahead of the newest. */
  #indexOf(place: number, minute: number): number | null {
    const ageMinutes = at(this.#newestMinutes, place) - minute;
    if (ageMinutes < 0 || ageMinutes >= MINUTE_COUNT) return null;
    return place * MINUTE_COUNT + (minute % MINUTE_COUNT);
  }

  /** The range's place, brought up to the minute. */
  #placeFor(range: NumberRange, minute: number): number {
    const known = this.#places.get(range);
    if (known !== undefined) {
      this.#turnTo(known, minute);
      return known;
    }
    const place = this.#places.size < RANGE_COUNT_MAX ? this.#places.size : this.#freeIdlest();
    this.#places.set(range, place);
    this.#ranges[place] = range;
    this.#newestMinutes[place] = minute;
    return place;
  }

  /** The idlest of the next few, each time others: near enough, and the same work however many there are. */
  #freeIdlest(): number {
    let idlest = this.#hand;
    for (let looked = 0; looked < LOOK_COUNT; looked += 1) {
      const isIdler = at(this.#newestMinutes, this.#hand) < at(this.#newestMinutes, idlest);
      if (isIdler) idlest = this.#hand;
      this.#hand = (this.#hand + 1) % RANGE_COUNT_MAX;
    }
    this.#places.delete(at(this.#ranges, idlest) as NumberRange);
    this.#clear(idlest);
    return idlest;
  }

  #turnTo(place: number, minute: number): void {
    const newest = at(this.#newestMinutes, place);
    if (minute <= newest) return;
    for (
      let passed = Math.max(newest + 1, minute - MINUTE_COUNT + 1);
      passed <= minute;
      passed += 1
    ) {
      const index = place * MINUTE_COUNT + (passed % MINUTE_COUNT);
      this.#sent[index] = 0;
      this.#used[index] = 0;
    }
    this.#newestMinutes[place] = minute;
  }

  #clear(place: number): void {
    this.#sent.fill(0, place * MINUTE_COUNT, (place + 1) * MINUTE_COUNT);
    this.#used.fill(0, place * MINUTE_COUNT, (place + 1) * MINUTE_COUNT);
  }
}

export function rangeOf(phone: PhoneKey): NumberRange {
  return Math.floor(phone / NUMBERS_PER_RANGE) as NumberRange;
}

function minuteOf(instantMs: number): number {
  return Math.floor(instantMs / MINUTE_MS);
}

function at(values: Float64Array | Uint16Array, index: number): number {
  return values[index] ?? 0;
}
