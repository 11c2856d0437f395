import { seedHash } from "../../waiting-room/draw.ts";
import type { Database } from "./client.ts";

/** How far the draw of a sale's lobby has come. Instants are milliseconds since the Unix epoch. */
export interface DrawOnDesk {
  readonly lobbyCount: number;
  readonly verifiedCount: number;
  /** 32 bytes. The seed itself stays where it is. */
  readonly seedHash: Uint8Array;
  /** Of the closed list, in base64url. */
  readonly root: string | null;
  readonly closedAtMs: number | null;
  readonly beaconValue: string | null;
  readonly beaconMissing: string | null;
  readonly drawnAtMs: number | null;
}

/** What the draw is told of its beacon, for good: what it said, or why it is done without. */
export type BeaconWord =
  | { readonly kind: "value"; readonly text: string }
  | { readonly kind: "missing"; readonly text: string };

/** What an operator asks of a draw and may tell it, beside a server at work. */
export class PostgresDrawDeskStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Null where no service has opened the sale's waiting room yet. */
  async find(saleId: number): Promise<DrawOnDesk | null> {
    const [row] = await this.#database.run(
      (sql) => sql<(Omit<DrawOnDesk, "seedHash"> & { readonly seed: string })[]>`
        select
          w.seed, w.root, w.beacon_value as "beaconValue", w.beacon_missing as "beaconMissing",
          (extract(epoch from w.closed_at) * 1000)::double precision as "closedAtMs",
          (extract(epoch from w.drawn_at) * 1000)::double precision as "drawnAtMs",
          count(l.sale_id) as "lobbyCount",
          count(l.sale_id) filter (where l.is_verified) as "verifiedCount"
        from waiting_rooms w
        left join lobby_places l on l.sale_id = w.sale_id
        where w.sale_id = ${saleId}
        group by w.sale_id`,
    );
    if (row === undefined) return null;
    const { seed, ...draw } = row;
    return { ...draw, seedHash: seedHash(Buffer.from(seed, "base64url")) };
  }

  /** False, with nothing changed, where it was told already, is drawn, or has no root yet. */
  async tellBeacon(saleId: number, { kind, text }: BeaconWord): Promise<boolean> {
    const { count } = await this.#database.run(
      (sql) => sql`
        update waiting_rooms
        set ${sql(kind === "value" ? "beacon_value" : "beacon_missing")} = ${text}
        where sale_id = ${saleId} and closed_at is not null and root is not null
          and beacon_value is null and beacon_missing is null and drawn_at is null`,
    );
    return count === 1;
  }
}
