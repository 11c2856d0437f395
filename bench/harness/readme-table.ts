import { ok as assert } from "node:assert";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BENCHES } from "./registry.ts";
import { figureOf, figuresOf, RESULTS_FOLDER, type Result, verdictOf } from "./result.ts";
import { short, VERDICTS } from "./table.ts";

const README = join(import.meta.dir, "../README.md");
const TABLE = /(?<=<!-- Written by `bun run bench`: -->\n)[^]*(?=<!-- End of what it writes -->)/;

const HEADINGS = [
  "name",
  "figure",
  "rounds",
  "value",
  "baseline",
  "bar",
  "goal",
  "verdict",
  "load",
  "commit",
];

/** Writes the newest result of each name into `bench/README.md`. */
export function keepReadmeTable(): void {
  const text = readFileSync(README, "utf8");
  assert(TABLE.test(text), "the README says where the table goes");
  writeFileSync(
    README,
    text.replace(TABLE, () => `\n${readmeTable(readResults())}\n`),
  );
}

/** Columns as wide as their widest cell, as Biome writes them. */
export function readmeTable(results: readonly Result[]): string {
  const rows = [HEADINGS, ...results.map(cellsOf)];
  const widths = HEADINGS.map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const rule = widths.map((width) => "-".repeat(width));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |\n`;
  const [headings = "", ...others] = rows.map(line);
  return [headings, line(rule), ...others].join("");
}

function cellsOf(result: Result): readonly string[] {
  const { name, value, unit, baseline, bar, goal, direction, machine, commit } = result;
  const figures = figuresOf(result);
  const sign = direction === "higher-is-better" ? "≥" : "≤";
  return [
    `\`${name}\``,
    `**${short(figureOf(result))}**`,
    figures.map(short).join(", "),
    `${short(value)} ${unit}`,
    baseline === null ? "" : short(baseline),
    `${sign} ${bar}`,
    `${sign} ${goal}`,
    VERDICTS[verdictOf(result)],
    machine.loadAverage.map((load) => load.toFixed(1)).join(" "),
    commit === null
      ? ""
      : `${commit.slice(0, 7)}${commit.endsWith("-dirty") ? " and changes" : ""}`,
  ];
}

function readResults(): readonly Result[] {
  return BENCHES.map(({ name }) => join(RESULTS_FOLDER, `${name}.json`))
    .filter(existsSync)
    .map((path) => JSON.parse(readFileSync(path, "utf8")) as Result);
}
