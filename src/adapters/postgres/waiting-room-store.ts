import { ok as assert } from "node:assert";
import type {
  AdmissionRecord,
  LobbyMember,
  StoredRoom,
  WaitingRoomStore,
} from "../../waiting-room/ports.ts";
import { arrayLiteral } from "./array-literal.ts";
import type { Database, SqlTag } from "./client.ts";

const PASS_ID_BYTES = 16;

/**
 * A room's row is the lock of its list: those who join share it until they are committed, and closing waits for
 * them. So the closed list holds everybody who was told of having joined.
 */
export class PostgresWaitingRoomStore implements WaitingRoomStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  open(saleId: number, seed: Uint8Array): Promise<StoredRoom> {
    return this.#database.run(async (sql) => {
      await sql`
        insert into waiting_rooms (sale_id, seed) values (${saleId}, ${toText(seed)})
        on conflict (sale_id) do nothing`;
      const [row] = await sql<RoomRow[]>`
        select ${roomColumns(sql)} from waiting_rooms where sale_id = ${saleId}`;
      return storedRoom(row);
    });
  }

  async join(saleId: number, members: readonly LobbyMember[]): Promise<"joined" | "closed"> {
    const [row] = await this.#database.run((sql) => insertMembers(sql, saleId, members));
    assert(row !== undefined, "a room is opened before anybody joins it");
    return row.isOpen ? "joined" : "closed";
  }

  members(saleId: number): Promise<readonly LobbyMember[]> {
    return this.#database.run((sql) => selectMembers(sql, saleId));
  }

  close(saleId: number): ReturnType<WaitingRoomStore["close"]> {
    return this.#database.run(async (sql) => {
      const [row] = await sql<RoomRow[]>`
        update waiting_rooms set closed_at = coalesce(closed_at, clock_timestamp())
        where sale_id = ${saleId}
        returning ${roomColumns(sql)}`;
      const { closedAtMs } = storedRoom(row);
      assert(closedAtMs !== null);
      // A statement of its own: the snapshot of the update is older than the lock it may have waited for.
      return { closedAtMs, members: await selectMembers(sql, saleId) };
    });
  }

  async setRoot(saleId: number, root: Uint8Array): Promise<void> {
    const { count } = await this.#database.run(
      (sql) => sql`
        update waiting_rooms set root = ${toText(root)}
        where sale_id = ${saleId} and closed_at is not null
          and coalesce(root, ${toText(root)}) = ${toText(root)}`,
    );
    assert(count === 1, "the root is of a closed list, and no other was published");
  }

  async setDrawn(saleId: number): Promise<StoredRoom> {
    const [row] = await this.#database.run(
      (sql) => sql<RoomRow[]>`
        update waiting_rooms set drawn_at = coalesce(drawn_at, clock_timestamp())
        where sale_id = ${saleId} and root is not null
        returning ${roomColumns(sql)}`,
    );
    assert(row !== undefined, "the root is published before the seed");
    return storedRoom(row);
  }

  async reserveTail(saleId: number, count: number): Promise<number> {
    const [row] = await this.#database.run(
      (sql) => sql<{ first: number }[]>`
        update waiting_rooms set tail_reserved = tail_reserved + ${count}
        where sale_id = ${saleId}
        returning tail_reserved - ${count} as first`,
    );
    assert(row !== undefined, "a room is opened before places are given out");
    return row.first;
  }

  async returnTail(
    saleId: number,
    { first, end }: { readonly first: number; readonly end: number },
  ): Promise<void> {
    await this.#database.run(
      (sql) => sql`
        update waiting_rooms set tail_reserved = ${first}
        where sale_id = ${saleId} and tail_reserved = ${end}`,
    );
  }

  async recordAdmission(
    saleId: number,
    { atMs, upTo, lineCount }: AdmissionRecord & { readonly lineCount: number },
  ): Promise<void> {
    await this.#database.run(
      (sql) => sql`
        with room as (
          update waiting_rooms set line_count = greatest(line_count, ${lineCount})
          where sale_id = ${saleId}
        )
        insert into admissions (admitted_at, sale_id, up_to)
        values (${instant(sql, atMs)}, ${saleId}, ${upTo})
        on conflict (sale_id, up_to) do nothing`,
    );
  }

  async admissionsSince(saleId: number, sinceMs: number): Promise<readonly AdmissionRecord[]> {
    return await this.#database.run(
      (sql) => sql<AdmissionRecord[]>`
        select ${milliseconds(sql, "admitted_at")} as "atMs", up_to as "upTo"
        from (
          (
            select admitted_at, up_to from admissions
            where sale_id = ${saleId} and admitted_at < ${instant(sql, sinceMs)}
            order by admitted_at desc, up_to desc
            limit 1
          )
          union all
          select admitted_at, up_to from admissions
          where sale_id = ${saleId} and admitted_at >= ${instant(sql, sinceMs)}
        ) as told
        order by admitted_at, up_to`,
    );
  }
}

