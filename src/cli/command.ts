import { parseArgs } from "node:util";
import { EmbeddedPostgresError } from "../adapters/postgres/embedded-errors.ts";
import type { Config } from "../config.ts";
import { ConfigError, readConfig } from "../config.ts";

export interface Command {
  readonly usage: string;
  /** Throws `UsageError` or `RefusedError`; the signal ends it early. */
  run(words: readonly string[], context: CommandContext): Promise<void>;
}

export interface CommandContext {
  readonly config: Config;
  /** Aborted by SIGINT and SIGTERM. A command that ignores it is one that ends soon. */
  readonly signal: AbortSignal;
}

/** The words after the command are not ones it knows. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What was asked for is not done; each sentence says why. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";

  constructor(heading: string, faults: readonly string[] = []) {
    super([heading, ...faults.map((fault) => `- ${fault}`)].join("\n"));
  }
}

const EXIT_DONE = 0;
const EXIT_REFUSED = 1;
const EXIT_USAGE = 2;
/** 128 and the number of SIGINT, as shells count. */
const EXIT_INTERRUPTED = 130;

/** Runs a command with the words of this process and sets its exit code: 0 done, 1 refused, 2 usage. */
export async function runCommand(command: Command): Promise<void> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  try {
    const words = readWords();
    if (words === "help") {
      process.stdout.write(command.usage);
      return;
    }
    const config = readConfig();
    await command.run(words, { config, signal: interruption.signal });
    process.exitCode = EXIT_DONE;
  } catch (error) {
    process.exitCode = interruption.signal.aborted ? EXIT_INTERRUPTED : tell(error, command.usage);
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

function readWords(): readonly string[] | "help" {
  try {
    const { values, positionals } = parseArgs({
      args: process.argv.slice(2),
      options: { help: { type: "boolean", short: "h" }, json: { type: "boolean" } },
      allowPositionals: true,
    });
    if (values.help === true) return "help";
    // As a word, so that a command which knows no such form says so.
    return values.json === true ? [...positionals, "--json"] : positionals;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : "unknown words", {
      cause: error,
    });
  }
}

/** Answers the exit code; an error that nobody foresaw keeps its stack. */
function tell(error: unknown, usage: string): number {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${usage}`);
    return EXIT_USAGE;
  }
  if (!(error instanceof Error)) throw error;
  const isForeseen =
    error instanceof RefusedError ||
    error instanceof ConfigError ||
    error instanceof EmbeddedPostgresError;
  const away = isForeseen ? null : databaseAway(error);
  process.stderr.write(`${isForeseen ? error.message : (away ?? error.stack ?? error.message)}\n`);
  return EXIT_REFUSED;
}

/** A sentence for an error of the connection to the database, or null for any other. */
function databaseAway(error: Error): string | null {
  const code = "code" in error ? String(error.code) : "";
  const isAway = /^(ECONN|ENOTFOUND|CONNECT|57P|28|3D000)/.test(code);
  return isAway ? `The database cannot be used (${code}): ${error.message}` : null;
}
