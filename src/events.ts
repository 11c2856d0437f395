import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { BudgetReached } from "./delivery/budget-alerts.ts";
import type { RouteStats } from "./delivery/gateway-route.ts";
import type { SmsBudgetState } from "./delivery/sms-budget.ts";
import type { Logs } from "./log.ts";
import { tellCause } from "./mode/cause.ts";
import type { ModeKeeper, ModeStep } from "./mode/mode-keeper.ts";
import type { RangeShut } from "./otp/range-conversion.ts";
import type { LineTotals } from "./waiting-room/waiting-rooms.ts";

/** Stands for a wait of which nobody can say how long: an hour. */
const CODE_WAIT_S_MAX = 3_600;

/** Counts that are read when somebody looks, by metric. */
export interface Levels {
  /** Phones the OTP shards remember. */
  readonly otpEntries: () => number;
  /** Claims waiting for a commit. */
  readonly claimsWaiting: () => number;
  /** Codes waiting for a gateway. */
  readonly codesWaiting: () => number;
  /** How long a code offered now would wait (ms); Infinity where nobody can say. */
  readonly codeWaitMs: () => number;
  readonly gateways: () => readonly RouteStats[];
  readonly smsBudget: () => SmsBudgetState;
  /** Proofs-of-work remembered so that none is taken twice. */
  readonly proofsUsed: () => number;
  readonly line: () => LineTotals;
  readonly mode: Pick<ModeKeeper, "level" | "readings">;
}

/**
 * What happens to the business, one method per event: its counter and its log line together.
 * Labels are the fixed words of outcomes; nothing personal goes in (invariant 10). No method throws.
 */
