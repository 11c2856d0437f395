import { expect, test } from "bun:test";
import { join } from "node:path";

/** Half an hour of a busy machine; minutes on an idle one. */
const TIMEOUT_MS = 1_800_000;

test(
  "the simulator finds every planted bug within the seeds it is given",
  async () => {
    const command = ["bun", join(import.meta.dir, "run.ts"), "--mutants"];
    const child = Bun.spawn(command, { stdout: "pipe", stderr: "inherit" });
    const output = await new Response(child.stdout).text();
    expect(output).not.toContain("NOT FOUND");
    expect(output).toMatch(/^(\d+) of \1 planted bugs found$/m);
    expect(await child.exited).toBe(0);
  },
  TIMEOUT_MS,
);
