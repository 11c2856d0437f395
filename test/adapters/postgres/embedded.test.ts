import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import postgres from "postgres";
import { findEmbedded, openEmbedded } from "../../../src/adapters/postgres/embedded.ts";
import { AlreadyRunningError } from "../../../src/adapters/postgres/embedded-errors.ts";
import { buildFolder, removeAbandoned } from "../../../src/adapters/postgres/embedded-files.ts";
import { isAlive } from "../../../src/adapters/postgres/embedded-process.ts";
import { freshFolder, initialisedFolder, type TestFolder } from "../../support/postgres.ts";
import { bootElsewhere } from "./embedded-elsewhere.ts";

setDefaultTimeout(60_000);

let folder: TestFolder;
let dataFolder: string;

beforeEach(async () => {
  folder = await initialisedFolder();
  dataFolder = folder.path;
});

afterEach(() => folder.release());

describe("an embedded PostgreSQL", () => {
  test("keeps what was committed from one run to the next, at the same address", async () => {
    let url: string;
    {
      await using first = await open();
      url = first.url;
      await commitRow(url);
    }
    await using second = await open();
    expect(second.url).toBe(url);
    expect(second.isAdopted).toBe(false);
    expect(await countRows(url)).toBe(1);
  });

  test("is durable, checked, in UTF-8 and UTC, and heard on loopback alone (invariant 3)", async () => {
    await using embedded = await open();
    const names = [
      "fsync",
      "synchronous_commit",
      "full_page_writes",
      "data_checksums",
      "server_encoding",
      "TimeZone",
      "listen_addresses",
      "unix_socket_directories",
      "password_encryption",
    ];
    const values = await query(
      embedded.url,
      `select string_agg(current_setting(name), ' ' order by place) as value
       from unnest('{${names.join(",")}}'::text[]) with ordinality as wanted (name, place)`,
    );
    expect(values).toBe("on on on on UTF8 UTC 127.0.0.1  scram-sha-256");
  });

  test("asks for its password", async () => {
    await using embedded = await open();
    const url = new URL(embedded.url);
    url.password = "guess";
    expect(query(url.href, "select 1 as value")).rejects.toThrow("password authentication failed");
  });

  test("writes no value of a failed statement to its log (invariant 10)", async () => {
    await using embedded = await open();
    const phone = "+8801712345678";
    expect(query(embedded.url, `select '${phone}'::uuid as value`)).rejects.toThrow(phone);
    const lines = await readFile(join(dataFolder, "postgres", "log"), "utf8");
    expect(lines).toContain("ready to accept connections");
    expect(lines).not.toContain(phone);
  });

  test("runs in a session of its own, out of reach of the terminal's Ctrl-C, and never as root", async () => {
    await using _embedded = await open();
    const processId = await postmasterId();
    const [sessionId, userId] = (await shell(`ps -o sid=,uid= -p ${processId}`)).split(/\s+/);
    expect(Number(sessionId)).toBe(processId);
    expect(Number(userId)).not.toBe(0);
  });

  test("is gone after its owner has disposed of it", async () => {
    const embedded = await open();
    const processId = await postmasterId();
    await embedded[Symbol.asyncDispose]();
    await until(async () => !isAlive(processId));
    expect(await findEmbedded(dataFolder)).toBeNull();
  });
});

describe("the address", () => {
  test("lies in a file for its owner's eyes, and is found while the owner lives", async () => {
    expect(await findEmbedded(dataFolder)).toBeNull();
    {
      await using embedded = await open();
      expect(await findEmbedded(dataFolder)).toBe(embedded.url);
      expect((await stat(join(dataFolder, "postgres.url"))).mode & 0o777).toBe(0o600);
    }
    expect(await findEmbedded(dataFolder)).toBeNull();
  });

  test("is not found where a PostgreSQL lives on without an owner", async () => {
    await using elsewhere = await bootElsewhere(dataFolder);
    await elsewhere.kill();
    await until(async () => (await findEmbedded(dataFolder)) === null);
    expect(await query(elsewhere.url, "select 1 as value")).toBe(1);
    await (await open())[Symbol.asyncDispose]();
  });

  test("is another where the remembered port is taken", async () => {
    const first = await open();
    await first[Symbol.asyncDispose]();
    using squatter = Bun.serve({
      hostname: "127.0.0.1",
      port: Number(new URL(first.url).port),
      fetch: () => new Response(),
    });
    await using second = await open();
    expect(Number(new URL(second.url).port)).not.toBe(squatter.port);
    expect(await query(second.url, "select 1 as value")).toBe(1);
  });
});

