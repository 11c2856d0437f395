import { expect, test } from "bun:test";
import { join } from "node:path";
import { BENCHES } from "../../bench/harness/registry.ts";
import type { Result } from "../../bench/harness/result.ts";
import { needs } from "../support/needs.ts";

const RUN = join(import.meta.dir, "../../bench/run.ts");
/** As many as any bench needs, with PostgreSQL started and codes sent before each. */
const SMOKE_TIMEOUT_MS = 240_000;

interface Ended {
  readonly exitCode: number;
  readonly output: string;
  readonly complaint: string;
}

async function bench(
  words: readonly string[],
  { path = process.env["PATH"] ?? "", shell = "exec" } = {},
): Promise<Ended> {
  const command = `${shell} "$0" "$@"`;
  const child = Bun.spawn(["/bin/sh", "-c", command, process.execPath, RUN, ...words], {
    env: { ...process.env, PATH: path },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [output, complaint] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { exitCode: await child.exited, output, complaint };
}

test("the names are those that the bars are set for", () => {
  expect(BENCHES.map(({ name }) => name).toSorted()).toEqual([
    "answer-p99",
    "claims-vs-echo",
    "claims-vs-row-lock",
    "codes-burst",
    "commit-vs-copy",
    "loop-lag",
    "mail-burst",
    "memory-1m",
    "overload-10x",
    "pdf-60k",
    "pdf-vs-naive",
    "sellout-60k",
    "tick-vs-static",
    "waiting-100k",
  ]);
});

test.if(needs("wrk") && needs("openssl"))(
  "every bench works, small, and says what it found in a line of JSON",
  async () => {
    const { exitCode, output, complaint } = await bench(["--smoke", "--json"]);
    expect(exitCode, complaint).toBe(0);
    const results = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Result);
    expect(results.map(({ name }) => name)).toEqual(BENCHES.map(({ name }) => name));
    for (const { name, value, baseline, ratio, bar, goal, unit, isSmoke, raw } of results) {
      expect(value, name).toBeGreaterThan(0);
      expect(ratio, name).toBe(baseline === null ? null : value / baseline);
      expect([typeof bar, typeof goal, typeof unit], name).toEqual(["number", "number", "string"]);
      expect(isSmoke, name).toBe(true);
      expect(raw.length, name).toBeGreaterThan(0);
    }
  },
  SMOKE_TIMEOUT_MS,
);

test("a name that is none, a wrong option and a wrong port get one sentence", async () => {
  expect(await complaintOf(["claims-vs-ecco"])).toStartWith('There is no bench "claims-vs-ecco"; ');
  expect(await complaintOf(["--jsom"])).toStartWith("Unknown option '--jsom'; ");
  expect(await complaintOf(["--port", "http"])).toStartWith("--port takes a whole number");
});

test("without wrk and oha it says what to install", async () => {
  const { exitCode, complaint } = await bench(["--smoke"], { path: "/nowhere" });
  expect(complaint).toMatch(/^There is neither wrk nor oha [^\n]+\n$/);
  expect(exitCode).toBe(1);
});

test.if(needs("wrk") && needs("openssl"))(
  "too few file handles, and a port that is taken, get one sentence",
  async () => {
    const fewHandles = await bench(["--smoke"], { shell: "ulimit -n 256; exec" });
    expect(fewHandles.complaint).toEndWith('run "ulimit -n 1024" first.\n');
    expect(fewHandles.exitCode).toBe(1);
    using other = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
    const taken = await bench(["--smoke", "--port", String(other.port)]);
    expect(taken.complaint).toEndWith(
      `Port ${other.port} is in use by another process: choose another.\n`,
    );
    expect(taken.exitCode).toBe(1);
  },
);

async function complaintOf(words: readonly string[]): Promise<string> {
  const { exitCode, output, complaint } = await bench(words);
  expect(exitCode).toBe(1);
  expect(output).toBe("");
  expect(complaint.trim().split("\n")).toHaveLength(1);
  return complaint;
}
