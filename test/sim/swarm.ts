import { type Limits, limits } from "../../src/limits.ts";
import { OTP_POLICY, type OtpPolicy } from "../../src/otp/otp.ts";
import type { Random } from "../support/random.ts";
import type { LineTerms } from "./line-terms.ts";
import { drawLineTerms, lineLimits } from "./line-terms.ts";
import type { SmsTerms } from "./sms-terms.ts";
import { drawSmsTerms } from "./sms-terms.ts";

/** Rates of faults while chaos reigns; every kind can be absent. Durations in milliseconds. */
export interface Faults {
  /** Of each effect of a process. */
  readonly killRate: number;
  readonly pauseRate: number;
  readonly pauseMsMax: number;
  /** Of each statement and commit. */
  readonly databaseRefusedRate: number;
  readonly databaseLostBeforeRate: number;
  readonly databaseLostAfterRate: number;
  /** The client loses its connection, and what it asked for commits all the same, later. */
  readonly databaseOrphanRate: number;
  /** No answer at all, as of a half-open connection. */
  readonly databaseStallRate: number;
  readonly databaseSlowRate: number;
  readonly databaseRestartsPerMinute: number;
  /** Of each SMS. */
  readonly smsThrottledRate: number;
  readonly smsLostAnswerRate: number;
  readonly smsTwiceRate: number;
  readonly smsLieRate: number;
  readonly smsOutagesPerMinute: number;
  readonly smsHangsPerMinute: number;
  /** Of each mail. */
  readonly mailThrottledRate: number;
  readonly mailLostAnswerRate: number;
  readonly mailBouncedRate: number;
  readonly mailOutagesPerMinute: number;
  /** Of each ticket to render. */
  readonly renderBusyRate: number;
  readonly renderFailedRate: number;
  readonly renderHangRate: number;
  /** Of each answer on its way to a person. */
  readonly answerLostRate: number;
  readonly deploysPerMinute: number;
  readonly wallStepsPerMinute: number;
}

/** From when after the beginning, for how long, and by how much (ms). */
export interface Strain {
  readonly afterMs: number;
  readonly forMs: number;
  readonly loopLagMs: number;
}

/** One seed's world: how big, how hostile, how broken. Kinds of faults are left out at random, so that no kind hides another. */
export interface Swarm {
  readonly faults: Faults;
  readonly chaosMs: number;
  readonly processCount: number;
  readonly driftMax: number;
  readonly wallOffsetMsMax: number;
  readonly honestCount: number;
  readonly impatientCount: number;
  readonly hostileCount: number;
  /** Of the honest: share who prove their phone before the opening. */
  readonly earlyShare: number;
  readonly poisonousShare: number;
  readonly mistypeRate: number;
  readonly quotas: readonly number[];
  /** The organiser changes the quota, pauses and resumes. */
  readonly organiserChangesPerMinute: number;
  /** Addresses that bounce, or whose owners complain. */
  readonly suppressionsPerMinute: number;
  readonly sms: SmsTerms;
  /** Null where the sales have no waiting room. */
  readonly line: LineTerms | null;
  /** While it lasts the event loop is late, as each process measures it. */
  readonly strain: Strain | null;
  readonly latencyMsMax: number;
  readonly limits: Limits;
  readonly otpPolicy: OtpPolicy;
}

/** Of all worlds, those whose sales have a waiting room. */
const LINE_SHARE = 0.33;

export const NO_FAULTS: Faults = {
  killRate: 0,
  pauseRate: 0,
  pauseMsMax: 20,
  databaseRefusedRate: 0,
  databaseLostBeforeRate: 0,
  databaseLostAfterRate: 0,
  databaseOrphanRate: 0,
  databaseStallRate: 0,
  databaseSlowRate: 0,
  databaseRestartsPerMinute: 0,
  smsThrottledRate: 0,
  smsLostAnswerRate: 0,
  smsTwiceRate: 0,
  smsLieRate: 0,
  smsOutagesPerMinute: 0,
  smsHangsPerMinute: 0,
  mailThrottledRate: 0,
  mailLostAnswerRate: 0,
  mailBouncedRate: 0,
  mailOutagesPerMinute: 0,
  renderBusyRate: 0,
  renderFailedRate: 0,
  renderHangRate: 0,
  answerLostRate: 0,
  deploysPerMinute: 0,
  wallStepsPerMinute: 0,
};

