import { Database } from "../adapters/postgres/client.ts";
import { findEmbedded, openEmbedded } from "../adapters/postgres/embedded.ts";
import { migrate } from "../adapters/postgres/migrate.ts";
import type { Config, DatabaseConfig } from "../config.ts";

/** The database of one command, closed with it. */
export interface CommandDatabase extends AsyncDisposable {
  readonly database: Database;
}

const CONNECTION_COUNT_MAX = 2;

/**
 * The database of the settings; without one, the embedded one: that of a running server, or else started under
 * the server's lock and stopped after the command. It is migrated, since a command may come before the first start.
 */
export async function openDatabase(config: Config): Promise<CommandDatabase> {
  await using opened = new AsyncDisposableStack();
  const { url, isPrepared } = await locate(config.database, opened);
  await migrate(url);
  const database = opened.use(
    new Database({
      url,
      applicationName: "floodgate-command",
      connectionCountMax: CONNECTION_COUNT_MAX,
      isPrepared,
    }),
  );
  const kept = opened.move();
  return { database, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

async function locate(
  config: DatabaseConfig,
  opened: AsyncDisposableStack,
): Promise<{ readonly url: string; readonly isPrepared: boolean }> {
  switch (config.kind) {
    case "url":
      return { url: config.url, isPrepared: config.prepare };
    case "embedded": {
      const runningUrl = await findEmbedded(config.dataFolder);
      if (runningUrl !== null) return { url: runningUrl, isPrepared: true };
      const log = (line: string) => void process.stderr.write(`${line}\n`);
      const { url } = opened.use(await openEmbedded({ dataFolder: config.dataFolder, log }));
      return { url, isPrepared: true };
    }
  }
}
