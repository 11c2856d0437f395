import { createHash } from "node:crypto";
import type { ListedSeat, Receipt, ReceiptStatement } from "./receipt.ts";
import {
  isSigned,
  RECEIPT_FORMAT,
  receiptText,
  registrationLine,
  seatsOverTime,
} from "./receipt.ts";
import type { MinuteCount } from "./receipt-ports.ts";

export type ReceiptCheck =
  | { readonly kind: "true"; readonly receipt: Receipt; readonly statement: ReceiptStatement }
  /** `fault` is a sentence for whoever checks. */
  | { readonly kind: "false"; readonly fault: string };

/** What a published receipt says, where it is signed as it stands and agrees with itself; any byte can be wrong. */
export function checkReceipt(text: string): ReceiptCheck {
  const fault = (sentence: string): ReceiptCheck => ({ kind: "false", fault: sentence });
  const receipt = parseJson(text);
  if (!isReceipt(receipt)) return fault("This is not a receipt.");
  if (receiptText(receipt) !== text.trimEnd()) {
    return fault("This is not the receipt as it was published: it was written anew.");
  }
  if (!isSigned(receipt)) {
    return fault("The signature does not fit: the receipt was altered after it was signed.");
  }
  const statement = parseJson(receipt.statement);
  if (!isStatement(statement)) return fault("This is a receipt of a kind that is not known here.");
  if (!addsUp(statement)) return fault("The numbers of this receipt contradict each other.");
  return { kind: "true", receipt, statement };
}

/** Compares the statement with its sale's seats, in any order; a sentence for each thing that differs. */
export function checkSeats(
  statement: ReceiptStatement,
  seats: readonly ListedSeat[],
): readonly string[] {
  const inOrder = seats.toSorted((one, other) => one.ordinal - other.ordinal);
  const hash = createHash("sha256");
  for (const seat of inOrder) hash.update(registrationLine(seat));
  const { seatsPerMinute, seatsLater } = seatsOverTime(
    countMinutes(inOrder, Date.parse(statement.opensAt)),
  );
  const isSame: Readonly<Record<string, boolean>> = {
    "number of seats": statement.seats === inOrder.length,
    "hash of the list": statement.listSha256 === hash.digest("hex"),
    "first instant": statement.firstSeatAt === (inOrder.at(0)?.committedAt ?? null),
    "last instant": statement.lastSeatAt === (inOrder.at(-1)?.committedAt ?? null),
    "seats per minute":
      statement.seatsLater === seatsLater &&
      statement.seatsPerMinute.join() === seatsPerMinute.join(),
  };
  return Object.entries(isSame)
    .filter(([, isTrue]) => !isTrue)
    .map(([what]) => `The ${what} of the receipt is not that of the export.`);
}

/** As the database counts them: a seat given by a clock a moment before the opening is one of the first minute. */
function countMinutes(seats: readonly ListedSeat[], opensAtMs: number): readonly MinuteCount[] {
  const counts = new Map<number, number>();
  for (const { committedAt } of seats) {
    const minute = Math.max(0, Math.floor((Date.parse(committedAt) - opensAtMs) / 60_000));
    counts.set(minute, (counts.get(minute) ?? 0) + 1);
  }
  return [...counts].sort(([one], [other]) => one - other);
}

function addsUp(statement: ReceiptStatement): boolean {
  const { quota, seats, firstSeatAt, lastSeatAt, fullAt, seatsPerMinute, seatsLater } = statement;
  const sum = seatsPerMinute.reduce((total, count) => total + count, seatsLater);
  return (
    seats <= quota &&
    sum === seats &&
    (firstSeatAt === null) === (seats === 0) &&
    (lastSeatAt === null) === (seats === 0) &&
    fullAt === (seats === quota ? lastSeatAt : null)
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

const isText = (value: unknown) => typeof value === "string";
const isInstant = (value: unknown) => isText(value) && !Number.isNaN(Date.parse(String(value)));
const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;
const orNull = (isValid: (value: unknown) => boolean) => (value: unknown) =>
  value === null || isValid(value);

const RECEIPT: Shape = { statement: isText, signature: isText, publicKey: isText, keyId: isCount };

const LINE: Shape = { places: isCount, lobby: isCount, verified: isCount };

const STATEMENT: Shape = {
  format: (value) => value === RECEIPT_FORMAT,
  host: isText,
  event: isText,
  sale: isCount,
  opensAt: isInstant,
  closesAt: isInstant,
  quota: isCount,
  seats: isCount,
  firstSeatAt: orNull(isInstant),
  lastSeatAt: orNull(isInstant),
  fullAt: orNull(isInstant),
  seatsPerMinute: (value) => Array.isArray(value) && value.every(isCount),
  seatsLater: isCount,
  line: (value) => value === undefined || fits(value, LINE),
  listSha256: isText,
};

function isReceipt(value: unknown): value is Receipt {
  return fits(value, RECEIPT);
}

function isStatement(value: unknown): value is ReceiptStatement {
  return fits(value, STATEMENT);
}

function fits(value: unknown, shape: Shape): boolean {
  if (typeof value !== "object" || value === null) return false;
  const members = value as Readonly<Record<string, unknown>>;
  return Object.entries(shape).every(([name, isValid]) => isValid(members[name]));
}
