import { PostgresOutboxStore } from "../adapters/postgres/outbox-store.ts";
import type { OutboxLane } from "../delivery/ports.ts";
import { runCommand, UsageError } from "./command.ts";
import { openDatabase } from "./database.ts";

const USAGE = `bun run delivery pause sms|mail     send no confirmations by SMS, or no tickets by mail, until resumed
bun run delivery resume sms|mail

What is owed is kept and sent after. Codes are sent all the same.
`;

const LANES: ReadonlyMap<string, OutboxLane> = new Map([
  ["sms", "confirmation-sms"],
  ["mail", "mail"],
]);

await runCommand({
  usage: USAGE,
  async run(words, { config }) {
    const [verb = "", channel = "", ...rest] = words;
    const lane = LANES.get(channel);
    if (!["pause", "resume"].includes(verb) || lane === undefined || rest.length > 0) {
      throw new UsageError("Say pause or resume, and sms or mail.");
    }
    await using opened = await openDatabase(config);
    await new PostgresOutboxStore(opened.database).setPaused(lane, verb === "pause");
    process.stdout.write(`${channel} ${verb === "pause" ? "paused" : "resumed"}\n`);
  },
});
