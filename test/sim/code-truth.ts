import type { Phone } from "../../src/attendee/phone.ts";
import { openChallenge } from "../../src/otp/challenge.ts";
import type { OtpPolicy } from "../../src/otp/otp.ts";
import { deriveCode, isSameCode } from "../../src/otp/otp-code.ts";
import type { OtpKeys } from "../../src/otp/otp-keys.ts";
import type { Schedule } from "./schedule.ts";

/** How far the service's idea of true time may be off: half the longest clock sample, and what drifts meanwhile. */
export const CLOCK_TOLERANCE_MS = 2_500;
/** What a clock that drifts or is slewed makes of a cooldown. */
const COOLDOWN_TOLERANCE_MS = 100;

/** Someone who sends requests. */
export interface Participant {
  readonly number: number;
  readonly phone: string;
  readonly isPoisonous: boolean;
}

export interface CodeTruthOptions {
  readonly schedule: Schedule;
  readonly otpKeys: OtpKeys;
  readonly otpPolicy: OtpPolicy;
  readonly fail: (invariant: number, what: string) => void;
}

interface KnownChallenge {
  readonly issuedAtMs: number;
  readonly boot: number;
  readonly phone: string;
  /** By boot: how many wrong codes were counted. */
  readonly wrong: Map<number, number>;
}

export type Guess = { readonly challenge: string; readonly phone: string; readonly code: string };

/** An answer to a guess, as it was given. */
export interface GuessSeen {
  readonly kind: string;
  /** Whether the answer says that the phone was proved. */
  readonly isProved: boolean;
  readonly person: Participant;
  readonly boot: number;
  readonly arrivedAtMs: number;
}

/** Invariant 5, from outside: what was typed, whose phone it was, what was answered. */
export class CodeTruth {
  readonly #options: CodeTruthOptions;
  readonly #challenges = new Map<string, KnownChallenge>();
  /** The same, by phone and code. */
  readonly #byCode = new Map<string, KnownChallenge>();
  /** When each boot heard that a provider took the code, by boot, phone and code. */
  readonly #acceptedAtMs = new Map<string, number>();
  /** By boot, phone and code: sends granted, less those that a provider was heard to take. */
  readonly #pendingSends = new Map<string, number>();
  /** The last send that each boot granted each phone. */
  readonly #lastSends = new Map<string, { readonly arrivedAtMs: number; readonly code: string }>();

  constructor(options: CodeTruthOptions) {
    this.#options = options;
  }

  /** A boot answered a new request with this challenge. */
  issued(challenge: string, phone: string, boot: number): void {
    const issuedAtMs = this.#options.schedule.nowMs;
    const known = { issuedAtMs, boot, phone, wrong: new Map() };
    this.#challenges.set(challenge, known);
    this.#byCode.set(`${phone} ${this.codeOf(phone, challenge)}`, known);
  }

  /** A boot lets go of an SMS. A code whose challenge nobody was told of yet is young. */
  smsLeft(boot: number, phone: string, code: string): void {
    const { schedule, otpPolicy } = this.#options;
    const known = this.#byCode.get(`${phone} ${code}`);
    if (known === undefined) return;
    const leftMs = this.#endsAtMs(known, boot, code) - schedule.nowMs;
    if (leftMs < otpPolicy.codeLifeMsMin - CLOCK_TOLERANCE_MS) {
      this.#fail(5, `a code left with ${Math.round(leftMs)} ms to live`);
    }
  }

