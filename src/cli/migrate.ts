import { checkDurability } from "../adapters/postgres/durability.ts";
import { RefusedError, runCommand, UsageError } from "./command.ts";
import { openDatabase } from "./database.ts";

const USAGE = `bun run migrate    bring the database to what this version needs

Runs before a deployment replaces the running version: a setting that is wrong, a database that is away or one that
may lose what it acknowledged ends it with a sentence. Safe to repeat, and through a pooler in transaction mode.
`;

await runCommand({
  usage: USAGE,
  async run(words, { config }) {
    if (words.length > 0) throw new UsageError("There are too many words.");
    await using opened = await openDatabase(config);
    if (config.isProduction) {
      const faults = await checkDurability(opened.database);
      if (faults.length > 0) throw new RefusedError("The database cannot be relied on:", faults);
    }
    process.stdout.write("The database is up to date.\n");
  },
});
