import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { needs } from "../support/needs.ts";
import { BEACON, sampleFile } from "./draw-sample.ts";

const PAGE = join(import.meta.dir, "..", "..", "src", "waiting-room", "README.md");
const LINE_COUNT_MAX = 40;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "floodgate-draw-"));
  await Bun.write(join(folder, "draw.py"), await pythonOfThePage());
});

afterAll(() => rm(folder, { recursive: true }));

async function pythonOfThePage(): Promise<string> {
  const [, program] = /```python\n(.*?)```/s.exec(await Bun.file(PAGE).text()) ?? [];
  if (program === undefined) throw new Error("the page shows no Python");
  return program;
}

async function check(text: string): Promise<{ exitCode: number; lines: readonly string[] }> {
  await Bun.write(join(folder, "draw.json"), text);
  const { exitCode, stdout, stderr } = Bun.spawnSync(["python3", "draw.py", "draw.json"], {
    cwd: folder,
    env: { PATH: `${process.env["PATH"]}`, PYTHONIOENCODING: "utf-8" },
  });
  expect(stderr.toString()).toBe("");
  return { exitCode, lines: stdout.toString().trimEnd().split("\n") };
}

test("the program on the page has at most forty lines", async () => {
  const lines = (await pythonOfThePage()).trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(LINE_COUNT_MAX);
});

describe.if(needs("python3"))("the program on the page", () => {
  test("finds the draws true that the service makes", async () => {
    const missing = { ...BEACON, value: null, missing: "its publisher is away" };
    for (const beacon of [null, BEACON, missing]) {
      const { exitCode, lines } = await check(await sampleFile(1_500, beacon));
      expect({ exitCode, verdict: lines.at(-1) }).toEqual({ exitCode: 0, verdict: "true" });
      expect(lines[0]).toStartWith("river-songs, sale 2: 1500 places, beacon ");
    }
  });

  const cases: readonly [name: string, from: RegExp, to: string, fault: string][] = [
    ["another count", /"count":\d+/, '"count":8', "the count is another one"],
    ["another beacon", /8f3a11c0/, "8f3a11c1", "places are not as drawn"],
    ["another place", /,(\d+)\]\]/, ",281474976710655]]", "places are not as drawn"],
    ["a person less", /,\["[^\]]+\]/, "", "the list has another root"],
    ["a person twice", /(\["[^\]]+\])/, "$1,$1", "a pass is listed twice"],
    ["two in the wrong order", /(\["[^\]]+\]),(\["[^\]]+\])/, "$2,$1", "places are not as drawn"],
    ["another seed", /"seed":"../, '"seed":"__', "the seed has another hash"],
    ["a pass misspelt", /\["(.{21})./, '["$1B', "B is misspelt"],
  ];
  test.each(cases)("finds %s", async (_, from, to, fault) => {
    const text = await sampleFile(9, BEACON);
    const { exitCode, lines } = await check(text.replace(from, to));
    expect(exitCode).toBe(1);
    expect(lines.join("\n")).toContain(fault);
    expect(lines).not.toContain("true");
  });
});
