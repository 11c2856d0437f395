import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readConfig } from "../../src/config.ts";
import { limits } from "../../src/limits.ts";
import { parseDockerfile } from "./dockerfile.ts";
import { readFlyFile } from "./fly-file.ts";
import { PRODUCTION_SECRETS } from "./production.ts";

const PROJECT = join(import.meta.dir, "../..");
/** Fly takes at most this (fly.io/docs/reference/configuration, `kill_timeout`). */
const KILL_TIMEOUT_S_MAX = 300;
/** What a stop takes beside its drains: threads, connections, the process itself. */
const STOP_SLACK_S = 5;

const fly = readFlyFile(PROJECT);
const dockerfile = parseDockerfile(readFileSync(join(PROJECT, "Dockerfile"), "utf8"));

test("Fly waits for all drains of the service before it kills", () => {
  const drainsMs = Object.entries(limits).flatMap(([name, value]) =>
    name.endsWith("DrainTimeoutMs") ? [value] : [],
  );
  expect(drainsMs).toHaveLength(5);
  const drainS = drainsMs.reduce((sum, value) => sum + value, 0) / 1_000;
  expect(fly.killTimeoutS).toBeGreaterThanOrEqual(drainS + STOP_SLACK_S);
  expect(fly.killTimeoutS).toBeGreaterThanOrEqual(60);
  expect(fly.killTimeoutS).toBeLessThanOrEqual(KILL_TIMEOUT_S_MAX);
  expect(fly.killSignal).toBe("SIGTERM");
});

test("every port is the one the image listens on", () => {
  const environment = Object.assign(
    {},
    ...dockerfile.map((step) => (step.kind === "env" ? step.values : {})),
  );
  const exposed = dockerfile.flatMap((step) => (step.kind === "expose" ? [step.port] : []));
  const ports = [...exposed, fly.service.internal_port, fly.checks["ready"]?.port];
  expect(new Set(ports)).toEqual(new Set([Number(environment.PORT)]));
});

test("the settings of fly.toml and the secrets that OPERATING.md asks for make a whole configuration", () => {
  const config = readConfig({ NODE_ENV: "production", ...fly.env, ...PRODUCTION_SECRETS });
  expect(config.isProduction).toBe(true);
  expect(config.database).toMatchObject({ kind: "url", prepare: false });
  expect(Object.keys(fly.env).filter((name) => name in PRODUCTION_SECRETS)).toEqual([]);
});

test("one machine is always on, and a full service refuses in its own words before Fly does", () => {
  expect(fly.service).toMatchObject({
    force_https: true,
    auto_stop_machines: "off",
    auto_start_machines: false,
    min_machines_running: 1,
  });
  const { type, soft_limit, hard_limit } = fly.service.concurrency;
  expect(type).toBe("requests");
  const waitingCountMax = limits.commitWaitingCountMax + limits.holderWaitingCountMax;
  expect(soft_limit).toBeGreaterThan(waitingCountMax);
  expect(hard_limit).toBeGreaterThan(soft_limit);
  expect(fly.machineSize).toStartWith("performance-");
});

test("people are kept away from a dead machine, and a deployment from one that is not ready", () => {
  expect(fly.service.checks.map(({ path }) => path)).toEqual(["/healthz"]);
  expect(fly.checks["ready"]).toMatchObject({ type: "http", method: "GET", path: "/readyz" });
});
