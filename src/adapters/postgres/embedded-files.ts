import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isAlive } from "./embedded-process.ts";

/** A new name beside `target`, to be built in peace and renamed to it; it names its maker. */
export function buildFolder(target: string): string {
  return `${target}.new-${process.pid}-${randomBytes(4).toString("hex")}`;
}

/** Removes what it can of the build folders of `target` whose makers died half-way. */
export async function removeAbandoned(target: string): Promise<void> {
  const prefix = `${basename(target)}.new-`;
  for (const name of await readdir(dirname(target))) {
    const isAbandoned =
      name.startsWith(prefix) && !isAlive(Number.parseInt(name.slice(prefix.length), 10));
    if (isAbandoned) await rm(join(dirname(target), name), { recursive: true, force: true });
  }
}

/** For `catch`: a file that is not there is an answer. */
export function nullWhereAbsent(error: unknown): null {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
  throw error;
}

/** Whether a rename or a link failed because another was first. */
export function wasTaken(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    (error.code === "ENOTEMPTY" || error.code === "EEXIST")
  );
}
