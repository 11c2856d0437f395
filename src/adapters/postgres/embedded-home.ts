import { lstat, mkdir, readFile, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { makeCluster } from "./embedded-cluster.ts";
import { EmbeddedPostgresError } from "./embedded-errors.ts";
import { nullWhereAbsent, removeAbandoned } from "./embedded-files.ts";
import { canEnter, findPrograms, type RunAs } from "./embedded-programs.ts";

/** One initialised cluster: where it lies, what runs it and as whom. */
export interface Home {
  /** PostgreSQL's data folder, with all symbolic links resolved. */
  readonly data: string;
  readonly logFile: string;
  readonly password: string;
  /** The folder of `postgres`. */
  readonly programs: string;
  readonly runAs: RunAs;
}

/**
 * Finds or makes the cluster of a data folder at `<dataFolder>/postgres`. PostgreSQL refuses to run as root,
 * so root runs it as another user; where that user cannot enter the data folder, the cluster lies elsewhere
 * and `postgres` is a link to it. Throws `EmbeddedPostgresError`.
 */
export async function openHome(dataFolder: string, log: (line: string) => void): Promise<Home> {
  await mkdir(dataFolder, { recursive: true });
  const entrance = join(await realpath(dataFolder), "postgres");
  const owner = await findOwner(entrance);
  const runAs = owner === null ? await chooseUser() : keepUser(entrance, owner);
  // At each start, because a killed start leaves an initdb that may outlive a first sweep.
  await removeAbandoned(entrance);
  const programs = await findPrograms(runAs);
  if (owner === null) await makeCluster(entrance, programs, runAs);
  const folder = await realpath(entrance);
  if (folder !== entrance) {
    log(
      `PostgreSQL cannot run as root, nor its user enter ${dataFolder}: its data lie in ${folder}`,
    );
  }
  if (!(await canEnter(folder, runAs))) {
    throw new EmbeddedPostgresError(
      `The user that owns ${folder} can no longer enter it. Give the folders above it chmod a+x.`,
    );
  }
  const password = await readFile(join(folder, "password"), "utf8");
  return { data: join(folder, "data"), logFile: join(folder, "log"), password, programs, runAs };
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

async function findOwner(entrance: string): Promise<Owner | null> {
  const entry = await lstat(entrance).catch(nullWhereAbsent);
  if (entry === null) return null;
  const target = await stat(entrance).catch(nullWhereAbsent);
  if (target !== null) return target;
  throw new EmbeddedPostgresError(
    `${entrance} links to data that are gone. Bring them back, or remove the link to start afresh.`,
  );
}

/** Data that exist are only ever touched by the user that owns them. */
function keepUser(entrance: string, owner: Owner): RunAs {
  const ourId = process.getuid?.();
  if (ourId === 0) return { uid: owner.uid, gid: owner.gid };
  if (owner.uid === ourId) return null;
  throw new EmbeddedPostgresError(
    `${entrance} belongs to another user (${owner.uid}). Start as that user or as root.`,
  );
}

async function chooseUser(): Promise<RunAs> {
  if (process.getuid?.() !== 0) return null;
  const accounts = (await readFile("/etc/passwd", "utf8")).split("\n").map((row) => row.split(":"));
  for (const name of ["postgres", "_postgres", "nobody"]) {
    const [, , uid, gid] = accounts.find((account) => account[0] === name) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new EmbeddedPostgresError(
    "PostgreSQL refuses to run as root, and there is no user postgres or nobody. Start as an ordinary user.",
  );
}
