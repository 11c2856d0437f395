import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sleep, systemClock } from "../../actor/clock.ts";
import { roleName } from "./embedded-cluster.ts";
import { AlreadyRunningError, EmbeddedPostgresError } from "./embedded-errors.ts";
import { nullWhereAbsent } from "./embedded-files.ts";
import { type Home, openHome } from "./embedded-home.ts";
import { isOwned, type OwnerLock, takeOwnerLock } from "./embedded-lock.ts";
import { ensurePostmaster, stopPostmaster } from "./embedded-postmaster.ts";

export interface EmbeddedOptions {
  /** Made where it is missing; the cluster lies in its folder `postgres`. */
  readonly dataFolder: string;
  readonly log: (line: string) => void;
}

/** A PostgreSQL of our own, on loopback. Disposing of it stops it, if it is still ours. */
export interface EmbeddedPostgres extends AsyncDisposable {
  /** With its password; the same for as long as this object lives. */
  readonly url: string;
  /** It was found running: the process that started it was killed. */
  readonly isAdopted: boolean;
  /** Resolves if the database is ours no longer and could not be won back; stop then, for another copy may own it. */
  readonly lost: Promise<Error>;
}

/** Servers that come and go while we look; far longer than one stop and one start. */
const ownTimeoutMs = 60_000;
const retryMs = 50;

/**
 * Starts the PostgreSQL of a data folder, or adopts one that a killed process left running, and owns it.
 * A server that dies later is started again at the same address. Throws `EmbeddedPostgresError`, and at once
 * `AlreadyRunningError` where another process owns it.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const home = await openHome(options.dataFolder, options.log);
  const held = await own(home, options.dataFolder);
  return new OwnedPostgres(home, options, held);
}

/** The address of the PostgreSQL that a running Floodgate owns in this data folder, or null. */
export async function findEmbedded(dataFolder: string): Promise<string | null> {
  const url = await readAddress(dataFolder);
  return url !== null && (await isOwned(url)) ? url : null;
}

interface Held {
  readonly url: string;
  readonly isAdopted: boolean;
  readonly lock: OwnerLock;
}

class OwnedPostgres implements EmbeddedPostgres {
  readonly url: string;
  readonly isAdopted: boolean;
  readonly lost: Promise<Error>;
  readonly #home: Home;
  readonly #options: EmbeddedOptions;
  readonly #disposal = Promise.withResolvers<void>();
  readonly #life: Promise<void>;
  #isDisposed = false;

  constructor(home: Home, options: EmbeddedOptions, held: Held) {
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.url = held.url;
    this.isAdopted = held.isAdopted;
    this.lost = promise;
    this.#home = home;
    this.#options = options;
    this.#life = this.#live(held.lock, resolve);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    this.#disposal.resolve();
    await this.#life;
  }

  /** Ends with the server stopped, or with the database lost to another. */
  async #live(firstLock: OwnerLock, onLost: (error: Error) => void): Promise<void> {
    let lock = firstLock;
    for (;;) {
      await Promise.race([lock.closed, this.#disposal.promise]);
      if (this.#isDisposed) break;
      this.#options.log("The connection to the embedded PostgreSQL broke: winning it back");
      try {
        lock = await this.#winBack();
      } catch (error) {
        onLost(error instanceof Error ? error : new Error(String(error)));
        return;
      }
    }
    // The lock goes with the server, so that nobody adopts a server about to stop.
    await stopPostmaster(this.#home);
    await lock.release();
  }

  async #winBack(): Promise<OwnerLock> {
    const held = await own(this.#home, this.#options.dataFolder);
    if (held.url === this.url) return held.lock;
    await held.lock.release();
    throw new EmbeddedPostgresError("PostgreSQL died, and another program has taken its port.");
  }
}

/** Owns the server of a home, started where none is alive. */
async function own(home: Home, dataFolder: string): Promise<Held> {
  const rememberedUrl = await readAddress(dataFolder);
  const rememberedPort = rememberedUrl === null ? 0 : Number(new URL(rememberedUrl).port);
  const deadlineMs = systemClock.nowMs() + ownTimeoutMs;
  for (;;) {
    const { port, wasRunning } = await ensurePostmaster(home, rememberedPort);
    const url = `postgres://${roleName}:${home.password}@127.0.0.1:${port}/postgres`;
    const outcome = await takeOwnerLock(url);
    switch (outcome.kind) {
      case "taken":
        await writeAddress(dataFolder, url);
        return { url, isAdopted: wasRunning, lock: outcome.lock };
      case "held-by-another":
        throw new AlreadyRunningError(dataFolder);
      case "unreachable":
        if (systemClock.nowMs() < deadlineMs) break;
        throw new EmbeddedPostgresError(
          `PostgreSQL on ${dataFolder} runs but does not answer on port ${port}.`,
          { cause: outcome.cause },
        );
    }
    await sleep(systemClock, retryMs);
  }
}

function addressFile(dataFolder: string): string {
  return join(dataFolder, "postgres.url");
}

async function readAddress(dataFolder: string): Promise<string | null> {
  const text = await readFile(addressFile(dataFolder), "utf8").catch(nullWhereAbsent);
  return text === null ? null : text.trim();
}

/** Renamed into place, so that a reader never sees half of it, nor anyone else a password. */
async function writeAddress(dataFolder: string, url: string): Promise<void> {
  const draft = `${addressFile(dataFolder)}.new-${process.pid}`;
  await writeFile(draft, `${url}\n`, { mode: 0o600 });
  await rename(draft, addressFile(dataFolder));
}