export function drawSwarm(random: Random): Swarm {
  const isCalm = random.chance(0.1);
  const crowd = random.chance(0.1) ? random.whole(60, 150) : random.whole(4, 40);
  const hostileCount = random.chance(0.6) ? random.whole(1, 4) : 0;
  const impatientCount = random.chance(0.7) ? random.whole(1, Math.ceil(crowd / 2)) : 0;
  const chaosMs = random.between(40_000, 150_000);
  const quotas = drawQuotas(crowd, random);
  const organiserChangesPerMinute = random.chance(0.3) ? random.between(1, 6) : 0;
  const seats = quotas.reduce((sum, quota) => sum + quota, 0);
  // Nobody holds two seats, and whoever raises quotas may come to one for everybody.
  const owedCountMax = organiserChangesPerMinute > 0 ? crowd : Math.min(crowd, seats);
  const faults = isCalm ? NO_FAULTS : drawFaults(random);
  const hasKills = faults.killRate > 0;
  const swarm: Swarm = {
    faults,
    chaosMs,
    processCount: random.pick([1, 1, 2, 2, 3]),
    driftMax: random.chance(0.5) ? 0.0001 : 0,
    wallOffsetMsMax: random.pick([0, 5_000, 3_600_000]),
    honestCount: crowd - impatientCount,
    impatientCount,
    hostileCount,
    earlyShare: random.pick([0, 0.3, 0.8]),
    poisonousShare: random.chance(0.5) ? 0.15 : 0,
    mistypeRate: random.pick([0, 0.1, 0.4]),
    quotas,
    organiserChangesPerMinute,
    suppressionsPerMinute: random.chance(0.4) ? random.magnitude(1, 20) : 0,
    sms: drawSmsTerms({ crowd, owedCountMax, chaosMs, hasKills }, random),
    line: null,
    strain: null,
    latencyMsMax: random.pick([5, 50, 400]),
    limits: drawLimits(random),
    otpPolicy: drawPolicy(random),
  };
  // Last, so that all else of a world is drawn alike with a line and without.
  const strained = { ...swarm, strain: random.chance(0.2) ? drawStrain(chaosMs, random) : null };
  return random.chance(LINE_SHARE) ? withLine(strained, random) : strained;
}

function drawStrain(chaosMs: number, random: Random): Strain {
  return {
    afterMs: random.between(0, chaosMs),
    forMs: random.between(1_000, chaosMs / 2),
    loopLagMs: random.pick([60, 150, 1_000]),
  };
}

/** Codes live for seconds, or a seat kept for one who does not come would be kept for minutes. */
function withLine(swarm: Swarm, random: Random): Swarm {
  const line = drawLineTerms(random);
  return {
    ...swarm,
    line,
    chaosMs: swarm.chaosMs + (line.beacon?.leadMs ?? 0),
    limits: lineLimits(swarm.limits, random),
    otpPolicy: shortPolicy(),
  };
}

/** Mostly fewer seats than people; sometimes two sales after one another. */
function drawQuotas(crowd: number, random: Random): readonly number[] {
  const first = random.pick([1, random.whole(1, crowd), Math.ceil(crowd / 2), crowd + 5]);
  return random.chance(0.25) ? [first, random.whole(1, crowd)] : [first];
}

