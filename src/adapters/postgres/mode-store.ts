import { ok as assert } from "node:assert";
import { LEVEL_MAX } from "../../mode/measures.ts";
import type { ModeStore, ToldMode } from "../../mode/ports.ts";
import type { Database } from "./client.ts";

/** What the last service to tell of its ladder said, as ages by the database's clock. */
export interface StoredMode {
  readonly level: number;
  /** Empty before any service told. */
  readonly cause: string;
  readonly sinceAgeMs: number;
  /** Null before any service told. */
  readonly toldAgeMs: number | null;
  readonly heldLevel: number | null;
}

/** The one row of `service_mode`: the service says where its ladder stands, an operator where it is to be held. */
export class PostgresModeStore implements ModeStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async tell({ level, cause, sinceMs }: ToldMode): Promise<number | null> {
    const [row] = await this.#database.run(
      (sql) => sql<{ heldLevel: number | null }[]>`
        update service_mode
        set level = ${level}, cause = ${cause}, seen_at = clock_timestamp(),
          since = to_timestamp(${sinceMs}::double precision / 1000)
        returning held_level as "heldLevel"`,
    );
    assert(row !== undefined, "the row was made with the table");
    return knownLevel(row.heldLevel);
  }

  async read(): Promise<StoredMode> {
    const [row] = await this.#database.run(
      (sql) => sql<StoredMode[]>`
        select level, cause, held_level as "heldLevel",
          (1000 * extract(epoch from clock_timestamp() - since))::double precision as "sinceAgeMs",
          (1000 * extract(epoch from clock_timestamp() - nullif(seen_at, '-infinity')))
            ::double precision as "toldAgeMs"
        from service_mode`,
    );
    assert(row !== undefined, "the row was made with the table");
    return { ...row, heldLevel: knownLevel(row.heldLevel) };
  }

  /** Null lets the ladder move by itself. */
  async hold(level: number | null): Promise<void> {
    await this.#database.run((sql) => sql`update service_mode set held_level = ${level}`);
  }
}

/** A version with more measures may have held the ladder higher than it goes here. */
function knownLevel(level: number | null): number | null {
  return level === null ? null : Math.min(level, LEVEL_MAX);
}
