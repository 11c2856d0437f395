import { expect, test } from "bun:test";
import { readConfig } from "../../src/config.ts";
import { parseKeyRing } from "../../src/ticket/signing-key.ts";
import { runCommand } from "../cli/run-command.ts";
import { PRODUCTION_SECRETS } from "./production.ts";

async function keys(words = "", stdin = ""): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommand(`keys ${words}`.trim(), {
    environment: {},
    stdin,
  });
  expect([exitCode, stderr]).toEqual([0, ""]);
  return stdout;
}

function readLines(lines: string): Record<string, string> {
  return Object.fromEntries(
    lines
      .trim()
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

function readRing(text = "") {
  const parsed = parseKeyRing(text);
  if (parsed.kind === "invalid") throw new Error(parsed.reason);
  return parsed.ring;
}

test("fresh keys are lines that production takes, and never the same twice", async () => {
  const [first, second] = [readLines(await keys()), readLines(await keys())];
  const names = ["SECRET", "TICKET_KEYS", "ORIGIN_SECRET", "METRICS_TOKEN"];
  expect(Object.keys(first)).toEqual(names);
  const values = [first, second].flatMap((lines) => names.map((name) => lines[name]));
  expect(new Set(values).size).toBe(2 * names.length);
  const environment = {
    NODE_ENV: "production",
    PUBLIC_URL: "https://tickets.example.org",
    COUNTRIES: "BD",
    TRUST_PROXY: "cloudflare",
    ...PRODUCTION_SECRETS,
    ...first,
  };
  expect(readConfig(environment)).toMatchObject({
    secrets: { kind: "given", ticketKeys: first["TICKET_KEYS"] },
    originSecret: first["ORIGIN_SECRET"],
    metricsToken: first["METRICS_TOKEN"],
  });
});

test("a version is added to the ring; the versions before it and all other lines stay", async () => {
  const before = `# mine\n${await keys()}SMTP_URL=smtps://mail.example\n`;
  const after = await keys("add -", before);
  const [old, grown] = [before, after].map((lines) => readRing(readLines(lines)["TICKET_KEYS"]));
  expect([...(grown?.versions.keys() ?? [])]).toEqual([1, 2]);
  expect(grown?.newest.version).toBe(2);
  expect(grown?.versions.get(1)?.publicKey).toEqual(old?.newest.publicKey ?? new Uint8Array());
  const others = (lines: string) => lines.replace(/^TICKET_KEYS=.*$/m, "");
  expect(others(after)).toBe(others(before));
  expect(readRing(readLines(await keys("add -", after))["TICKET_KEYS"]).newest.version).toBe(3);
});

test.each([
  ["SECRET=abc\n", "TICKET_KEYS"],
  ["TICKET_KEYS=1:hunter2\n", "Entry 1"],
  [`TICKET_KEYS=255:${"A".repeat(43)}\n`, "255"],
])(
  "what cannot grow is refused in a sentence that repeats no secret: %s",
  async (lines, reason) => {
    const call = { environment: {}, stdin: lines };
    const { exitCode, stdout, stderr } = await runCommand("keys add -", call);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(reason);
    expect(stderr).not.toMatch(/hunter2|AAAA/);
  },
);

test("words it does not know are answered with its usage", async () => {
  for (const line of ["keys drop", "keys add", "keys add a b"]) {
    const { exitCode, stderr } = await runCommand(line, { environment: {} });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("bun run keys add FILE");
  }
});
