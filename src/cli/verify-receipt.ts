import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Receipt, ReceiptStatement } from "../organiser/receipt.ts";
import { checkReceipt, checkSeats } from "../organiser/receipt-check.ts";
import { readSeats } from "../organiser/receipt-export.ts";
import { RefusedError, runCommand, UsageError } from "./command.ts";

const USAGE = `bun run verify-receipt FILE               check the signature of a receipt (- reads standard input)
bun run verify-receipt FILE EXPORT.csv    and that it is the receipt of the seats in an export

A receipt is what /api/v1/events/EVENT/receipt?sale=N answers, saved as it comes; an export is what bun run export
writes. That the key is the organiser's is for you to compare: it signs the event's tickets too.
`;

await runCommand({
  usage: USAGE,
  async run(words) {
    const [path, exportPath, ...rest] = words;
    if (path === undefined || rest.length > 0) throw new UsageError("Name one receipt.");
    const check = checkReceipt(await told(path, read(path)));
    if (check.kind === "false") throw new RefusedError(check.fault);
    const { receipt, statement } = check;
    const faults = exportPath === undefined ? [] : await compare(statement, exportPath);
    if (faults.length > 0)
      throw new RefusedError("This is not the receipt of that export:", faults);
    process.stdout.write(whatIsTrue(receipt, statement, exportPath !== undefined));
  },
});

function whatIsTrue(receipt: Receipt, statement: ReceiptStatement, isCompared: boolean): string {
  const { event, sale, host, quota, seats, fullAt, lastSeatAt } = statement;
  const end = fullAt === null ? `the last at ${lastSeatAt ?? "no time"}` : `full at ${fullAt}`;
  const lines = [
    `${event} at ${host}, sale ${sale}: ${seats} of ${quota} seats, ${end}`,
    `signed with key ${receipt.keyId}, ${receipt.publicKey}`,
  ];
  if (isCompared) lines.push("the export holds these seats, at these instants, and no others");
  return `${lines.join("\n")}\n`;
}

async function compare(statement: ReceiptStatement, path: string): Promise<readonly string[]> {
  const chunks: AsyncIterable<string> = createReadStream(path, "utf8");
  const read = await told(path, readSeats(chunks, statement.sale));
  switch (read.kind) {
    case "faulty":
      return [read.fault];
    case "seats":
      return checkSeats(statement, read.seats);
  }
}

function read(path: string): Promise<string> {
  return path === "-" ? Bun.stdin.text() : readFile(path, "utf8");
}

/** A file that cannot be read is told by its name. */
async function told<Value>(path: string, reading: Promise<Value>): Promise<Value> {
  try {
    return await reading;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RefusedError(`${path} cannot be read: ${reason}`);
  }
}
