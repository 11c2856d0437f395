import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Whether a living process has this argument. Any user may ask; a zombie has none. */
export async function hasArgument(processId: number, argument: string): Promise<boolean> {
  try {
    if (process.platform === "linux") {
      const commandLine = await readFile(`/proc/${processId}/cmdline`, "utf8");
      return commandLine.split("\0").includes(argument);
    }
    const answer = await promisify(execFile)("ps", ["-ww", "-o", "args=", "-p", `${processId}`]);
    return `${answer.stdout.trim()} `.includes(` ${argument} `);
  } catch {
    return false;
  }
}
