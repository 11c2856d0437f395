import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readConfig } from "../../src/config.ts";
import { Events } from "../../src/events.ts";
import { createLogs } from "../../src/log.ts";
import { NOTHING_READ } from "../../src/mode/readings.ts";
import { readFlyFile } from "./fly-file.ts";
import { PRODUCTION_SECRETS } from "./production.ts";

const PROJECT = join(import.meta.dir, "../..");
const page = readFileSync(join(PROJECT, ".github/OPERATING.md"), "utf8");

test("the page for operators explains every metric of the service, and no other", async () => {
  const events = new Events(createLogs("silent"));
  const none = () => 0;
  events.watch({
    otpEntries: none,
    claimsWaiting: none,
    codesWaiting: none,
    codeWaitMs: none,
    gateways: () => [],
    smsBudget: () => ({ limits: [], isStoreAway: false }),
    proofsUsed: () => 0,
    line: () => ({ places: 0, held: 0, admittedPerMinute: 0 }),
    mode: { level: 0, readings: NOTHING_READ },
  });
  events.watchShed(() => ({ claim: 0 }));
  const metrics = await events.metrics();
  const real = [...metrics.matchAll(/^# TYPE floodgate_(\w+)/gm)].map(([, name]) => name);
  expect(real.length).toBeGreaterThan(10);
  const [, table = ""] = page.split("| metric (`floodgate_…`)");
  const rows = [...(table.split("\n\n")[0] ?? "").matchAll(/^\| `(\w+)/gm)].map(([, name]) => name);
  // Prometheus has that one of its own.
  const told = new Set(rows).difference(new Set(["up"]));
  expect(told).toEqual(new Set(real));
});

test("every command it names exists", () => {
  const paths = [...page.matchAll(/(?:\/app\/|bun )(src\/[\w/.-]+\.ts)/g)].map(([, path]) => path);
  expect(paths.length).toBeGreaterThan(3);
  for (const path of paths) expect(existsSync(join(PROJECT, path ?? "")), path).toBe(true);
  const { scripts } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8"));
  for (const [, script = ""] of page.matchAll(/bun run (\w+)/g)) {
    expect(Object.keys(scripts)).toContain(script);
  }
});

test("its example of an SMS gateway, a mail server and a sender is a configuration the service takes", () => {
  const gateway = /```json\n([^`]+)```/.exec(page)?.[1] ?? "";
  const smtpUrl = /SMTP_URL='([^']+)'/.exec(page)?.[1] ?? "";
  const sender = /MAIL_FROM='([^']+)'/.exec(page)?.[1] ?? "";
  const environment = {
    NODE_ENV: "production",
    ...readFlyFile(PROJECT).env,
    ...PRODUCTION_SECRETS,
    SMS_GATEWAY: gateway,
    SMS_KEY: "of-no-use-elsewhere",
    SMTP_URL: smtpUrl,
    MAIL_FROM: sender,
  };
  const config = readConfig(environment);
  expect(config.mail).not.toBeNull();
});
