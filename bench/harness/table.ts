import type { ProcessorTime } from "./bench.ts";
import { figureOf, figuresOf, type Result, verdictOf } from "./result.ts";

const COLUMNS = ["name", "value", "baseline", "figure", "bar", "goal", "spread", "verdict"];

export const VERDICTS = {
  goal: "meets the goal",
  bar: "meets the bar",
  missed: "MISSES THE BAR",
} as const;

/** Every result on a line, then what else is to be said of each. */
export function tableOf(results: readonly Result[]): string {
  const rows = [COLUMNS, ...results.map(rowOf)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join("  ")
      .trimEnd(),
  );
  return [...lines, "", ...results.flatMap(notesOf)].join("\n");
}

function rowOf(result: Result): readonly string[] {
  const { name, value, unit, baseline, bar, goal, direction, isSmoke } = result;
  const sign = direction === "higher-is-better" ? "≥" : "≤";
  return [
    name,
    `${short(value)} ${unit}`,
    baseline === null ? "" : short(baseline),
    short(figureOf(result)),
    `${sign} ${bar}`,
    `${sign} ${goal}`,
    spreadOf(result),
    isSmoke ? "smoke run" : VERDICTS[verdictOf(result)],
  ];
}

/** The least and the greatest figure of all rounds. */
function spreadOf(result: Result): string {
  const figures = figuresOf(result);
  if (figures.length < 2) return "";
  return `${short(Math.min(...figures))} … ${short(Math.max(...figures))}`;
}

function notesOf({ name, notes, processor }: Result): readonly string[] {
  const lines = processor === null ? notes : [sentenceOf(processor), ...notes];
  return lines.map((line) => `${name}: ${line}`);
}

function sentenceOf({ serverS, postgresS, generatorS }: ProcessorTime): string {
  const told = (seconds: number | "unknown") =>
    seconds === "unknown" ? "unknown" : `${short(seconds)} s`;
  return `processor time: server ${told(serverS)}, PostgreSQL ${told(postgresS)}, generator ${told(generatorS)}`;
}

/** Three significant digits, and no more zeros than needed. */
export function short(value: number): string {
  return value >= 1_000
    ? Math.round(value).toLocaleString("en")
    : String(Number(value.toPrecision(3)));
}
