import { parseArgs } from "node:util";
import { BenchError } from "../harness/bench.ts";
import { between } from "../harness/command.ts";

export interface SurgeOptions {
  readonly visitorCount: number;
  readonly quota: number;
  /** From the first arrival to the last, before it is compressed. */
  readonly minutes: number;
  /** Arrivals come so many times faster. */
  readonly compress: number;
  /** Every human duration times this: people take their time, and only a test cannot wait for them. */
  readonly pace: number;
  readonly seed: number;
  /** People gather in a lobby and stand in line, instead of all asking at once. */
  readonly hasWaitingRoom: boolean;
  /** Of all people, those who proved their phones days before; above 0 the lobby takes proved phones alone. */
  readonly verifyEarlyShare: number;
  readonly isSmoke: boolean;
}

const USAGE =
  "bun bench/load/surge.ts [--visitors 100000] [--minutes 10] [--compress 4] [--quota 60000] [--verify-early 0] [--no-waiting-room] [--seed 1] [--smoke]";

/** For `--help`. */
export const HELP = `${USAGE}

People come to a sale that opens while they wait: what they were told is held against the tables at the end.
  --visitors   how many come
  --minutes    from the first arrival to the last
  --compress   arrivals so many times faster, 1 to 4; people take their time all the same
  --quota      seats
  --verify-early SHARE  of people who proved their phones days before; above 0 the lobby takes proved phones alone
  --no-waiting-room     everybody asks at once
  --seed       another crowd
  --smoke      a few hundred people in a few seconds; keeps nothing
The report and its picture are kept as bench/results/surge.json and surge.svg.
`;

/** A test: all of it in seconds. */
const SMOKE = { visitors: "300", minutes: "0.06", compress: "1", quota: "150", pace: 0.03 };
const FULL = { visitors: "100000", minutes: "10", compress: "4", quota: "60000", pace: 1 };

/** Throws `BenchError` with one sentence. */
export function readSurgeOptions(words: readonly string[]): SurgeOptions {
  const values = parse(words);
  const isSmoke = values.smoke === true;
  const ordinary = isSmoke ? SMOKE : FULL;
  return {
    visitorCount: whole("visitors", values.visitors ?? ordinary.visitors, 1_000_000),
    quota: whole("quota", values.quota ?? ordinary.quota, 131_071),
    minutes: between("minutes", values.minutes ?? ordinary.minutes, { min: 0.05, max: 60 }),
    compress: between("compress", values.compress ?? ordinary.compress, { min: 1, max: 4 }),
    pace: ordinary.pace,
    hasWaitingRoom: values["no-waiting-room"] !== true,
    verifyEarlyShare: between("verify-early", values["verify-early"] ?? "0", { min: 0, max: 1 }),
    seed: whole("seed", values.seed ?? "1", 0xffff_ffff),
    isSmoke,
  };
}

function parse(words: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...words],
      options: {
        visitors: text,
        minutes: text,
        compress: text,
        quota: text,
        seed: text,
        "verify-early": text,
        "no-waiting-room": { type: "boolean" },
        smoke: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new BenchError(`that is not how it is called: ${USAGE}`, { cause: error });
  }
}

function whole(name: string, text: string, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= max) return value;
  throw new BenchError(`--${name} is not a whole number from 1 to ${max}`);
}
