import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { chmod, chown, mkdir, realpath, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import postgres from "postgres";
import { openEmbedded } from "../../../src/adapters/postgres/embedded.ts";
import { freshFolder, initialisedFolder, type TestFolder } from "../../support/postgres.ts";
import { bootElsewhere, installForEveryone } from "./embedded-elsewhere.ts";

setDefaultTimeout(60_000);

const ourId = process.getuid?.() ?? -1;

describe("an ordinary user", () => {
  let folder: TestFolder;

  beforeEach(() => {
    folder = freshFolder();
  });

  afterEach(() => folder.release());

  test("runs PostgreSQL as itself, in place and without a word", async () => {
    const identity = ourId === 0 ? daemon() : { uid: ourId };
    await chown(folder.path, identity.uid, -1);
    using installation = await installForEveryone();
    await using elsewhere = await bootElsewhere(folder.path, { identity, installation });
    expect(elsewhere.lines).toEqual([]);
    expect((await stat(join(folder.path, "postgres", "data"))).uid).toBe(identity.uid);
    expect(await readLocale(elsewhere.url)).toBe("C.UTF-8");
  });
});

if (ourId === 0) {
  describe("root", () => {
    let folder: TestFolder;

    beforeEach(async () => {
      folder = await initialisedFolder();
    });

    afterEach(() => folder.release());

    test("lends the data to a user that may run PostgreSQL, in place where that user can enter", async () => {
      const entrance = join(folder.path, "postgres");
      expect(await realpath(entrance)).toBe(entrance);
      expect((await stat(join(entrance, "data"))).uid).not.toBe(0);
    });

    test("puts them elsewhere where only root can enter, says so in a line, and finds them again", async () => {
      const dataFolder = join(folder.path, "closed");
      await mkdir(dataFolder, { mode: 0o700 });
      const lines: string[] = [];
      const options = { dataFolder, log: (line: string) => lines.push(line) };
      const first = await openEmbedded(options);
      const home = await realpath(join(dataFolder, "postgres"));
      try {
        await first[Symbol.asyncDispose]();
        expect(home.startsWith(dataFolder)).toBe(false);
        expect(lines).toEqual([expect.stringContaining(home)]);
        await using second = await openEmbedded(options);
        expect(second.url).toBe(first.url);
        expect(await realpath(join(dataFolder, "postgres"))).toBe(home);
      } finally {
        await rm(home, { recursive: true });
      }
      expect(openEmbedded(options)).rejects.toThrow("links to data that are gone");
    });

    test("is told what to do where the data's user was locked out since", async () => {
      await chmod(folder.path, 0o700);
      const options = { dataFolder: folder.path, log: () => {} };
      expect(openEmbedded(options)).rejects.toThrow("chmod a+x");
    });
  });

  describe("a user who cannot run it is told why:", () => {
    test("the data are another's", async () => {
      const folder = await initialisedFolder();
      using installation = await installForEveryone();
      const boot = bootElsewhere(folder.path, { identity: daemon(), installation });
      expect(boot).rejects.toThrow("belongs to another user");
      folder.release();
    });

    test("the system does not know the user", async () => {
      const folder = freshFolder();
      const stranger = { uid: 1_234_567, gid: 1_234_567 };
      await chown(folder.path, stranger.uid, stranger.gid);
      using installation = await installForEveryone();
      const boot = bootElsewhere(folder.path, { identity: stranger, installation });
      expect(boot).rejects.toThrow("user does not exist");
      folder.release();
    });
  });
}

/** A user that every system has, and that is none of those root would choose. */
function daemon() {
  const [uid, gid] = ["-u", "-g"].map((flag) => Number(execFileSync("id", [flag, "daemon"])));
  return { uid: uid ?? -1, gid: gid ?? -1 };
}

async function readLocale(url: string): Promise<unknown> {
  const sql = postgres(url, { max: 1 });
  const [row] = await sql`select datlocale from pg_database where datname = current_database()`;
  await sql.end();
  return row?.["datlocale"];
}
