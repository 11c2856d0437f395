import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbedded } from "../../src/adapters/postgres/embedded.ts";
import { serveParent } from "./parent.ts";

export interface ClusterAnswer {
  readonly url: string;
  /** Of the postmaster. */
  readonly pid: number;
}

/** Kept across restarts (Filesystem Hierarchy Standard 5.15), so on a disk, where `/tmp` may be memory. */
const DISK_FOLDER = "/var/tmp";

const folder = mkdtempSync(
  join(existsSync(DISK_FOLDER) ? DISK_FOLDER : tmpdir(), "floodgate-bench-"),
);
// Where the bench runs as root, PostgreSQL's user must get in.
chmodSync(folder, 0o711);
const embedded = await openEmbedded({ dataFolder: folder, log: () => {} });
await serveParent(async (): Promise<ClusterAnswer> => {
  const pidFile = readFileSync(join(folder, "postgres/data/postmaster.pid"), "utf8");
  return { url: embedded.url, pid: Number.parseInt(pidFile, 10) };
});
await embedded[Symbol.asyncDispose]();
rmSync(folder, { recursive: true, force: true });
process.exit();
