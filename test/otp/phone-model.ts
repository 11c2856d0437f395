import type { ChallengeFacts, OtpMessage, OtpPolicy } from "../../src/otp/otp.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Sent {
  readonly atMs: number;
  readonly source: number;
  readonly key: number;
  /** When the phone may be sent to again on account of this one. */
  readonly quietUntilMs: number;
  isReturned: boolean;
}

interface Known {
  readonly key: number;
  readonly isOfThisBoot: boolean;
  readonly issuedAtMs: number;
  readonly source: number;
  /** Sent by the boot before, which left no other trace. */
  readonly sentBefore: number;
  acceptedAtMs: number;
  wrongCount: number;
  isVerified: boolean;
}

interface Told {
  readonly kind: string;
  readonly attemptsLeft?: number;
  readonly isFirst?: boolean;
  readonly untilMs?: number;
  readonly resendInMs?: number;
}

/**
 * What one phone is to be told, by keeping everything that ever happened and counting it anew each time. Written from
 * the rules of a code alone; shares no code with `src/otp`.
 */
export class PhoneModel {
  readonly #policy: OtpPolicy;
  readonly #sent: Sent[] = [];
  readonly #known = new Map<number, Known>();
  readonly #wrongAtMs: number[] = [];

  constructor(policy: OtpPolicy) {
    this.#policy = policy;
  }

  take(message: OtpMessage, nowMs: number): Told {
    switch (message.kind) {
      case "request":
        return this.#request(message.challengeKey, message.source, nowMs);
      case "resend":
        return this.#resend(message.challenge, message.source, nowMs);
      case "check":
        return this.#check(message.challenge, message.isCodeRight, nowMs);
      case "sms-accepted": {
        const known = this.#known.get(message.challengeKey);
        if (known !== undefined) known.acceptedAtMs = Math.min(known.acceptedAtMs, nowMs);
        return { kind: "noted" };
      }
      case "sms-not-sent":
        this.#giveBack(message.challengeKey, nowMs);
        return { kind: "noted" };
    }
  }

  #request(key: number, source: number, nowMs: number): Told {
    const { wrongPerHourMax, liveChallengesMax, liveChallengesPerSourceMax } = this.#policy;
    const guessable = [...this.#known.values()].filter(
      (known) => known.key !== key && this.#isGuessable(known, nowMs),
    );
    const isFull =
      this.#wrongAtMs.filter((atMs) => nowMs - atMs < HOUR_MS).length >= wrongPerHourMax ||
      guessable.length >= liveChallengesMax ||
      guessable.filter((known) => known.source === source && this.#isSendable(known, nowMs))
        .length >= liveChallengesPerSourceMax;
    const refusal = this.#refuse(source, nowMs, isFull);
    if (refusal !== null) return refusal;
    const facts = { key, issuedAtMs: nowMs, isOfThisBoot: true };
    return this.#send(this.#remember(facts, source), source, nowMs);
  }

  #resend(facts: ChallengeFacts, source: number, nowMs: number): Told {
    const known = this.#meet(facts, nowMs);
    if ("kind" in known) return known;
    if (!this.#isSendable(known, nowMs)) return { kind: "expired" };
    const isSpent = this.#sendCount(known) >= this.#policy.cooldownsMs.length;
    return this.#refuse(source, nowMs, isSpent) ?? this.#send(known, source, nowMs);
  }

  #check(facts: ChallengeFacts, isCodeRight: boolean, nowMs: number): Told {
    const known = this.#meet(facts, nowMs);
    if ("kind" in known) return known;
    this.#known.set(known.key, known);
    if (isCodeRight) {
      const isFirst = !known.isVerified;
      known.isVerified = true;
      return { kind: "verified", isFirst };
    }
    known.wrongCount += 1;
    this.#wrongAtMs.push(nowMs);
    return { kind: "wrong", attemptsLeft: this.#attemptsMax(known) - known.wrongCount };
  }