function drawFaults(random: Random): Faults {
  const rate = (min: number, max: number) => (random.chance(0.45) ? random.magnitude(min, max) : 0);
  return {
    killRate: rate(0.0005, 0.01),
    pauseRate: rate(0.0005, 0.01),
    pauseMsMax: random.magnitude(200, 60_000),
    databaseRefusedRate: rate(0.005, 0.2),
    databaseLostBeforeRate: rate(0.005, 0.2),
    databaseLostAfterRate: rate(0.005, 0.3),
    databaseOrphanRate: rate(0.005, 0.3),
    databaseStallRate: rate(0.002, 0.02),
    databaseSlowRate: rate(0.01, 0.3),
    databaseRestartsPerMinute: rate(0.5, 6),
    smsThrottledRate: rate(0.01, 0.3),
    smsLostAnswerRate: rate(0.01, 0.2),
    smsTwiceRate: rate(0.01, 0.2),
    smsLieRate: rate(0.01, 0.1),
    smsOutagesPerMinute: rate(0.3, 2),
    smsHangsPerMinute: rate(0.3, 2),
    mailThrottledRate: rate(0.01, 0.4),
    mailLostAnswerRate: rate(0.01, 0.3),
    mailBouncedRate: rate(0.01, 0.1),
    mailOutagesPerMinute: rate(0.3, 2),
    renderBusyRate: rate(0.01, 0.4),
    renderFailedRate: rate(0.01, 0.2),
    renderHangRate: rate(0.005, 0.1),
    answerLostRate: rate(0.01, 0.3),
    deploysPerMinute: rate(0.3, 3),
    wallStepsPerMinute: rate(0.5, 6),
  };
}

/** Small bounds are met often; the relations of `limits.ts` are kept. */
function drawLimits(random: Random): Limits {
  const isTight = random.chance(0.4);
  return {
    ...limits,
    shardCount: 2 ** random.whole(0, 4),
    shardMailboxCountMax: isTight ? random.whole(1, 8) : limits.shardMailboxCountMax,
    shardTurnsPerTickMax: isTight ? random.whole(1, 4) : limits.shardTurnsPerTickMax,
    quotaTurnsPerTickMax: isTight ? random.whole(1, 4) : limits.quotaTurnsPerTickMax,
    otpEntriesPerShardMax: isTight ? random.whole(20, 60) : limits.otpEntriesPerShardMax,
    commitBatchCountMax: random.pick([1, 3, 20, 2_000]),
    commitWaitingCountMax: isTight ? 2_000 + random.whole(0, 10) : limits.commitWaitingCountMax,
    codeQueueCountMax: isTight ? random.whole(2, 20) : limits.codeQueueCountMax,
    codeSendTimeoutMs: 3_000,
    sourceFailureCountMax: 1_000_000,
    sourceNetworkFailureCountMax: 1_000_000,
    outboxClaimCountMax: random.pick([1, 5, 50]),
    outboxLeaseMs: random.pick([20_000, 40_000]),
    outboxTriesMax: 40,
    outboxRetryFirstMs: 500,
    outboxRetryMaxMs: 10_000,
    mailSendTimeoutMs: 4_000,
    renderTimeoutMs: 2_000,
    otpSweepEveryMs: random.pick([1_000, 10_000]),
  };
}

/** The real policy, or one whose codes live seconds, so that expiry and refills are met in a short run. */
function drawPolicy(random: Random): OtpPolicy {
  if (random.chance(0.3)) return OTP_POLICY;
  return random.chance(0.5) ? shortPolicy() : generous(OTP_POLICY);
}

function shortPolicy(): OtpPolicy {
  return generous({
    ...OTP_POLICY,
    codeTtlMs: 20_000,
    challengeTtlMs: 40_000,
    codeLifeMsMin: 8_000,
    cooldownsMs: [2_000, 4_000, 8_000],
  });
}

function generous(policy: OtpPolicy): OtpPolicy {
  return { ...policy, sendsPerDayMax: 60, sendsPerSourcePerDayMax: 60 };
}
