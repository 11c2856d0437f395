import { runCommand, UsageError } from "./command.ts";
import { pauseLane, retryFailed, suppressed } from "./delivery-desk.ts";
import { doctor } from "./delivery-doctor.ts";
import { sendTest } from "./delivery-send-test.ts";
import { tellStatus } from "./delivery-status.ts";

const USAGE = `bun run delivery status              how each lane stands: codes, sms (confirmations) and mail
bun run delivery status --json       the same for programs
bun run delivery pause LANE          send none of codes, sms or mail until resumed
bun run delivery resume LANE
bun run delivery retry failed sms    queue again what failed; or mail, but not to suppressed addresses
bun run delivery send-test sms +8801712345678            one message by each gateway, which is paid for
bun run delivery send-test mail someone@example.org
bun run delivery suppressed list     addresses that no mail goes to, because it bounced or was called spam
bun run delivery suppressed lift someone@example.org     lets mail go there again
bun run delivery doctor              whether gateways, mail server, DNS and texts are ready for the events ahead
bun run delivery doctor dkim SELECTOR dns 9.9.9.9        with the key of a DKIM selector; by another DNS server

A running server follows within a second. What is owed is kept and sent after; while codes are paused, people who ask for one
are told to come back.
`;

await runCommand({
  usage: USAGE,
  async run(given, context) {
    const [verb = "status", ...words] = given[0] === "--json" ? ["status", ...given] : given;
    switch (verb) {
      case "status":
        return tellStatus(words, context);
      case "pause":
        return pauseLane(words, context, true);
      case "resume":
        return pauseLane(words, context, false);
      case "retry":
        return retryFailed(words, context);
      case "send-test":
        return sendTest(words, context);
      case "suppressed":
        return suppressed(words, context);
      case "doctor":
        return doctor(words, context);
      default:
        throw new UsageError(`There is no "delivery ${verb}".`);
    }
  },
});