describe("a single instance", () => {
  test("a second copy is refused and the first goes on undisturbed", async () => {
    await using first = await open();
    expect(open()).rejects.toThrow(AlreadyRunningError);
    await commitRow(first.url);
    expect(await countRows(first.url)).toBe(1);
  });

  test("of two copies started at once on an empty folder exactly one wins", async () => {
    const empty = freshFolder();
    const options = { dataFolder: empty.path, log };
    const starts = await Promise.allSettled([openEmbedded(options), openEmbedded(options)]);
    const winners = starts.filter((start) => start.status === "fulfilled");
    const losers = starts.filter((start) => start.status === "rejected");
    expect(winners).toHaveLength(1);
    expect(losers[0]?.reason).toBeInstanceOf(AlreadyRunningError);
    expect((await readdir(empty.path)).toSorted()).toEqual(["postgres", "postgres.url"]);
    await winners[0]?.value[Symbol.asyncDispose]();
    empty.release();
  });

  test("an owner whose lock another takes says so, and leaves the server to the other", async () => {
    const embedded = await open();
    const thief = postgres(embedded.url, { max: 1 });
    const sql = postgres(embedded.url, { max: 1 });
    const [held] = await sql`select pid, classid, objid from pg_locks where locktype = 'advisory'`;
    const theft = thief`select pg_advisory_lock(${held?.["classid"]}, ${held?.["objid"]})`;
    const stealing = theft.execute();
    await until(async () => {
      const [row] = await sql`select from pg_locks where locktype = 'advisory' and not granted`;
      return row !== undefined;
    });
    await sql`select pg_terminate_backend(${held?.["pid"]})`;
    await stealing;
    expect(await embedded.lost).toBeInstanceOf(AlreadyRunningError);
    await embedded[Symbol.asyncDispose]();
    expect(await query(embedded.url, "select 1 as value")).toBe(1);
    await Promise.all([thief.end(), sql.end()]);
    await (await open())[Symbol.asyncDispose]();
  });
});

describe("after a crash", () => {
  test("of Floodgate, its PostgreSQL is adopted with all that was committed (invariant 3)", async () => {
    await using elsewhere = await bootElsewhere(dataFolder);
    await commitRow(elsewhere.url);
    const processId = await postmasterId();
    await elsewhere.kill();
    await using adopted = await open();
    expect(adopted.isAdopted).toBe(true);
    expect(adopted.url).toBe(elsewhere.url);
    expect(await postmasterId()).toBe(processId);
    expect(await countRows(adopted.url)).toBe(1);
  });

  test("of both, PostgreSQL recovers all that was committed (invariant 3)", async () => {
    await using elsewhere = await bootElsewhere(dataFolder);
    await commitRow(elsewhere.url);
    await elsewhere.kill();
    process.kill(await postmasterId(), "SIGKILL");
    await using embedded = await open();
    expect(embedded.isAdopted).toBe(false);
    expect(await countRows(embedded.url)).toBe(1);
  });

  test("of PostgreSQL alone, its owner starts it again at the same address (invariant 3)", async () => {
    await using embedded = await open();
    await commitRow(embedded.url);
    const processId = await postmasterId();
    process.kill(processId, "SIGKILL");
    await until(async () => (await findEmbedded(dataFolder)) === embedded.url);
    expect(await postmasterId()).not.toBe(processId);
    expect(await countRows(embedded.url)).toBe(1);
  });

  test("a number of a process that is another's by now misleads nobody", async () => {
    const pidFile = join(dataFolder, "postgres", "data", "postmaster.pid");
    await writeFile(pidFile, `${process.pid}\n/elsewhere\n1\n1\n\n127.0.0.1\n  1 1\nready   \n`);
    await using embedded = await open();
    expect(embedded.isAdopted).toBe(false);
    expect(await query(embedded.url, "select 1 as value")).toBe(1);
  });

  test("half-way through the first start, what was half-made is swept, but no living maker's", async () => {
    const abandonedBy = 2 ** 30;
    const target = join(dataFolder, "cluster");
    await mkdir(`${target}.new-${abandonedBy}-0badf00d/data`, { recursive: true });
    await mkdir(buildFolder(target));
    await removeAbandoned(target);
    const names = (await readdir(dataFolder)).filter((name) => name.startsWith("cluster"));
    expect(names).toEqual([expect.stringContaining(`cluster.new-${process.pid}-`)]);
  });
});

function log(): void {}

function open() {
  return openEmbedded({ dataFolder, log });
}

async function postmasterId(): Promise<number> {
  const text = await readFile(join(dataFolder, "postgres", "data", "postmaster.pid"), "utf8");
  return Number.parseInt(text, 10);
}

async function query(url: string, text: string): Promise<unknown> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const [row] = await sql.unsafe(text);
    return row?.["value"];
  } finally {
    await sql.end();
  }
}

async function commitRow(url: string): Promise<void> {
  await query(url, "create table if not exists kept (value int)");
  await query(url, "insert into kept values (1)");
}

function countRows(url: string): Promise<unknown> {
  return query(url, "select count(*)::int as value from kept");
}

async function shell(command: string): Promise<string> {
  return (await Bun.$`sh -c ${command}`.text()).trim();
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await Bun.sleep(20);
}
