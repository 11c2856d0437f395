import postgres from "postgres";
import { sleep, systemClock } from "../../actor/clock.ts";

/** Who holds it owns the database. A number pair of our own, as advisory locks have no names. */
const lockKey = { classId: 0x464c4f4f, objectId: 0x44474154 };
/** A process killed a moment ago still holds its lock until PostgreSQL has noticed. */
const lockTimeoutMs = 1_000;
const pollMs = 50;
const connectTimeoutS = 5;
/** Without one, `end` can wait for ever on a connection that broke. */
const endTimeoutS = 1;

/** The session lock, as long as its one connection lives. */
export interface OwnerLock {
  /** Resolves when the connection is closed, by whichever side. */
  readonly closed: Promise<void>;
  release(): Promise<void>;
}

export type LockOutcome =
  | { readonly kind: "taken"; readonly lock: OwnerLock }
  | { readonly kind: "held-by-another" }
  /** The server went away meanwhile: starting, stopping or killed. */
  | { readonly kind: "unreachable"; readonly cause: unknown };

export async function takeOwnerLock(url: string): Promise<LockOutcome> {
  const { promise: closed, resolve: onclose } = Promise.withResolvers<void>();
  const sql = connect(url, onclose);
  try {
    const deadlineMs = systemClock.nowMs() + lockTimeoutMs;
    do {
      const [row] = await sql<[{ isTaken: boolean }]>`
        select pg_try_advisory_lock(${lockKey.classId}, ${lockKey.objectId}) as "isTaken"
      `;
      if (row.isTaken)
        return {
          kind: "taken",
          lock: { closed, release: () => sql.end({ timeout: endTimeoutS }) },
        };
      await sleep(systemClock, pollMs);
    } while (systemClock.nowMs() < deadlineMs);
    await sql.end({ timeout: endTimeoutS });
    return { kind: "held-by-another" };
  } catch (cause) {
    await sql.end({ timeout: endTimeoutS });
    if (isRefusal(cause)) throw cause;
    return { kind: "unreachable", cause };
  }
}

/** Whether somebody owns the database at this address; false where nobody answers. */
export async function isOwned(url: string): Promise<boolean> {
  const sql = connect(url, () => {});
  try {
    const [row] = await sql<[{ isOwned: boolean }]>`
      select exists (
        select from pg_locks
        where locktype = 'advisory' and granted
          and database = (select oid from pg_database where datname = current_database())
          and classid = ${lockKey.classId} and objid = ${lockKey.objectId} and objsubid = 2
      ) as "isOwned"
    `;
    return row.isOwned;
  } catch {
    return false;
  } finally {
    await sql.end({ timeout: endTimeoutS });
  }
}

function connect(url: string, onclose: () => void) {
  return postgres(url, {
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: connectTimeoutS,
    fetch_types: false,
    onclose,
  });
}

/** SQLSTATE class 28: the server answers, but does not know our password. */
function isRefusal(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.code.startsWith("28");
}
