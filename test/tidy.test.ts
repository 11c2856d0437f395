import { expect, test } from "bun:test";
import { join } from "node:path";

/**
 * The house rules that no off-the-shelf linter knows, checked in one pass over the tree:
 * which folder may import which, how long a file may be, which words may not reach main.
 */
const ROOT = join(import.meta.dir, "..");
const FILE_LINES_MAX = 500;

/** Files at the root of src that any folder may use; the rest belong to main.ts and app.ts. */
const SHARED = ["src/limits.ts", "src/events.ts", "src/log.ts", "src/language"];

/** A folder may import itself and what its row names. "type:" allows `import type` only. */
const MAY_IMPORT: Record<string, string> = {
  "src/actor": "",
  "src/attendee": "",
  "src/language": "",
  "src/sale": "",
  "src/ticket": "",
  "src/proof": "src/actor src/attendee",
  "src/source-limit": "",
  "src/mode": "src/actor",
  "src/otp": "src/actor src/attendee src/sale src/source-limit",
  "src/quota": "src/actor src/attendee src/sale src/ticket",
  "src/gate": "src/actor src/sale src/ticket",
  "src/waiting-room": "src/actor src/attendee src/sale",
  "src/registration":
    "src/actor src/otp src/quota src/proof src/source-limit src/waiting-room src/attendee src/sale src/ticket",
  "src/organiser": "src/quota src/gate src/attendee src/sale src/ticket",
  "src/delivery": "src/actor src/attendee src/sale src/ticket",
  "src/adapters":
    "src/actor src/otp src/quota src/gate src/waiting-room src/mode src/organiser src/delivery src/attendee src/sale src/ticket workers",
  "src/http":
    "src/registration src/proof src/gate src/waiting-room src/mode src/organiser src/delivery src/attendee src/sale src/ticket",
  "src/cli":
    "src/actor src/otp src/quota src/waiting-room src/mode src/organiser src/delivery src/attendee src/sale src/ticket src/adapters src/config.ts",
  "src/web": "src/ticket src/sale type:src/http type:src/registration type:src/delivery",
  workers: "src/ticket type:src/delivery",
};

const BANNED: readonly [pattern: RegExp, instead: string, exempt: RegExp][] = [
  [/\bDate\.now\(|new Date\(\)/, "the Clock port", /^(src\/actor\/clock|src\/web|test|bench)/],
  [/\bMath\.random\(/, "the seeded generator, or crypto for secrets", /^(src\/web|test\/tidy)/],
  [/\bprocess\.env\b(?!\.NODE_ENV": )|\bBun\.env\b/, "src/config.ts", /^(src\/config|test|bench)/],
  [/\bprocess\.exit\(/, "an exit code that main.ts returns", /^(src\/main|test|bench)/],
  [
    /from "elysia|from "@elysiajs/,
    "src/http, the only edge that knows Elysia",
    /^(src\/http|test|bench)/,
  ],
  [/from "nodemailer/, "src/adapters/smtp", /^(src\/adapters\/smtp|test|bench)/],
  [/from "piscina"/, "src/adapters/pdf/render-pool.ts", /^(src\/adapters\/pdf|workers|test|bench)/],
  [/\bFIXME\b/, "finishing it before merge", /^test\/tidy/],
];

function folderOf(path: string): string {
  const [top, second, third] = path.split("/");
  if (top !== "src") return `${top}`;
  return third === undefined ? path : `src/${second}`;
}

export function untidy(path: string, text: string): string[] {
  const problems: string[] = [];
  const lineCount = text.split("\n").length;
  if (lineCount > FILE_LINES_MAX) problems.push(`${path}: ${lineCount} lines, split it`);

  for (const [pattern, instead, exempt] of BANNED) {
    if (!exempt.test(path) && pattern.test(text)) {
      problems.push(`${path}: ${pattern.source} is banned, use ${instead}`);
    }
  }

  const home = folderOf(path);
  const allowed = MAY_IMPORT[home]?.split(" ");
  if (allowed === undefined) return problems;
  const imports = /^(?:import|export)\b( type\b)?[^;]*?"(\.[^"]+)"|import\("(\.[^"]+)"\)/gm;
  for (const [, typeOnly, specifier, dynamic] of text.matchAll(imports)) {
    const target = folderOf(join(path, "..", `${specifier ?? dynamic}`));
    const isAllowed =
      target === home ||
      SHARED.includes(target) ||
      allowed.includes(target) ||
      (typeOnly !== undefined && allowed.includes(`type:${target}`));
    if (!isAllowed) problems.push(`${path}: ${home} must not import ${target}`);
  }
  return problems;
}

test("the tree is tidy", async () => {
  const problems: string[] = [];
  for await (const path of new Bun.Glob("{src,workers,test,bench}/**/*.{ts,tsx}").scan(ROOT)) {
    problems.push(...untidy(path, await Bun.file(join(ROOT, path)).text()));
  }
  expect(problems).toEqual([]);
});

test("tidy sees what it should", () => {
  const cases: readonly [path: string, text: string, problemCount: number][] = [
    ["src/otp/otp.ts", 'import type { X } from "../adapters/sms/x.ts";', 1],
    ["src/otp/otp.ts", 'import {\n  a,\n  b,\n} from "../quota/quota.ts";', 1],
    ["src/otp/otp.ts", 'const x = await import("../quota/quota.ts");', 1],
    ["src/otp/otp.ts", 'import { limits } from "../limits.ts";', 0],
    ["src/otp/otp.ts", 'import { config } from "../config.ts";', 1],
    ["src/web/parts/api.ts", 'import type { Api } from "../../http/server.ts";', 0],
    ["src/web/parts/api.ts", 'import { api } from "../../http/server.ts";', 1],
    ["src/adapters/pdf/inline-renderer.ts", 'import { d } from "../../../workers/page.ts";', 0],
    ["src/app.ts", 'import { MemoryGateway } from "./adapters/sms/memory-gateway.ts";', 0],
    ["src/quota/quota.ts", "const now = Date.now();", 1],
  ];
  for (const [path, text, problemCount] of cases) {
    expect(untidy(path, text), `${path}: ${text}`).toHaveLength(problemCount);
  }
});
