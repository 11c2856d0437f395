import { CALLS, OUTCOMES } from "./journal.ts";
import { DISTURBED_SHARE, type SecondResult, type SurgeResult } from "./surge-result.ts";

/** What a person at the terminal reads. */
export function reportText(result: SurgeResult): string {
  const { options, endings, reasons, seconds } = result;
  const { visitorCount, minutes, compress, quota, seed } = options;
  return [
    `${count(visitorCount)} visitors for ${count(quota)} seats, ${minutes} minutes of arrivals in ${minutes / compress} (seed ${seed})`,
    ...bookLines(result),
    ...lineLines(result),
    ...barLines(result),
    ...undisturbedLines(result),
    "",
    table([
      ["people", ""],
      ...Object.entries(endings).map(([name, number]) => [name, count(number)]),
    ]),
    "",
    "Latency counts from the instant a request was asked until its answer was read.",
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

function lineLines({ line }: SurgeResult): readonly string[] {
  if (line === null) return [];
  const { admittedCount, rejoinedCount, draw, edge } = line;
  const drawn =
    draw === null || draw.faults.length > 0
      ? "THE DRAW IS NOT CONFIRMED."
      : `The draw is confirmed: ${count(draw.count)} places follow from seed and list; ${count(draw.toldCount)} people had worked out theirs.`;
  return [
    drawn,
    `${count(admittedCount)} turns came; ${count(rejoinedCount)} people took a place at the end after their time was over.`,
    `Of ${count(edge.askedCount)} requests ${count(edge.originCount)} reached the service; the CDN answered ${percent(edge.share)}.`,
  ];
}

const IN_VAIN_MAX = 0;
const TURNED_AWAY_SHARE_MAX = 0.001;
const ACCEPTED_P99_MS_MAX = 50;
const EDGE_SHARE_MIN = 0.95;

/** What a surge is to show, and whether it did. */
function barLines(result: SurgeResult): readonly string[] {
  const { line, checked, options, calls, acceptedLatency } = result;
  const outcomes = CALLS.map((call) => calls[call].outcomes);
  const sum = (name: "later" | "failed") =>
    outcomes.reduce((total, outcome) => total + outcome[name], 0);
  const askedCount = outcomes.flatMap(Object.values<number>).reduce((a, b) => a + b, 0);
  const originCount = line?.edge.originCount ?? askedCount;
  const laterShare = sum("later") / Math.max(1, originCount);
  const bars: readonly (readonly [boolean, string])[] = [
    [checked?.soldCount === options.quota, "every seat is sold, and none more"],
    [sum("failed") === 0, `${count(sum("failed"))} errors (none)`],
    [
      laterShare < TURNED_AWAY_SHARE_MAX,
      `${percent(laterShare)} of what reached the service was told to come later (under ${percent(TURNED_AWAY_SHARE_MAX)})`,
    ],
    [
      acceptedLatency.p99Ms < ACCEPTED_P99_MS_MAX,
      `${duration(acceptedLatency.p99Ms)} p99 of what the service did as it was asked, downloads apart (under ${duration(ACCEPTED_P99_MS_MAX)})`,
    ],
    ...(line === null
      ? []
      : ([
          [
            line.inVainCount <= IN_VAIN_MAX,
            `${count(line.inVainCount)} people were let in, acted in time, and were refused (none)`,
          ],
          [
            line.edge.share >= EDGE_SHARE_MIN,
            `${percent(line.edge.share)} of all requests were answered by the CDN (at least ${percent(EDGE_SHARE_MIN)})`,
          ],
        ] as const)),
  ];
  return bars.map(([isMet, sentence]) => `${isMet ? "  met    " : "  MISSED "} ${sentence}`);
}

function undisturbedLines({ undisturbed, seconds }: SurgeResult): readonly string[] {
  if (undisturbed === null) return [];
  const { secondCount, latency } = undisturbed;
  return [
    `In ${count(secondCount)} of ${count(seconds.length)} seconds others on the host took less than ${percent(DISTURBED_SHARE)} of the machine: p99 ${duration(latency.p99Ms)} of ${count(latency.count)} requests done.`,
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
      ...last(some),
    ];
  });
  const head = ["second", "arrived", "offered", "answered", "later", "failed", "registered"];
  return table([[...head, "worst p50", "worst p99", "waiting", "let in", "kept"], ...rows]);
}

function last(some: readonly SecondResult[]): readonly string[] {
  const line = some.findLast((second) => second.line !== null)?.line ?? null;
  if (line === null) return ["", "", ""];
  return [line.waitingCount, line.admittedCount, line.heldCount].map(count);
}

function machineLines(result: SurgeResult): readonly string[] {
  const { processor, stolenShare, lag, acceptedSinceDue, connections, messages } = result;
  const { serverS, postgresS, generatorS } = processor;
  const told = (seconds: number | "unknown") =>
    seconds === "unknown" ? seconds : `${seconds.toFixed(1)} s`;
  return [
    `Processor time: server ${told(serverS)}, PostgreSQL ${told(postgresS)}, generator ${told(generatorS)}.`,
    `Others on the same host took ${stolenShare === null ? "an unknown share" : percent(stolenShare)} of the machine's processor time.`,
    `The generator was late by ${duration(lag.p50Ms)} at p50, ${duration(lag.p99Ms)} at p99, ${duration(lag.maxMs)} at most; counted from the instants at which requests were due, p99 is ${duration(acceptedSinceDue.p99Ms)}.`,
    ...(lag.p99Ms > LAG_MS_MAX
      ? ["It reads answers as late as it asks: this run says little of the service's speed."]
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

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

function duration(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(2)} s`;
  return `${ms >= 10 ? Math.round(ms) : ms.toFixed(1)} ms`;
}
