import { join } from "node:path";

const ROOT = join(import.meta.dir, "..", "..");

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandCall {
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** Runs `bun src/cli/<name>.ts …` as a person would, with no settings but those given. */
export async function runCommand(line: string, call: CommandCall): Promise<CommandResult> {
  const process = spawnCommand(line, call);
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(process.stdout).text(),
    new Response(process.stderr).text(),
    process.exited,
  ]);
  return { exitCode, stdout, stderr };
}

export function spawnCommand(line: string, { environment, stdin }: CommandCall) {
  const [name, ...words] = line.split(" ");
  return Bun.spawn([process.execPath, `src/cli/${name}.ts`, ...words], {
    cwd: ROOT,
    env: { PATH: `${process.env["PATH"]}`, ...environment },
    stdin: new Blob([stdin ?? ""]),
    stdout: "pipe",
    stderr: "pipe",
  });
}
