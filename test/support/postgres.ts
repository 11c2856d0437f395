import { execFile, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import postgres, { type Sql } from "postgres";
import { openEmbedded } from "../../src/adapters/postgres/embedded.ts";
import { roleName } from "../../src/adapters/postgres/embedded-cluster.ts";
import { openHome } from "../../src/adapters/postgres/embedded-home.ts";
import {
  endPostmaster,
  ensurePostmaster,
  stopPostmaster,
} from "../../src/adapters/postgres/embedded-postmaster.ts";
import { isAlive } from "../../src/adapters/postgres/embedded-process.ts";
import { migrate } from "../../src/adapters/postgres/migrate.ts";
import { freePort } from "./free-port.ts";

/** A migrated database of its own. Disposing of it drops it, whoever is still connected. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  readonly sql: Sql;
}

/** A migrated cluster of its own, to be taken away and brought back at the same address. */
export interface TestCluster extends AsyncDisposable {
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** As a power cut would; the next `start` recovers. */
  kill(): Promise<void>;
}

export interface TestFolder {
  readonly path: string;
  release(): void;
}

const templateName = "template_floodgate";
const folderPrefix = "floodgate-test-";
/** A cluster is 40 MB, its write-ahead log grows with the test. */
const memoryBytesMin = 2_000_000_000;

let shared: Promise<SharedCluster> | null = null;
let pristine: Promise<string> | null = null;
let databaseCount = 0;

/** One more database in the one cluster that all tests of this process share. */
export async function freshDatabase(): Promise<TestDatabase> {
  shared ??= openShared();
  const { admin, url: adminUrl } = await shared;
  databaseCount += 1;
  const name = `test_${databaseCount}`;
  await admin.unsafe(`create database ${name} template ${templateName} strategy file_copy`);
  const url = sibling(adminUrl, name);
  const sql = connect(url, 4);
  return {
    url,
    sql,
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 0 });
      await admin.unsafe(`drop database ${name} with (force)`);
    },
  };
}

export async function freshCluster(): Promise<TestCluster> {
  const folder = await initialisedFolder();
  const home = await openHome(folder.path, () => {});
  // Of our choosing, so that nobody takes it while the cluster is down.
  const { port } = await ensurePostmaster(home, freePort());
  const url = `postgres://${roleName}:${home.password}@127.0.0.1:${port}/postgres`;
  await migrate(url);
  return {
    url,
    async start() {
      const started = await ensurePostmaster(home, port);
      if (started.port !== port) throw new Error(`port ${port} was taken meanwhile`);
    },
    stop: () => stopPostmaster(home),
    async kill() {
      await endPostmaster(home, "SIGKILL");
    },
    async [Symbol.asyncDispose]() {
      // The shared memory of a killed server is only cleared by its successor.
      await ensurePostmaster(home, port);
      await stopPostmaster(home);
      folder.release();
    },
  };
}

/**
 * A folder that goes when this process does, with the PostgreSQL in it, however it ends: a shell in a session
 * of its own reads a pipe from us until it closes. `release` closes it early.
 */
export function freshFolder(): TestFolder {
  const base = hasMemory() ? "/dev/shm" : tmpdir();
  for (const name of readdirSync(base)) {
    const isOurs = name.startsWith(folderPrefix);
    const owner = Number.parseInt(name.slice(folderPrefix.length), 10);
    if (isOurs && !isAlive(owner)) janitor(join(base, name)).release();
  }
  const path = mkdtempSync(join(base, `${folderPrefix}${process.pid}-`));
  // Where the tests run as root, PostgreSQL's user must get in.
  chmodSync(path, 0o711);
  return { path, ...janitor(path) };
}

/** A folder with a cluster in it that never ran: copying one is ten times faster than `initdb`. */
export async function initialisedFolder(): Promise<TestFolder> {
  pristine ??= initialise();
  const folder = freshFolder();
  await promisify(execFile)("cp", ["-a", `${await pristine}/postgres`, folder.path]);
  return folder;
}

async function initialise(): Promise<string> {
  const { path } = freshFolder();
  await openHome(path, () => {});
  return path;
}

interface SharedCluster {
  readonly url: string;
  readonly admin: Sql;
}

async function openShared(): Promise<SharedCluster> {
  const { path } = await initialisedFolder();
  const { url } = await openEmbedded({ dataFolder: path, log: () => {} });
  const admin = connect(url, 1);
  await admin.unsafe(`create database ${templateName}`);
  await migrate(sibling(url, templateName));
  return { url, admin };
}

function connect(url: string, connectionsMax: number): Sql {
  return postgres(url, { max: connectionsMax, max_lifetime: null, onnotice: () => {} });
}

/** The address of another database in the same cluster. */
function sibling(url: string, databaseName: string): string {
  const other = new URL(url);
  other.pathname = databaseName;
  return other.href;
}

function hasMemory(): boolean {
  try {
    const { bavail, bsize } = statfsSync("/dev/shm");
    return bavail * bsize > memoryBytesMin;
  } catch {
    return false;
  }
}

/** The number in a stale file may be another process by now, so its arguments must name the folder. */
const janitorScript = `
  cat > /dev/null
  pid=$(head -n 1 "$0/postgres/data/postmaster.pid")
  is_there() { ps -ww -o args= -p "$pid" | grep -qF "$0"; }
  if is_there; then kill -QUIT "$pid"; fi
  while is_there; do sleep 0.02; done
  rm -rf "$0"
`;

function janitor(folder: string): { release(): void } {
  const shell = spawn("/bin/sh", ["-c", janitorScript, folder], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.unref();
  return { release: () => shell.stdin.end() };
}
