import { BenchError } from "./bench.ts";

/** Runs a command to its end: what whoever called it can put right is one sentence, and the exit code 1. */
export async function runCommand(main: (words: readonly string[]) => Promise<void>): Promise<void> {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
  // Whoever was still there when it was over is not waited for.
  process.exit();
}

/** Throws `BenchError` with one sentence. */
export function between(
  name: string,
  text: string,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const value = Number(text);
  if (text !== "" && value >= min && value <= max) return value;
  throw new BenchError(`--${name} is not a number from ${min} to ${max}`);
}