/** In order of pass ids, so that two batches with the same phones never wait for each other in a ring. */
function insertMembers(sql: SqlTag, saleId: number, members: readonly LobbyMember[]) {
  return sql<{ isOpen: boolean }[]>`
    with room as materialized (
      select sale_id from waiting_rooms where sale_id = ${saleId} and closed_at is null for share
    ), joined as (
      insert into lobby_places as known (sale_id, pass_id, is_verified)
      select room.sale_id, member.pass_id, bool_or(member.is_verified)
      from room, unnest(
        ${arrayLiteral(members.map(({ passId }) => passId.toHex()))}::uuid[],
        ${arrayLiteral(members.map(({ isVerified }) => `${isVerified}`))}::boolean[]
      ) as member (pass_id, is_verified)
      group by room.sale_id, member.pass_id
      order by member.pass_id
      on conflict (sale_id, pass_id) do update set is_verified = true
      where excluded.is_verified and not known.is_verified
    )
    select exists (select from room) as "isOpen" from waiting_rooms where sale_id = ${saleId}`;
}

/** One row of two long values costs this process a third of what a row for each of a hundred thousand does. */
async function selectMembers(sql: SqlTag, saleId: number): Promise<readonly LobbyMember[]> {
  const [row] = await sql<{ passIds: Uint8Array | null; verified: string | null }[]>`
    select
      string_agg(uuid_send(pass_id), '' order by pass_id) as "passIds",
      string_agg(case when is_verified then '1' else '0' end, '' order by pass_id) as verified
    from lobby_places where sale_id = ${saleId}`;
  const { passIds, verified } = row ?? {};
  if (!passIds || !verified) return [];
  return Array.from({ length: verified.length }, (_, index) => ({
    passId: passIds.subarray(index * PASS_ID_BYTES, (index + 1) * PASS_ID_BYTES),
    isVerified: verified[index] === "1",
  }));
}

interface RoomRow extends Omit<StoredRoom, "seed" | "root"> {
  readonly seed: string;
  readonly root: string | null;
}

function roomColumns(sql: SqlTag) {
  return sql`
    seed, root, tail_reserved as "tailReserved",
    beacon_value as "beaconValue", beacon_missing as "beaconMissing",
    ${milliseconds(sql, "closed_at")} as "closedAtMs",
    ${milliseconds(sql, "drawn_at")} as "drawnAtMs"`;
}

function storedRoom(row: RoomRow | undefined): StoredRoom {
  assert(row !== undefined, "a room is opened before anything is done in it");
  return { ...row, seed: toBytes(row.seed), root: row.root === null ? null : toBytes(row.root) };
}

function milliseconds(sql: SqlTag, column: string) {
  return sql`(extract(epoch from ${sql(column)}) * 1000)::double precision`;
}

function instant(sql: SqlTag, epochMs: number) {
  return sql`to_timestamp(${epochMs}::double precision / 1000)`;
}

function toText(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

function toBytes(text: string): Uint8Array {
  return Uint8Array.fromBase64(text, { alphabet: "base64url" });
}
