import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sql } from "postgres";
import { lines } from "../harness/child.ts";

const COMMIT_COUNT = 20;

/** What a flush to this disk costs, as sentences: it bounds what any commit can be. */
export async function flushNotes(
  sql: Sql,
  { isSmoke }: { readonly isSmoke: boolean },
): Promise<readonly string[]> {
  const commit = await commitNote(sql);
  const bare = isSmoke ? null : await bareFlushNote();
  return bare === null ? [commit] : [commit, bare];
}

async function commitNote(sql: Sql): Promise<string> {
  await sql`create table flushed (at timestamptz not null)`;
  const tookMs: number[] = [];
  for (let index = 0; index < COMMIT_COUNT; index += 1) {
    const startMs = performance.now();
    await sql`insert into flushed values (now())`;
    tookMs.push(performance.now() - startMs);
  }
  await sql`drop table flushed`;
  const middleMs = tookMs.toSorted((one, other) => one - other)[COMMIT_COUNT >> 1] ?? 0;
  return `a commit of one small row took ${middleMs.toFixed(1)} ms (median of ${COMMIT_COUNT})`;
}

/** Where Debian keeps what belongs to one version. */
const DEBIAN_FOLDER = "/usr/lib/postgresql";
/** The disk that the clusters of the bench lie on. */
const DISK_FOLDER = "/var/tmp";

/** By pg_test_fsync, where there is one; its tests take a second each, and only one of them is what we use. */
async function bareFlushNote(): Promise<string | null> {
  const program = findProgram();
  if (program === null) return null;
  const folder = mkdtempSync(join(existsSync(DISK_FOLDER) ? DISK_FOLDER : tmpdir(), "floodgate-"));
  const child = Bun.spawn([program, "-s", "1", "-f", join(folder, "flushed")], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
  });
  try {
    for await (const line of lines(child.stdout)) {
      const figure = /^\s*fdatasync\s+([\d.]+) ops\/sec/.exec(line)?.[1];
      if (figure !== undefined) return `pg_test_fsync: ${figure} fdatasync a second`;
    }
    return null;
  } finally {
    child.kill();
    await child.exited;
    rmSync(folder, { recursive: true, force: true });
  }
}

function findProgram(): string | null {
  const inPath = Bun.which("pg_test_fsync");
  if (inPath !== null || !existsSync(DEBIAN_FOLDER)) return inPath;
  const programs = readdirSync(DEBIAN_FOLDER).map((version) =>
    join(DEBIAN_FOLDER, version, "bin/pg_test_fsync"),
  );
  return programs.find((program) => existsSync(program)) ?? null;
}
