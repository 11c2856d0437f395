import { spawn } from "node:child_process";
import { open, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { sleep, systemClock } from "../../actor/clock.ts";
import { EmbeddedPostgresError } from "./embedded-errors.ts";
import { nullWhereAbsent } from "./embedded-files.ts";
import type { Home } from "./embedded-home.ts";
import { hasArgument, isAlive } from "./embedded-process.ts";
import { programEnvironment } from "./embedded-programs.ts";

/** The living server process of a cluster. */
export interface Postmaster {
  readonly processId: number;
  readonly port: number;
  readonly isReady: boolean;
}

const pollMs = 10;
/** Crash recovery replays at most `max_wal_size`, well inside this. */
const startTimeoutMs = 120_000;
/** The children of a killed server hold its memory until they notice: worth as many tries, so far apart. */
const launchesMax = 10;
const relaunchDelayMs = 200;
const stopTimeoutMs = 30_000;
/** A killed server lets go of its port last. */
const portPatienceMs = 1_000;
const logBytesMax = 10_000_000;

/** Passed at each start rather than written to `postgresql.conf`, so that a new version brings its own. */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "60",
  shared_buffers: "256MB",
  fsync: "on",
  synchronous_commit: "on",
  // No replica will ever follow, and a burst must not wait for checkpoints.
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  // Errors and their details quote values, and no log line may hold a phone number (invariant 10).
  log_min_messages: "log",
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  log_checkpoints: "off",
};

/**
 * Waits for the server of a cluster to be ready and starts one where none is alive; `wasRunning` tells which.
 * It takes `preferredPort` where that is free. Throws `EmbeddedPostgresError`.
 */
export async function ensurePostmaster(
  home: Home,
  preferredPort: number,
): Promise<Postmaster & { readonly wasRunning: boolean }> {
  const deadlineMs = systemClock.nowMs() + startTimeoutMs;
  let launchCount = 0;
  let launched: Launch | null = null;
  while (systemClock.nowMs() < deadlineMs) {
    const found = await findPostmaster(home);
    if (found?.isReady) return { ...found, wasRunning: launched?.processId !== found.processId };
    if (found === null && (launched === null || launched.isOver())) {
      if (launchCount === launchesMax) break;
      if (launched !== null) await sleep(systemClock, relaunchDelayMs);
      launched = await launch(home, preferredPort);
      launchCount += 1;
    }
    await sleep(systemClock, pollMs);
  }
  throw new EmbeddedPostgresError(`PostgreSQL does not start: ${await lastLogLine(home)}`);
}

/** The living server of a cluster, ready or not; null when there is none. */
export async function findPostmaster(home: Home): Promise<Postmaster | null> {
  const { processId, port, status } = await readPidFile(home);
  if (!(await hasArgument(processId, home.data))) return null;
  return { processId, port, isReady: status === "ready" };
}

/** Stops the server of a cluster and waits until it is gone; open transactions are rolled back. */
export async function stopPostmaster(home: Home): Promise<void> {
  if (await endPostmaster(home, "SIGINT")) return;
  // A crash loses nothing that was committed, and the next start recovers.
  if (await endPostmaster(home, "SIGQUIT")) return;
  throw new EmbeddedPostgresError("PostgreSQL does not stop.");
}

/** Sends a signal to the server of a cluster; answers whether it is gone within `stopTimeoutMs`. */
export async function endPostmaster(home: Home, signal: NodeJS.Signals): Promise<boolean> {
  const deadlineMs = systemClock.nowMs() + stopTimeoutMs;
  const found = await findPostmaster(home);
  if (found !== null && isAlive(found.processId)) process.kill(found.processId, signal);
  while ((await findPostmaster(home)) !== null) {
    if (systemClock.nowMs() > deadlineMs) return false;
    await sleep(systemClock, pollMs);
  }
  return true;
}

interface Launch {
  readonly processId: number | undefined;
  isOver(): boolean;
}

/** In a session of its own, or the terminal's Ctrl-C would reach it before our drain. */
async function launch(home: Home, preferredPort: number): Promise<Launch> {
  await removeForeignPidFile(home);
  const all = { ...settings, port: String(await findPort(preferredPort)) };
  const options = Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  await using logFile = await open(home.logFile, "a", 0o600);
  if ((await logFile.stat()).size > logBytesMax) await logFile.truncate();
  const child = spawn(join(home.programs, "postgres"), ["-D", home.data, ...options], {
    cwd: "/",
    detached: true,
    env: programEnvironment,
    stdio: ["ignore", logFile.fd, logFile.fd],
    ...home.runAs,
  });
  let isOver = false;
  child.once("exit", () => (isOver = true));
  child.once("error", () => (isOver = true));
  child.unref();
  return { processId: child.pid, isOver: () => isOver };
}

/** The preferred port, waited for a little, else one the system picks. */
async function findPort(preferredPort: number): Promise<number> {
  const deadlineMs = systemClock.nowMs() + portPatienceMs;
  for (;;) {
    const port = await tryPort(preferredPort);
    if (port !== null) return port;
    if (systemClock.nowMs() > deadlineMs) return findPort(0);
    await sleep(systemClock, pollMs);
  }
}

function tryPort(wantedPort: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen({ host: "127.0.0.1", port: wantedPort, exclusive: true }, () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : null;
      server.close(() => resolve(port));
    });
  });
}

/** PostgreSQL sees through the file of a dead process, but not through one whose number is another's now. */
async function removeForeignPidFile(home: Home): Promise<void> {
  const { path, processId } = await readPidFile(home);
  if (isAlive(processId) && !(await hasArgument(processId, home.data))) await rm(path);
}

/** What it says may be out of date: after a crash the file stays. */
async function readPidFile(home: Home) {
  const path = join(home.data, "postmaster.pid");
  const lines = await readLines(path);
  // The lines are counted in PostgreSQL's src/include/utils/pidfile.h.
  return {
    path,
    processId: Number(lines[0]),
    port: Number(lines[3]),
    status: lines[7]?.trim(),
  };
}

async function lastLogLine(home: Home): Promise<string> {
  const lines = await readLines(home.logFile);
  const fatal = lines.findLast((line) => line.includes("FATAL:") || line.includes("PANIC:"));
  return `${fatal ?? "it says nothing"} (see ${home.logFile})`;
}

async function readLines(path: string): Promise<string[]> {
  const text = await readFile(path, "utf8").catch(nullWhereAbsent);
  return text === null ? [] : text.split("\n");
}