  /** A boot heard that a provider took the SMS. */
  smsAccepted(boot: number, phone: string, code: string): void {
    const key = `${boot} ${phone} ${code}`;
    this.#pendingSends.set(key, (this.#pendingSends.get(key) ?? 0) - 1);
    if (!this.#acceptedAtMs.has(key)) this.#acceptedAtMs.set(key, this.#options.schedule.nowMs);
  }

  /** Six digits that are not the challenge's code. */
  wrongCode(phone: string, challenge: string, digits: number): string {
    const wrong = String(digits).padStart(6, "0");
    return wrong === this.codeOf(phone, challenge)
      ? String((digits + 1) % 1_000_000).padStart(6, "0")
      : wrong;
  }

  /** A phone that was sent a code waits before it is sent another. */
  checkCooldown(
    sent: { readonly phone: string; readonly challenge: string },
    boot: number,
    arrivedAtMs: number,
  ): void {
    const { schedule, otpPolicy } = this.#options;
    const key = `${boot} ${sent.phone}`;
    const last = this.#lastSends.get(key);
    const waitMs = (otpPolicy.cooldownsMs[0] ?? 0) - COOLDOWN_TOLERANCE_MS;
    const pendingCount = this.#pendingSends.get(`${key} ${last?.code}`);
    if (last !== undefined && pendingCount === 0 && schedule.nowMs - last.arrivedAtMs < waitMs) {
      this.#fail(5, "a phone was sent two codes at once");
    }
    const code = this.codeOf(sent.phone, sent.challenge) ?? "";
    this.#lastSends.set(key, { arrivedAtMs, code });
    const sendKey = `${key} ${code}`;
    this.#pendingSends.set(sendKey, (this.#pendingSends.get(sendKey) ?? 0) + 1);
  }

  /** Who got through had the right code of their own phone, within its attempts and its life. */
  checkGuess(guess: Guess, seen: GuessSeen): void {
    const { kind, isProved, person, boot } = seen;
    const known = this.#challenges.get(guess.challenge);
    const right = this.codeOf(guess.phone, guess.challenge);
    const isRight = right !== null && isSameCode(guess.code, right);
    if (isProved && !isRight) this.#fail(5, `person ${person.number} got through by a wrong code`);
    if (isProved && person.phone !== guess.phone) {
      this.#fail(5, `person ${person.number} proved a phone of someone else`);
    }
    // A challenge whose answer was lost is nobody's: its bearer cannot have it.
    if (known === undefined || known.phone !== guess.phone) return;
    const wrongBefore = known.wrong.get(boot) ?? 0;
    const { attemptsMax, attemptsInOtherBootMax } = this.#options.otpPolicy;
    const wrongMax = known.boot === boot ? attemptsMax : attemptsInOtherBootMax;
    if (kind === "code-wrong") {
      known.wrong.set(boot, wrongBefore + 1);
      if (wrongBefore >= wrongMax) this.#fail(5, `${wrongBefore + 1} wrong codes were heard`);
      if (isRight) this.#fail(7, `person ${person.number} was told that a right code is wrong`);
    }
    if (isProved && wrongBefore >= wrongMax) {
      this.#fail(5, "a code was taken after its attempts were used up");
    }
    if (isRight) this.#checkLife(guess, known, seen);
  }

  /** A right code lives as long as the policy says, no longer and no shorter. */
  #checkLife({ phone, code }: Guess, known: KnownChallenge, seen: GuessSeen): void {
    const { schedule, otpPolicy } = this.#options;
    const { codeTtlMs } = otpPolicy;
    const { boot } = seen;
    const acceptedAtMs = this.#acceptedAtMs.get(`${boot} ${phone} ${code}`);
    const isIssuer = known.boot === boot;
    const untilMs = this.#endsAtMs(known, boot, code);
    if (seen.isProved && seen.arrivedAtMs > untilMs + CLOCK_TOLERANCE_MS) {
      this.#fail(5, `a code was taken ${Math.round(seen.arrivedAtMs - untilMs)} ms after its end`);
    }
    // A code that no provider took is forgotten by its issuer, even if another process has sent it meanwhile.
    const isOut = !isIssuer || acceptedAtMs !== undefined;
    const isYoung = schedule.nowMs < known.issuedAtMs + codeTtlMs - CLOCK_TOLERANCE_MS;
    if (seen.kind === "code-expired" && isYoung && isOut) {
      this.#fail(7, "a right code was called expired before its time");
    }
    const wrong = known.wrong.get(boot) ?? 0;
    if (seen.kind === "code-exhausted" && wrong === 0) {
      this.#fail(7, "a code was called used up that nobody had tried");
    }
    if (seen.kind === "challenge-invalid") this.#fail(7, "an own challenge was called invalid");
  }

  /** In the eyes of a boot: the issuer's shortens its life when a provider takes the first SMS. */
  #endsAtMs({ issuedAtMs, phone, boot: issuer }: KnownChallenge, boot: number, code: string) {
    const { codeTtlMs, challengeTtlMs } = this.#options.otpPolicy;
    const acceptedAtMs = this.#acceptedAtMs.get(`${boot} ${phone} ${code}`);
    const isShortened = issuer === boot && acceptedAtMs !== undefined;
    const challengeEndsAtMs = issuedAtMs + challengeTtlMs;
    return isShortened ? Math.min(challengeEndsAtMs, acceptedAtMs + codeTtlMs) : challengeEndsAtMs;
  }

  /** Null for what is no challenge of the phone. */
  codeOf(phone: string, token: string): string | null {
    const { otpKeys } = this.#options;
    const challenge = openChallenge(token, phone as Phone, otpKeys);
    return challenge === null ? null : deriveCode(challenge, phone as Phone, otpKeys);
  }

  #fail(invariant: number, what: string): void {
    this.#options.fail(invariant, what);
  }
}
