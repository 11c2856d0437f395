import { BenchError } from "../harness/bench.ts";

/** For the codes, the files and the pipes beside the connections, at both ends. */
const KEPT_BACK_COUNT = 500;
/** One address of a client has so many ports on Linux unless told otherwise (ip(7), `ip_local_port_range`). */
const PORT_COUNT = 28_232;
/** With fewer, people would hang up on each other all the time. */
const CONNECTION_COUNT_MIN = 500;

export interface HandleBudget {
  /** Connections that may be open at once. */
  readonly connectionCountMax: number;
  /** What more handles would change, in a sentence; null where nothing is missing. */
  readonly missing: string | null;
}

/** How many visitors can have a connection of their own at once. Throws `BenchError` where it is hardly any. */
export function handleBudget(visitorCount: number): HandleBudget {
  const allowed = Bun.spawnSync(["sh", "-c", "ulimit -n"]).stdout.toString().trim();
  const allowedCount = allowed === "unlimited" ? Number.POSITIVE_INFINITY : Number(allowed);
  const roomCount = Math.min(allowedCount - KEPT_BACK_COUNT, PORT_COUNT - KEPT_BACK_COUNT);
  const neededCount = visitorCount + KEPT_BACK_COUNT;
  if (roomCount < Math.min(visitorCount, CONNECTION_COUNT_MIN)) {
    throw new BenchError(
      `This shell allows ${allowed} open files where the surge needs ${Math.min(neededCount, CONNECTION_COUNT_MIN + KEPT_BACK_COUNT)}: run "ulimit -n ${neededCount}" first.`,
    );
  }
  if (roomCount >= visitorCount) return { connectionCountMax: visitorCount, missing: null };
  const missing = `${roomCount} of ${visitorCount} visitors can be connected at once (${allowed} open files, ${PORT_COUNT} ports): beyond that the connection silent longest is closed`;
  return { connectionCountMax: roomCount, missing };
}
