import { randomBytes } from "node:crypto";
import { chown, mkdir, open, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buildFolder, removeAbandoned, wasTaken } from "./embedded-files.ts";
import { canEnter, type RunAs, runProgram, sharedFolder } from "./embedded-programs.ts";

/** The superuser of the cluster, and the one role there is. */
export const roleName = "floodgate";

/**
 * Makes a cluster and publishes it at `entrance` in one step, so that a crash leaves nothing half-made.
 * Of several makers at the same instant one wins; to the others that is a success as well.
 */
export async function makeCluster(entrance: string, programs: string, runAs: RunAs): Promise<void> {
  const isInPlace = await canEnter(dirname(entrance), runAs);
  const place = isInPlace ? entrance : join(sharedFolder, "floodgate");
  const target = isInPlace ? place : `${place}-${randomBytes(8).toString("hex")}`;
  if (!isInPlace) {
    await mkdir(sharedFolder, { recursive: true });
    await removeAbandoned(place);
  }
  const build = buildFolder(place);
  try {
    await initialise(build, programs, runAs);
    await rename(build, target);
    if (!isInPlace) await symlink(target, entrance);
  } catch (error) {
    await rm(build, { recursive: true, force: true });
    if (!isInPlace) await rm(target, { recursive: true, force: true });
    if (!wasTaken(error)) throw error;
  }
}

async function initialise(folder: string, programs: string, runAs: RunAs): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  const passwordFile = join(folder, "password");
  await writeSecret(passwordFile, randomBytes(24).toString("hex"));
  if (runAs !== null) {
    await chown(passwordFile, runAs.uid, runAs.gid);
    await chown(folder, runAs.uid, runAs.gid);
  }
  await runProgram(
    join(programs, "initdb"),
    [
      `--pgdata=${join(folder, "data")}`,
      `--username=${roleName}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--data-checksums",
    ],
    runAs,
  );
}

/** Flushed, because a cluster whose password a power cut took is lost. */
async function writeSecret(path: string, secret: string): Promise<void> {
  await using file = await open(path, "wx", 0o600);
  await file.writeFile(secret);
  await file.sync();
}
