import { parseArgs } from "node:util";
import { BenchError } from "../harness/bench.ts";

export interface Options {
  /** Who can register. */
  readonly peopleCount: number;
  /** Numbers that ask for a code. */
  readonly phoneCount: number;
  /** Zero takes a free one. */
  readonly port: number;
  /** Where the bodies are written. */
  readonly folder: string;
}

export const USAGE = `bun bench/oha/prepare.ts [--people 40000] [--phones 500000] [--port 3100] [--folder .floodgate/oha]

Starts the service on a PostgreSQL of its own, with an event that has seats and one that is sold out; writes the bodies
for oha to send into the folder; prints the commands to paste. Ctrl-C ends it.

  --people   how many can register, at most 130,000; each holds a code
  --phones   how many numbers can ask for a code, at most 1,000,000
`;

/** Throws `BenchError`. */
export function readOptions(words: readonly string[]): Options | "help" {
  const { help, people, phones, port, folder } = readWords(words);
  if (help) return "help";
  return {
    // A sale has at most 131,071 seats, and this one must not fill.
    peopleCount: wholeNumber("people", people, { min: 1, max: 130_000 }),
    // The service remembers a million.
    phoneCount: wholeNumber("phones", phones, { min: 1, max: 1_000_000 }),
    port: wholeNumber("port", port, { min: 0, max: 65_535 }),
    folder,
  };
}

function readWords(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        help: { type: "boolean", short: "h", default: false },
        people: { type: "string", default: "40000" },
        phones: { type: "string", default: "500000" },
        port: { type: "string", default: "3100" },
        folder: { type: "string", default: ".floodgate/oha" },
      },
    }).values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    // What follows the first sentence is advice for words that are not taken here.
    const fault = /^.*?(?=\.?$|\. )/m.exec(message)?.[0];
    throw new BenchError(`${fault}; --help says what there is.`, { cause });
  }
}

function wholeNumber(
  name: string,
  text: string,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new BenchError(`--${name} is not a whole number from ${min} to ${max}`);
}
