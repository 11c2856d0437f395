import { spawn } from "node:child_process";
import { chmodSync, closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { roleName } from "../../src/adapters/postgres/embedded-cluster.ts";
import { openHome } from "../../src/adapters/postgres/embedded-home.ts";
import {
  ensurePostmaster,
  stopPostmaster,
} from "../../src/adapters/postgres/embedded-postmaster.ts";
import { migrate } from "../../src/adapters/postgres/migrate.ts";

/** A migrated cluster on a disk of its own, which can be filled to the last byte. */
export interface SmallDiskCluster extends AsyncDisposable {
  readonly url: string;
  fill(): void;
  free(): void;
  /** As a supervisor does; nothing happens where it runs. */
  start(): Promise<void>;
}

const CHUNK_BYTES = 64 * 1024;

/** Whether this process may mount; where it may not, a person is told what stays unproven. */
export function canMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), "floodgate-test-mount-"));
  try {
    if (run("mount", "-t", "tmpfs", "tmpfs", path)) return run("umount", path);
    console.warn("\n!!! no right to mount: the tests of a full disk prove nothing here\n");
    return false;
  } finally {
    rmdirSync(path);
  }
}

/** On a tmpfs of this size. It goes when this process does, with its PostgreSQL, however it ends. */
export async function clusterOnSmallDisk(bytes: number): Promise<SmallDiskCluster> {
  const path = mkdtempSync(join(tmpdir(), "floodgate-test-disk-"));
  const janitor = ["-c", JANITOR_SCRIPT, path, String(process.pid)];
  spawn("/bin/sh", janitor, { detached: true, stdio: "ignore" });
  if (!run("mount", "-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", path)) {
    throw new Error("the disk cannot be mounted");
  }
  // Where the tests run as root, PostgreSQL's user must get in.
  chmodSync(path, 0o711);
  const home = await openHome(path, () => {});
  const { port } = await ensurePostmaster(home, 0);
  const url = `postgres://${roleName}:${home.password}@127.0.0.1:${port}/postgres`;
  await migrate(url);
  const filler = join(path, "filler");
  return {
    url,
    fill: () => fill(filler),
    free: () => rmSync(filler, { force: true }),
    async start() {
      const started = await ensurePostmaster(home, port);
      if (started.port !== port) throw new Error(`port ${port} was taken meanwhile`);
    },
    async [Symbol.asyncDispose]() {
      rmSync(filler, { force: true });
      await stopPostmaster(home);
      if (!run("umount", path)) throw new Error(`${path} is still in use`);
      rmdirSync(path);
    },
  };
}

/**
 * A shell in a session of its own that waits for the end of this process, or of the folder. It is a child's child,
 * because `bun test` kills the children of a test that ran out of time.
 */
const JANITOR_SCRIPT = `
  {
    while kill -0 "$1" && [ -d "$0" ]; do sleep 0.2; done
    pid=$(head -n 1 "$0/postgres/data/postmaster.pid")
    if ps -ww -o args= -p "$pid" | grep -qF "$0"; then kill -QUIT "$pid"; fi
    umount -l "$0" && rmdir "$0"
  } &
`;

function run(...command: [string, ...string[]]): boolean {
  return Bun.spawnSync(command).success;
}

function fill(path: string): void {
  const file = openSync(path, "a");
  const chunk = new Uint8Array(CHUNK_BYTES);
  try {
    for (;;) writeSync(file, chunk);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  } finally {
    closeSync(file);
  }
}
