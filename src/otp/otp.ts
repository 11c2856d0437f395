import { ok as assert } from "node:assert";

/** What one phone's codes may cost and how long they live; every duration in milliseconds. */
export interface OtpPolicy {
  /** From the gateway's acceptance of the first send. */
  readonly codeTtlMs: number;
  /** From the request, whatever the gateway does; also the life in a boot that did not issue it. */
  readonly challengeTtlMs: number;
  /** A code with less of its life left is not sent any more: who reads it could hardly type it in time. */
  readonly codeLifeMsMin: number;
  /** After the first, second and third send of a challenge: how long the phone waits for the next. */
  readonly cooldownsMs: readonly number[];
  readonly attemptsMax: number;
  readonly attemptsInOtherBootMax: number;
  readonly liveChallengesMax: number;
  readonly liveChallengesPerSourceMax: number;
  readonly wrongPerHourMax: number;
  readonly sendsPerDayMax: number;
  readonly sendsPerSourcePerDayMax: number;
}

export const OTP_POLICY: OtpPolicy = {
  codeTtlMs: 300_000,
  challengeTtlMs: 600_000,
  codeLifeMsMin: 120_000,
  cooldownsMs: [30_000, 60_000, 120_000],
  attemptsMax: 5,
  attemptsInOtherBootMax: 1,
  liveChallengesMax: 3,
  liveChallengesPerSourceMax: 1,
  wrongPerHourMax: 15,
  sendsPerDayMax: 5,
  sendsPerSourcePerDayMax: 2,
};

/** Everything remembered of one phone. */
export interface OtpState {
  readonly challenges: readonly LiveChallenge[];
  readonly nextSendAtMs: number;
  readonly sends: readonly Send[];
  /** The latest wrong codes, oldest first. */
  readonly wrongAtMs: readonly number[];
}

interface LiveChallenge {
  readonly key: number;
  readonly isOfThisBoot: boolean;
  readonly deadlineMs: number;
  readonly attemptsLeft: number;
  readonly sendCount: number;
  readonly isVerified: boolean;
  readonly source: number;
}

interface Send {
  readonly atMs: number;
  readonly source: number;
  readonly challengeKey: number;
}

/** What a challenge's token says; see `challenge.ts`. */
export interface ChallengeFacts {
  readonly key: number;
  readonly issuedAtMs: number;
  readonly isOfThisBoot: boolean;
}

export type OtpMessage = SendMessage | CheckMessage | OtpPrivateMessage;

export type SendMessage =
  | { readonly kind: "request"; readonly challengeKey: number; readonly source: number }
  | { readonly kind: "resend"; readonly challenge: ChallengeFacts; readonly source: number };

export interface CheckMessage {
  readonly kind: "check";
  readonly challenge: ChallengeFacts;
  readonly isCodeRight: boolean;
}

/** What the sender tells a shard; no caller can build one. */
export type OtpPrivateMessage =
  | { readonly kind: "sms-accepted"; readonly challengeKey: number }
  | { readonly kind: "sms-not-sent"; readonly challengeKey: number };

export type OtpReply = SendReply | CheckReply | { readonly kind: "noted" };

export type SendReply =
  /** The code is to be sent before the instant (ms since the epoch), and may be asked for again after the wait. */
  | { readonly kind: "send"; readonly untilMs: number; readonly resendInMs: number }
  | { readonly kind: "too-soon"; readonly waitMs: number }
  | { readonly kind: "rate-limited"; readonly waitMs: number }
  | PastReply;

export type CheckReply =
  /** `isFirst`: not a repetition of what was answered before. */
  | { readonly kind: "verified"; readonly isFirst: boolean }
  | { readonly kind: "wrong"; readonly attemptsLeft: number }
  | PastReply;

/** The challenge is over. */
type PastReply = { readonly kind: "expired" } | { readonly kind: "exhausted" };