  #giveBack(key: number, nowMs: number): void {
    const known = this.#known.get(key);
    const sent = this.#sent.findLast((one) => one.key === key && !one.isReturned);
    if (known !== undefined && sent !== undefined && nowMs < this.#endsAtMs(known)) {
      sent.isReturned = true;
    }
  }

  #refuse(source: number, nowMs: number, isFull: boolean): Told | null {
    const { sendsPerDayMax, sendsPerSourcePerDayMax } = this.#policy;
    const counted = this.#sent.filter((sent) => !sent.isReturned);
    if (counted.some((sent) => nowMs < sent.quietUntilMs)) return { kind: "too-soon" };
    const today = counted.filter((sent) => nowMs - sent.atMs < DAY_MS);
    const isOver =
      today.length >= sendsPerDayMax ||
      today.filter((sent) => sent.source === source).length >= sendsPerSourcePerDayMax;
    return isOver || isFull ? { kind: "rate-limited" } : null;
  }

  #send(known: Known, source: number, nowMs: number): Told {
    this.#known.set(known.key, known);
    const resendInMs = this.#policy.cooldownsMs[this.#sendCount(known)] ?? 0;
    const { key } = known;
    const quietUntilMs = nowMs + resendInMs;
    this.#sent.push({ atMs: nowMs, source, key, quietUntilMs, isReturned: false });
    return { kind: "send", untilMs: this.#untilMs(known, nowMs), resendInMs };
  }

  #meet(facts: ChallengeFacts, nowMs: number): Known | Told {
    const known =
      this.#known.get(facts.key) ?? (facts.isOfThisBoot ? null : this.#remember(facts, 0));
    if (known === null || nowMs >= this.#endsAtMs(known)) return { kind: "expired" };
    return known.wrongCount < this.#attemptsMax(known) ? known : { kind: "exhausted" };
  }

  #remember({ key, isOfThisBoot, issuedAtMs }: ChallengeFacts, source: number): Known {
    const acceptedAtMs = Number.POSITIVE_INFINITY;
    const sentBefore = isOfThisBoot ? 0 : 1;
    const fresh = { acceptedAtMs, wrongCount: 0, isVerified: false };
    return { key, isOfThisBoot, issuedAtMs, source, sentBefore, ...fresh };
  }

  #attemptsMax({ isOfThisBoot }: Known): number {
    return isOfThisBoot ? this.#policy.attemptsMax : this.#policy.attemptsInOtherBootMax;
  }

  /** A challenge of which nothing has left never was. */
  #endsAtMs(known: Known): number {
    const { challengeTtlMs, codeTtlMs } = this.#policy;
    if (this.#sendCount(known) === 0) return Number.NEGATIVE_INFINITY;
    const lastMs = known.issuedAtMs + challengeTtlMs;
    return known.isOfThisBoot ? Math.min(lastMs, known.acceptedAtMs + codeTtlMs) : lastMs;
  }

  /** As late as it may leave, even if the gateway takes the send before it in the moment it is asked for. */
  #untilMs(known: Known, nowMs: number): number {
    const { codeTtlMs, codeLifeMsMin } = this.#policy;
    const isFirst = this.#sendCount(known) === 1;
    const shortestMs = isFirst ? Number.POSITIVE_INFINITY : nowMs + codeTtlMs - codeLifeMsMin;
    return Math.min(this.#sendableUntilMs(known), shortestMs);
  }

  #isSendable(known: Known, nowMs: number): boolean {
    return nowMs < this.#sendableUntilMs(known);
  }

  /** So that whoever reads it has time to type it. */
  #sendableUntilMs(known: Known): number {
    return this.#endsAtMs(known) - this.#policy.codeLifeMsMin;
  }

  #isGuessable(known: Known, nowMs: number): boolean {
    const hasAttempts = known.wrongCount < this.#attemptsMax(known);
    return !known.isVerified && hasAttempts && nowMs < this.#endsAtMs(known);
  }

  #sendCount({ key, sentBefore }: Known): number {
    return sentBefore + this.#sent.filter((sent) => sent.key === key && !sent.isReturned).length;
  }
}