export class Events {
  readonly #logs: Logs;
  readonly #registry = new Registry();
  readonly #codeRequests = this.#counter("code_requests_total", "Requests for a code, by answer.");
  readonly #verifications = this.#counter("verifications_total", "Phones proved early, by answer.");
  readonly #registrations = this.#counter("registrations_total", "Requests for a seat, by answer.");
  readonly #sends = this.#counter("sends_total", "Messages tried, by lane and outcome.", "lane");
  readonly #gatewayChanges = this.#counter(
    "gateway_changes_total",
    "SMS gateways that fell into trouble or came back, by state.",
    "gateway",
  );
  readonly #budgetAlerts = this.#counter(
    "sms_budget_alerts_total",
    "Shares of a limit that were reached, in percent.",
    "limit",
  );
  readonly #rangesShut = this.#counter("number_ranges_shut_total", "Ranges that did not convert.");
  readonly #commitTroubles = this.#counter("commit_troubles_total", "Commits not done, by answer.");
  readonly #admittedInVain = this.#counter(
    "admitted_in_vain_total",
    "People let in from a waiting line who found no seat: a broken promise.",
  );
  readonly #modeSteps = this.#counter(
    "mode_steps_total",
    "Steps of the ladder of measures, by cause.",
    "direction",
  );
  readonly #turnFailures = this.#counter("turn_failures_total", "Turns of actors that threw.");
  readonly #databaseErrors = this.#counter("database_errors_total", "Reads that failed.");
  readonly #commitSeconds = new Histogram({
    name: "floodgate_commit_seconds",
    help: "Time from the start of a batch to its known outcome.",
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5],
    registers: [this.#registry],
  });
  readonly #commitMembers = new Histogram({
    name: "floodgate_commit_members",
    help: "Registrations in a batch.",
    buckets: [1, 5, 20, 100, 500, 1_000, 2_000],
    registers: [this.#registry],
  });

  constructor(logs: Logs) {
    this.#logs = logs;
  }

  /** The text a Prometheus server scrapes. */
  metrics(): Promise<string> {
    return this.#registry.metrics();
  }

  watch(levels: Levels): void {
    this.#gauge("otp_entries", "Phones the OTP shards remember.", levels.otpEntries);
    this.#gauge("claims_waiting", "Claims waiting for a commit.", levels.claimsWaiting);
    this.#gauge("codes_waiting", "Codes waiting for a gateway.", levels.codesWaiting);
    this.#gauge("code_wait_seconds", "How long a code asked for now waits for its turn.", () =>
      Math.min(levels.codeWaitMs() / 1_000, CODE_WAIT_S_MAX),
    );
    this.#gauges("gateway_segments_per_second", "The rate of the moment.", "gateway", () =>
      levels.gateways().map(({ gateway, ratePerS }) => [gateway, ratePerS]),
    );
    this.#gauges("gateway_in_flight", "Messages under way.", "gateway", () =>
      levels.gateways().map(({ gateway, inFlight }) => [gateway, inFlight]),
    );
    this.#gauges("gateway_trouble", "1 while another should take over.", "gateway", () =>
      levels.gateways().map(({ gateway, isTroubled }) => [gateway, isTroubled ? 1 : 0]),
    );
    this.#gauges("sms_budget_reserved", "Segments and millionths of money.", "limit", () =>
      levels
        .smsBudget()
        .limits.map(({ limit, reserved }) => [limit, reserved.codes + reserved.others]),
    );
    this.#gauge("proofs_used", "Proofs-of-work remembered as used.", levels.proofsUsed);
    this.#gauge("line_places", "Places given out in waiting lines.", () => levels.line().places);
    this.#gauge("line_held", "Seats held for people let in.", () => levels.line().held);
    this.#gauge(
      "line_admitted_per_minute",
      "People let in from waiting lines.",
      () => levels.line().admittedPerMinute,
    );
    this.#gauge("mode_level", "Steps of the ladder in force.", () => levels.mode.level);
    this.#gauge(
      "loop_lag_p90_seconds",
      "By how much the event loop was late of late.",
      () => levels.mode.readings["loop-lag"] / 1_000,
    );
    this.#gauge(
      "answer_p99_seconds",
      "How long calls that were taken took of late.",
      () => levels.mode.readings["answer-p99"] / 1_000,
    );
    this.#gauge("resident_bytes", "Resident memory of the process.", () =>
      process.memoryUsage.rss(),
    );
  }

  /** What the front door turned away since the start, by class. */
  watchShed(shedCounts: () => Readonly<Record<string, number>>): void {
    this.#gauges("shed_requests", "Requests turned away unread since the start.", "class", () =>
      Object.entries(shedCounts()),
    );
  }

  codeRequested(outcome: string): void {
    this.#codeRequests.inc({ outcome });
  }

  phoneVerified(outcome: string): void {
    this.#verifications.inc({ outcome });
  }

  registrationAnswered(outcome: string): void {
    this.#registrations.inc({ outcome });
  }

  admittedInVain(): void {
    this.#admittedInVain.inc({ outcome: "full" });
    this.#logs.quota.error("somebody who had been let in found no seat");
  }

  modeStepped({ from, to, cause }: ModeStep): void {
    this.#modeSteps.inc({ outcome: cause.kind, direction: to > from ? "up" : "down" });
    this.#logs.service.warn({ from, to, cause: tellCause(cause) }, "the ladder of measures moved");
  }

  sendTried(lane: string, outcome: string): void {
    this.#sends.inc({ lane, outcome });
  }

  batchCommitted(batch: { readonly memberCount: number; readonly tookMs: number }): void {
    this.#commitSeconds.observe(batch.tookMs / 1_000);
    this.#commitMembers.observe(batch.memberCount);
  }

  commitTroubled(answer: { readonly kind: string; readonly error: Error }): void {
    this.#commitTroubles.inc({ outcome: answer.kind });
    this.#logs.quota.warn({ reason: errorLabel(answer.error) }, `commit ${answer.kind}`);
  }

  routeChanged({ gateway, breaker, isSilent, ratePerS }: RouteStats): void {
    const state = isSilent ? "silent" : breaker;
    this.#gatewayChanges.inc({ gateway, outcome: state });
    this.#logs.delivery.warn({ gateway, ratePerS: Math.round(ratePerS) }, `a gateway is ${state}`);
  }

  budgetReached({ limit, percent }: BudgetReached): void {
    this.#budgetAlerts.inc({ limit, outcome: String(percent) });
    const level = percent < 100 ? "warn" : "error";
    this.#logs.delivery[level]({ limit, percent }, "so much of what may be spent on SMS is spent");
  }

  /** A range is ten thousand numbers, and names nobody. */
  rangeShut({ range, sentCount, usedCount }: RangeShut): void {
    this.#rangesShut.inc({ outcome: "shut" });
    this.#logs.delivery.error(
      { range: `+${range}xxxx`, sentCount, usedCount },
      "codes to a range of numbers are hardly ever typed: it is shut off for a while",
    );
  }

  sendFailed(lane: string, error: unknown): void {
    this.#sends.inc({ lane, outcome: "thrown" });
    this.#logs.delivery.error({ reason: errorLabel(error) }, `a row of ${lane} could not be tried`);
  }

  clockDrifted(offMs: number): void {
    const offS = Math.round(offMs / 1_000);
    this.#logs.database.warn({ offS }, "the clock is off the database's and is slewed towards it");
  }

  renderFaulted(error: unknown): void {
    this.#sends.inc({ lane: "render", outcome: "fault" });
    this.#logs.delivery.error({ err: error }, "a rendering thread failed");
  }

  turnFailed(error: unknown): void {
    this.#turnFailures.inc({ outcome: "thrown" });
    this.#logs.service.error({ err: error }, "a turn threw and changed nothing");
  }

  databaseFailed(error: unknown): void {
    this.#databaseErrors.inc({ outcome: "failed" });
    this.#logs.database.warn({ reason: errorLabel(error) }, "a read failed");
  }

  #counter(name: string, help: string, ...labels: string[]): Counter {
    const labelNames = ["outcome", ...labels];
    return new Counter({
      name: `floodgate_${name}`,
      help,
      labelNames,
      registers: [this.#registry],
    });
  }

  #gauges(
    name: string,
    help: string,
    label: string,
    read: () => readonly (readonly [value: string, count: number])[],
  ): void {
    new Gauge({
      name: `floodgate_${name}`,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect() {
        for (const [value, count] of read()) this.set({ [label]: value }, count);
      },
    });
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `floodgate_${name}`,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }
}

/** The class and code of an error; its message may quote a row. */
function errorLabel(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = "code" in error ? String(error.code) : "";
  return `${error.name} ${code}`.trim();
}
