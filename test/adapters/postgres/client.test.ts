import { describe, expect, test } from "bun:test";
import { Database } from "../../../src/adapters/postgres/client.ts";
import { freshDatabase } from "../../support/postgres.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";

const ROW_COUNT = 500;

/** Rows 1 to `count`, each once. */
function numbers(database: Database, count: number): Promise<readonly number[]> {
  return database.run(async (sql) => {
    const rows = await sql<{ n: number }[]>`
      select n, 'the long answer' as padding from generate_series(1, ${count}::int) as s (n)`;
    return Array.from(rows, (row) => row?.n);
  });
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function open(url: string, connectionCountMax = 1): Database {
  return new Database({ url, applicationName: "test", connectionCountMax, isPrepared: true });
}

describe("A call to the database that failed", () => {
  test("leaves nothing of an answer cut off in the middle for the next", async () => {
    await using database = await freshDatabase();
    await using proxy = await TcpProxy.start(database.url);
    await using client = open(proxy.url);
    expect(await numbers(client, 3)).toEqual(upTo(3));
    const cut = proxy.cutAt("\x00\x00\x00\x03500", "within");
    const failed = await numbers(client, ROW_COUNT).catch((error: unknown) => error);
    await cut;
    expect(failed).toMatchObject({ code: "CONNECTION_CLOSED" });
    expect(await numbers(client, 5)).toEqual(upTo(5));
  });

  test("leaves no rows that came before its error for the next", async () => {
    await using database = await freshDatabase();
    await using client = open(database.url);
    const failed = await client
      .run((sql) => sql`select 1 / (4 - n) from generate_series(1, 9) as s (n)`)
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: "22012" });
    expect(await numbers(client, 5)).toEqual(upTo(5));
  });

  test("does not end the calls beside it", async () => {
    await using database = await freshDatabase();
    await using client = open(database.url, 2);
    const beside = client.run((sql) => sql`select pg_sleep(0.3), 7 as answer`);
    const failed = await client.run((sql) => sql`select 1 / 0`).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: "22012" });
    expect(await beside).toMatchObject([{ answer: 7 }]);
  });
});