export interface OtpTurn {
  readonly state: OtpState;
  readonly reply: OtpReply;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const EMPTY_OTP_STATE: OtpState = {
  challenges: [],
  nextSendAtMs: 0,
  sends: [],
  wrongAtMs: [],
};

/** One message to one phone. Invariant 5 rests on it: a wrong code is counted in the turn that sees it. */
export function turn(
  stored: OtpState,
  message: OtpMessage,
  nowMs: number,
  policy: OtpPolicy,
): OtpTurn {
  const state = forgetPast(stored, nowMs);
  switch (message.kind) {
    case "request":
      return request(state, message, nowMs, policy);
    case "resend":
      return resend(state, message, nowMs, policy);
    case "check":
      return check(state, message, nowMs, policy);
    case "sms-accepted":
      return accepted(state, message.challengeKey, nowMs, policy);
    case "sms-not-sent":
      return notSent(state, message.challengeKey, nowMs);
  }
}

/** True when nothing that is remembered can change an answer any more. */
export function isForgettable(state: OtpState, nowMs: number): boolean {
  return forgettableAtMs(state) <= nowMs;
}

/** The instant from which on nothing that is remembered can change an answer. */
export function forgettableAtMs({ challenges, sends, wrongAtMs }: OtpState): number {
  let latestMs = Number.NEGATIVE_INFINITY;
  for (const { deadlineMs } of challenges) latestMs = Math.max(latestMs, deadlineMs);
  for (const { atMs } of sends) latestMs = Math.max(latestMs, atMs + DAY_MS);
  for (const atMs of wrongAtMs) latestMs = Math.max(latestMs, atMs + HOUR_MS);
  return latestMs;
}

/** True when no code is under way: only budgets are lost by forgetting the phone. */
export function hasLiveChallenge(state: OtpState, nowMs: number): boolean {
  return state.challenges.some((challenge) => challenge.deadlineMs > nowMs);
}

function request(
  state: OtpState,
  message: Extract<OtpMessage, { kind: "request" }>,
  nowMs: number,
  policy: OtpPolicy,
): OtpTurn {
  const refusal =
    refuseSend(state, message.source, nowMs, policy) ??
    refuseChallenge(state, message.source, nowMs, policy);
  if (refusal !== null) return { state, reply: refusal };
  const challenge: LiveChallenge = {
    key: message.challengeKey,
    isOfThisBoot: true,
    deadlineMs: nowMs + policy.challengeTtlMs,
    attemptsLeft: policy.attemptsMax,
    sendCount: 0,
    isVerified: false,
    source: message.source,
  };
  return send(state, challenge, { source: message.source, nowMs, policy });
}

function resend(
  state: OtpState,
  message: Extract<OtpMessage, { kind: "resend" }>,
  nowMs: number,
  policy: OtpPolicy,
): OtpTurn {
  const challenge = meet(state, message.challenge, nowMs, policy);
  if ("kind" in challenge) return { state, reply: challenge };
  if (nowMs >= sendableUntilMs(challenge, policy)) return { state, reply: { kind: "expired" } };
  const refusal = refuseSend(state, message.source, nowMs, policy);
  if (refusal !== null) return { state, reply: refusal };
  if (challenge.sendCount >= policy.cooldownsMs.length) {
    return { state, reply: { kind: "rate-limited", waitMs: challenge.deadlineMs - nowMs } };
  }
  return send(state, challenge, { source: message.source, nowMs, policy });
}

function check(state: OtpState, message: CheckMessage, nowMs: number, policy: OtpPolicy): OtpTurn {
  const challenge = meet(state, message.challenge, nowMs, policy);
  if ("kind" in challenge) return { state, reply: challenge };
  if (message.isCodeRight) {
    const verified = { ...challenge, isVerified: true };
    const isFirst = !challenge.isVerified;
    return { state: keep(state, verified), reply: { kind: "verified", isFirst } };
  }
  const attemptsLeft = challenge.attemptsLeft - 1;
  assert(attemptsLeft >= 0, "a challenge without attempts is never checked");
  const counted = keep(state, { ...challenge, attemptsLeft });
  const wrongAtMs = [...state.wrongAtMs, nowMs].slice(-policy.wrongPerHourMax);
  return { state: { ...counted, wrongAtMs }, reply: { kind: "wrong", attemptsLeft } };
}

/**
 * The five minutes start when the gateway accepts the first send; later sends extend nothing. For a challenge of another
 * boot they shorten nothing either: forgotten before its token is past, it would be met afresh, with another guess.
 */
function accepted(state: OtpState, key: number, nowMs: number, policy: OtpPolicy): OtpTurn {
  const challenge = state.challenges.find((live) => live.key === key);
  if (challenge === undefined || !challenge.isOfThisBoot) {
    return { state, reply: { kind: "noted" } };
  }
  const deadlineMs = Math.min(challenge.deadlineMs, nowMs + policy.codeTtlMs);
  return { state: keep(state, { ...challenge, deadlineMs }), reply: { kind: "noted" } };
}

/** Nothing left for the phone, so the send is given back and may be tried again at once. */
function notSent(state: OtpState, key: number, nowMs: number): OtpTurn {
  const challenge = state.challenges.find((live) => live.key === key);
  const last = state.sends.findLastIndex((sent) => sent.challengeKey === key);
  if (challenge === undefined || last === -1) return { state, reply: { kind: "noted" } };
  const sends = state.sends.toSpliced(last, 1);
  // A send after it, of another challenge, may be on its way: the phone waits for that one all the same.
  const isLatest = last === state.sends.length - 1;
  const returned = { ...state, sends, nextSendAtMs: isLatest ? nowMs : state.nextSendAtMs };
  const sendCount = challenge.sendCount - 1;
  const challenges = state.challenges.filter((live) => live.key !== key);
  const left =
    sendCount === 0 ? { ...returned, challenges } : keep(returned, { ...challenge, sendCount });
  return { state: left, reply: { kind: "noted" } };
}

function send(
  state: OtpState,
  challenge: LiveChallenge,
  {
    source,
    nowMs,
    policy,
  }: { readonly source: number; readonly nowMs: number; readonly policy: OtpPolicy },
): OtpTurn {
  const resendInMs = policy.cooldownsMs[challenge.sendCount];
  assert(resendInMs !== undefined, "a challenge is sent no more often than there are cooldowns");
  const kept = keep(state, { ...challenge, sendCount: challenge.sendCount + 1 });
  const sends = [...state.sends, { atMs: nowMs, source, challengeKey: challenge.key }];
  // The send before may be accepted at any moment, which starts the life that this one must leave enough of.
  const isFirst = challenge.sendCount === 0;
  const acceptedLifeMs = isFirst ? Infinity : policy.codeTtlMs - policy.codeLifeMsMin;
  const untilMs = Math.min(sendableUntilMs(challenge, policy), nowMs + acceptedLifeMs);
  return {
    state: { ...kept, sends, nextSendAtMs: nowMs + resendInMs },
    reply: { kind: "send", untilMs, resendInMs },
  };
}

function sendableUntilMs({ deadlineMs }: LiveChallenge, { codeLifeMsMin }: OtpPolicy): number {
  return deadlineMs - codeLifeMsMin;
}

/** Limits of sending, to the phone and for one source of requests. */
function refuseSend(
  state: OtpState,
  source: number,
  nowMs: number,
  policy: OtpPolicy,
): OtpReply | null {
  if (nowMs < state.nextSendAtMs) return { kind: "too-soon", waitMs: state.nextSendAtMs - nowMs };
  const ofSource = state.sends.filter((sent) => sent.source === source);
  const full =
    oldestOver(state.sends, policy.sendsPerDayMax) ??
    oldestOver(ofSource, policy.sendsPerSourcePerDayMax);
  return full === null ? null : { kind: "rate-limited", waitMs: full.atMs + DAY_MS - nowMs };
}

/** Limits of new challenges; they never touch a live one, so nobody can lock the owner out. */
function refuseChallenge(
  state: OtpState,
  source: number,
  nowMs: number,
  policy: OtpPolicy,
): OtpReply | null {
  const oldestWrongAtMs = oldestOver(state.wrongAtMs, policy.wrongPerHourMax);
  if (oldestWrongAtMs !== null) {
    return { kind: "rate-limited", waitMs: oldestWrongAtMs + HOUR_MS - nowMs };
  }
  const open = state.challenges
    .filter((challenge) => !challenge.isVerified && challenge.attemptsLeft > 0)
    .toSorted((one, other) => one.deadlineMs - other.deadlineMs);
  // One whose code is not sent any more holds nobody back from a new one.
  const ofSource = open.filter(
    (challenge) => challenge.source === source && nowMs < sendableUntilMs(challenge, policy),
  );
  const first =
    oldestOver(open, policy.liveChallengesMax) ??
    oldestOver(ofSource, policy.liveChallengesPerSourceMax);
  if (first === null) return null;
  const isOfSource = ofSource.includes(first);
  const endsAtMs = isOfSource ? sendableUntilMs(first, policy) : first.deadlineMs;
  return { kind: "rate-limited", waitMs: endsAtMs - nowMs };
}

/** The entry whose passing makes room again under the bound, or null while there is room. */
function oldestOver<Entry>(entries: readonly Entry[], countMax: number): Entry | null {
  return entries.length < countMax ? null : (entries[entries.length - countMax] ?? null);
}

/** The challenge as this boot knows it; one of another boot is met with what that boot cannot tell. */
function meet(
  state: OtpState,
  facts: ChallengeFacts,
  nowMs: number,
  policy: OtpPolicy,
): LiveChallenge | PastReply {
  const known = state.challenges.find((challenge) => challenge.key === facts.key);
  if (known !== undefined) return known.attemptsLeft === 0 ? { kind: "exhausted" } : known;
  const deadlineMs = facts.issuedAtMs + policy.challengeTtlMs;
  if (facts.isOfThisBoot || deadlineMs <= nowMs) return { kind: "expired" };
  return {
    key: facts.key,
    isOfThisBoot: false,
    deadlineMs,
    attemptsLeft: policy.attemptsInOtherBootMax,
    sendCount: 1,
    isVerified: false,
    source: 0,
  };
}

function keep(state: OtpState, challenge: LiveChallenge): OtpState {
  const others = state.challenges.filter((live) => live.key !== challenge.key);
  return { ...state, challenges: [...others, challenge] };
}

function forgetPast(state: OtpState, nowMs: number): OtpState {
  return {
    challenges: state.challenges.filter((challenge) => challenge.deadlineMs > nowMs),
    nextSendAtMs: state.nextSendAtMs,
    sends: state.sends.filter((sent) => sent.atMs + DAY_MS > nowMs),
    wrongAtMs: state.wrongAtMs.filter((atMs) => atMs + HOUR_MS > nowMs),
  };
}
