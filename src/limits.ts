import { ok as assert } from "node:assert";

/** Every bound of the system in one place, units last. A queue that is not here does not exist. */
export const limits = {
  /** Actor kernel. */
  shardCount: 64,
  shardMailboxCountMax: 1_024,
  shardTurnsPerTickMax: 256,
  askTimeoutMs: 5_000,

  /** One-time codes: 64 shards of 16,384 phones are a million. */
  otpEntriesPerShardMax: 16_384,
  /** All shards, one after the other. */
  otpSweepEveryMs: 10_000,
  codeQueueCountMax: 65_536,
  codeSendTimeoutMs: 10_000,
  codeWaitMsMax: 60_000,
  codeComeBackMs: 15_000,
  codeSendTriesMax: 5,
  codeRetryFirstMs: 500,
  codeRetryMaxMs: 8_000,

  /** Proofs-of-work: over 4,000 a second for the longest that one is remembered, two lives of 120 s. */
  proofUsedCountMax: 1_048_576,
  /** Hashes a proof takes on average; twice as many at most. */
  proofHashCount: 50_000,
  proofRaisedHashCount: 500_000,

  /** Failures of a block of addresses before proofs are asked of it: 10 and 50 a minute after the first. */
  sourceFailureCountMax: 20,
  sourceFailureEveryMs: 6_000,
  sourceNetworkFailureCountMax: 100,
  sourceNetworkFailureEveryMs: 1_200,
  sourceWaiterCountMax: 10,
  /** Of 64 bytes. */
  sourceCellCount: 32_768,

  /** Seats. */
  quotaTurnsPerTickMax: 4_096,
  commitBatchCountMax: 2_000,
  commitWaitingCountMax: 20_000,
  commitRetryFirstMs: 50,
  commitRetryMaxMs: 1_000,
  commitStallShedMs: 1_000,
  holderBatchCountMax: 1_000,
  holderWaitingCountMax: 20_000,

  /** Waiting room: 13 MB for half a million who wait, and one number for the page of each. */
  linePlaceCountMax: 524_288,
  lineStepCountMax: 1_024,
  lobbyBatchCountMax: 2_000,
  lobbyWaitingCountMax: 20_000,
  /** What a crash makes gaps of, each a seat held for two minutes. */
  tailBlockCount: 64,
  tailBlockCountMax: 4_096,
  admitEveryMs: 250,
  holdMs: 60_000,
  verifiedHoldMs: 120_000,
  admissionRecordEveryMs: 1_000,
  /**
   * Where it begins, for the late still join then and are work as well: twice as many two minutes later. Nor does it
   * fall below, for a line that all but stands helps nobody, whatever holds the machine up.
   */
  admitPerSMin: 50,
  admitPerSMax: 10_000,
  /** One batch: what waits behind it is told to come again sooner or later. */
  admitClaimsWaitingMax: 2_000,
  /** What nine of ten turns of the loop may wait, for 99 of 100 answers to come within 50 ms. */
  admitLoopLagMsMax: 3,
  admitCodeWaitMsMax: 20_000,

  /** Outbox relay, per lane. */
  outboxClaimCountMax: 500,
  outboxLeaseMs: 180_000,
  outboxPollMs: 1_000,
  outboxTriesMax: 12,
  outboxRetryFirstMs: 2_000,
  outboxRetryMaxMs: 3_600_000,
  /** How long a mail waits for its ticket while none is drawn for mails. */
  mailPdfPauseMs: 5_000,
  /** Confirmations claimed at once: the work of some seconds, so that claims are few and leases never end. */
  confirmationHeldCountMax: 2_000,
  confirmationHeldCountMin: 20,
  mailsHeldPerConnection: 4,
  mailSendTimeoutMs: 60_000,
  smtpConnectTimeoutMs: 10_000,
  smtpGreetingTimeoutMs: 10_000,
  smtpSocketTimeoutMs: 60_000,
  smtpIdleTimeoutMs: 30_000,

  /** What providers tell of messages they took. */
  reportBatchCountMax: 2_000,
  reportWaitingCountMax: 20_000,
  reportKeepMs: 30 * 86_400_000,
  reportForgetEveryMs: 3_600_000,
  reportForgetCountMax: 10_000,
  mailEventAgeMsMax: 900_000,
  mailEventTokenCountMax: 200_000,

  /** The HTTP gateway for SMS. */
  providerAnswerBytesMax: 64 * 1024,
  smsRetryAfterMaxMs: 3_600_000,

  /** Ticket rendering. */
  renderQueueCountMax: 512,
  renderBatchCountMax: 32,
  renderTimeoutMs: 10_000,
  renderRetryAfterMs: 1_000,
  renderCacheBytesMax: 32 * 1024 * 1024,

  /** Receipts of sales that have ended, some kilobytes each. */
  receiptCountMax: 256,

  /** HTTP. */
  bodyBytesMax: 16 * 1024,
  urlBytesMax: 2 * 1024,
  pageCacheCountMax: 256,
  requestDeadlineMs: 10_000,
  idleTimeoutMs: 10_000,
  retryAfterMs: 2_000,

  /** Development inbox. */
  inboxMessageCountMax: 500,

  /** Connections to PostgreSQL: commits have their own, so that no read ever stands before them. */
  commitConnectionCountMax: 2,
  readConnectionCountMax: 6,
  clockSyncMs: 5_000,

  /** Life of the process. */
  eventPollMs: 500,
  readyAgeMsMax: 5_000,
  /** A stop takes at most the sum: requests under way, commits, codes, then what the relay has in hand. */
  requestDrainTimeoutMs: 12_000,
  seatsDrainTimeoutMs: 10_000,
  codeDrainTimeoutMs: 10_000,
  relayDrainTimeoutMs: 15_000,
  budgetDrainTimeoutMs: 2_000,
  repeatedSignalMs: 2_000,
  launcherPollMs: 500,
} as const;

/** The same bounds with other values, as a simulation has them. */
export type Limits = Readonly<Record<keyof typeof limits, number>>;

// The relations are the design; a bound changed alone should fail at start, not under load.
assert((limits.shardCount & (limits.shardCount - 1)) === 0);
assert(limits.commitBatchCountMax <= limits.commitWaitingCountMax);
assert(limits.askTimeoutMs < limits.requestDeadlineMs);
assert(limits.requestDeadlineMs < limits.requestDrainTimeoutMs);
assert(limits.verifiedHoldMs / limits.admitEveryMs < limits.lineStepCountMax);
assert(limits.codeSendTimeoutMs < limits.outboxLeaseMs);
assert(2 * limits.mailSendTimeoutMs + limits.renderTimeoutMs < limits.outboxLeaseMs);
assert(limits.smtpConnectTimeoutMs + limits.smtpGreetingTimeoutMs < limits.mailSendTimeoutMs);
