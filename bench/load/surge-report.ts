import { CALLS, OUTCOMES } from "./journal.ts";
import type { SecondResult, SurgeResult } from "./surge-result.ts";

/** What a person at the terminal reads. */
export function reportText(result: SurgeResult): string {
  const { options, endings, reasons, seconds } = result;
  const { visitorCount, minutes, compress, quota, seed } = options;
  return [
    `${count(visitorCount)} visitors for ${count(quota)} seats, ${minutes} minutes of arrivals in ${minutes / compress} (seed ${seed})`,
    ...bookLines(result),
    "",
    table([
      ["people", ""],
      ...Object.entries(endings).map(([name, number]) => [name, count(number)]),
    ]),
    "",
    "Latency counts from the instant a request was due.",
    callTable(result),
    "",
    table([
      ["not what was asked for", ""],
      ...Object.entries(reasons).map(([reason, number]) => [reason, count(number)]),
    ]),
    "",
    secondTable(seconds),
    "",
    ...machineLines(result),
    ...result.faults.slice(0, FAULTS_SHOWN_MAX).map((fault) => `FAULT: ${fault}`),
    ...(result.faults.length > 0 ? [`${result.faults.length} faults`] : []),
  ].join("\n");
}

const FAULTS_SHOWN_MAX = 10;
const ROWS_MAX = 24;
/** A generator later than this at p99 measures itself. */
const LAG_MS_MAX = 100;

function bookLines({ checked, soldOutAfterMs }: SurgeResult): readonly string[] {
  if (checked === null) return ["THE BOOKS DO NOT HOLD"];
  const { soldCount, acknowledgedCount, heldUnknownCount } = checked;
  return [
    soldOutAfterMs === null
      ? `Not sold out: ${count(soldCount)} seats sold.`
      : `Sold out ${duration(soldOutAfterMs)} after the opening: ${count(soldCount)} seats, exactly the quota.`,
    `${count(acknowledgedCount)} people were told of their seat, and each is in the table as told; ${count(heldUnknownCount)} hold one and left before the answer came.`,
  ];
}

function callTable({ calls }: SurgeResult): string {
  const rows = CALLS.map((call) => {
    const { outcomes, latency } = calls[call];
    const { p50Ms, p99Ms, p999Ms, maxMs } = latency;
    return [
      call,
      ...OUTCOMES.map((outcome) => count(outcomes[outcome])),
      ...[p50Ms, p99Ms, p999Ms, maxMs].map(duration),
    ];
  });
  return table([["call", ...OUTCOMES, "p50", "p99", "p99.9", "max"], ...rows]);
}

/** A row for each second, or for some together where there are many. */
function secondTable(seconds: readonly SecondResult[]): string {
  const step = Math.ceil(seconds.length / ROWS_MAX);
  const rows = Array.from({ length: Math.ceil(seconds.length / step) }, (_, index) => {
    const some = seconds.slice(index * step, (index + 1) * step);
    const mean = (valueOf: (second: SecondResult) => number) =>
      count(Math.round(some.reduce((sum, second) => sum + valueOf(second), 0) / some.length));
    const worst = (valueOf: (second: SecondResult) => number | null) =>
      duration(Math.max(0, ...some.map((second) => valueOf(second) ?? 0)));
    return [
      String(some[0]?.atS ?? 0),
      mean(({ arrived }) => arrived),
      mean(({ offered }) => offered),
      mean(({ ended }) => ended.done + ended.refused + ended.unproven),
      mean(({ ended }) => ended.later),
      mean(({ ended }) => ended.failed),
      mean(({ registered }) => registered),
      worst(({ awaitedP50Ms }) => awaitedP50Ms),
      worst(({ awaitedP99Ms }) => awaitedP99Ms),
    ];
  });
  const head = ["second", "arrived", "offered", "answered", "later", "failed", "registered"];
  return table([[...head, "worst p50", "worst p99"], ...rows]);
}

function machineLines(result: SurgeResult): readonly string[] {
  const { processor, lag, connections, messages } = result;
  const { serverS, postgresS, generatorS } = processor;
  const told = (seconds: number | "unknown") =>
    seconds === "unknown" ? seconds : `${seconds.toFixed(1)} s`;
  return [
    `Processor time: server ${told(serverS)}, PostgreSQL ${told(postgresS)}, generator ${told(generatorS)}.`,
    `The generator was late by ${duration(lag.p50Ms)} at p50, ${duration(lag.p99Ms)} at p99, ${duration(lag.maxMs)} at most.`,
    ...(lag.p99Ms > LAG_MS_MAX
      ? ["Its own lateness is in every latency above: this run says little of the service's speed."]
      : []),
    `Connections: ${count(connections.openedCount)} opened, at most ${count(connections.busyCountMax)} of ${count(connections.countMax)} busy at once.`,
    `SMS: ${count(messages.codeCount)} codes, of which the network lost ${count(messages.codesLostCount)}; ${count(messages.confirmationCount)} confirmations. Mails wait: their lane is paused.`,
  ];
}

/** Words to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const columns = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const width = columns?.[column] ?? 0;
          return column === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function count(value: number): string {
  return value.toLocaleString("en");
}

function duration(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(2)} s`;
  return `${ms >= 10 ? Math.round(ms) : ms.toFixed(1)} ms`;
}
