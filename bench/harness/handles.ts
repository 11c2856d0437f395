import { BenchError } from "./bench.ts";

/** Connections of the busiest bench at both ends, PostgreSQL's and what Bun itself holds, generously. */
const HANDLES_MIN = 1_024;

/** Throws `BenchError` where the shell allows too few open files. */
export function checkHandles(handlesMin = HANDLES_MIN): void {
  const { stdout } = Bun.spawnSync(["/bin/sh", "-c", "ulimit -n"]);
  const allowed = stdout.toString().trim();
  if (allowed !== "unlimited" && Number(allowed) < handlesMin) {
    throw new BenchError(
      `This shell allows ${allowed} open files where the benches need ${handlesMin}: run "ulimit -n ${handlesMin}" first.`,
    );
  }
}
