import { readFileSync } from "node:fs";
import type { Clock } from "./actor/clock.ts";
import { repeat } from "./actor/clock.ts";

/**
 * npx ended by a signal takes its shell with it and tells nobody below, which would leave the service
 * running behind a person who believes it stopped. Resolves when that shell is gone; needs /proc, so
 * elsewhere it never does.
 */
export function launcherGone(clock: Clock, pollMs: number): Promise<void> {
  const shell = grandparentProcess();
  return new Promise((resolve) => {
    if (shell === null) return;
    const stop = repeat(clock, pollMs, () => {
      if (grandparentProcess() === shell) return;
      stop();
      resolve();
    });
  });
}

/** Above `bun run`, which stands between npx's shell and us. */
function grandparentProcess(): number | null {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, "utf8");
    // proc(5): id, name in parentheses that may hold anything, state, parent.
    const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(parent);
  } catch {
    return null;
  }
}
