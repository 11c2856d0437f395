import { describe, expect, test } from "bun:test";
import type { Receipt, ReceiptStatement } from "../../src/organiser/receipt.ts";
import { receiptText } from "../../src/organiser/receipt.ts";
import { checkReceipt, checkSeats } from "../../src/organiser/receipt-check.ts";
import { readSeats } from "../../src/organiser/receipt-export.ts";
import { ringVerifier } from "../../src/ticket/signing-key.ts";
import { encodeTicketCode, parseTicketCode } from "../../src/ticket/ticket-code.ts";
import {
  instantAt,
  MINUTE_MS,
  makeSeats,
  ring,
  signed,
  statementOf,
  totalsOf,
} from "./receipt-signed.ts";

const SEATS = makeSeats([40, 40, 59_999, 60_000, 130_000]);
const FULL = statementOf(totalsOf(SEATS));

function faultOf(text: string): string | null {
  const check = checkReceipt(text);
  return check.kind === "true" ? null : check.fault;
}

/** The text under a good signature, whatever it says. */
function resigned(statement: string): string {
  return receiptText(signed(statement as unknown as ReceiptStatement));
}

describe("a statement", () => {
  test("tells when the last seat made the sale full, and the seats of every minute until then", () => {
    expect(FULL).toMatchObject({
      opensAt: "2027-01-10T04:00:00.000Z",
      quota: 5,
      seats: 5,
      firstSeatAt: instantAt(40),
      lastSeatAt: instantAt(130_000),
      fullAt: instantAt(130_000),
      seatsPerMinute: [3, 1, 1],
      seatsLater: 0,
    });
    expect("line" in FULL).toBe(false);
  });

  test("of an empty sale has no instant, no minute, and was never full", () => {
    expect(statementOf(totalsOf([], { quota: 5 }))).toMatchObject({
      seats: 0,
      firstSeatAt: null,
      lastSeatAt: null,
      fullAt: null,
      seatsPerMinute: [],
    });
  });

  test("of a single seat that was the quota is full with it", () => {
    const one = statementOf(totalsOf(makeSeats([200])));
    expect(one).toMatchObject({ seats: 1, fullAt: instantAt(200), seatsPerMinute: [1] });
  });

  test("of one commit for all has one instant and one minute", () => {
    const statement = statementOf(totalsOf(makeSeats(Array.from({ length: 2_000 }, () => 7))));
    expect(statement.firstSeatAt).toBe(statement.fullAt);
    expect(statement.seatsPerMinute).toEqual([2_000]);
  });

  test("counts a day by minutes and what came later as one number (invariant 8)", () => {
    const day = 24 * 60;
    const later = makeSeats([0, (day - 1) * MINUTE_MS, day * MINUTE_MS, 400 * day * MINUTE_MS]);
    const { seatsPerMinute, seatsLater } = statementOf(totalsOf(later));
    expect(seatsPerMinute).toHaveLength(day);
    expect(seatsPerMinute.at(-1)).toBe(1);
    expect(seatsLater).toBe(2);
  });

  test("says the same, signature included, whenever it is made", () => {
    expect(receiptText(signed(statementOf(totalsOf(SEATS))))).toBe(receiptText(signed(FULL)));
  });
});

describe("a receipt", () => {
  const text = receiptText(signed(FULL));

  test("is true as it was published, also with the line feed of an editor", () => {
    expect(faultOf(text)).toBeNull();
    expect(faultOf(`${text}\n`)).toBeNull();
  });

  test("has no byte that can be changed, left out or put in unnoticed", () => {
    const unnoticed: string[] = [];
    for (let place = 0; place < text.length; place += 1) {
      const [before, here, after] = [
        text.slice(0, place),
        text.charAt(place),
        text.slice(place + 1),
      ];
      const forgeries = {
        changed: `${before}${here === "1" ? "2" : "1"}${after}`,
        "left out": `${before}${after}`,
        "put before": `${before} ${here}${after}`,
      };
      for (const [what, forgery] of Object.entries(forgeries)) {
        if (faultOf(forgery) === null) unnoticed.push(`${what} at ${place}`);
      }
    }
    expect(unnoticed).toEqual([]);
  });

  test("cannot be given another key or another version of it", () => {
    const receipt = signed(FULL);
    const other = ring.versions.get(1);
    const altered: readonly Receipt[] = [
      { ...receipt, keyId: 1 },
      { ...receipt, publicKey: Buffer.from(other?.publicKey ?? []).toString("base64url") },
      { ...receipt, publicKey: "AA" },
      { ...receipt, signature: "" },
    ];
    for (const one of altered) {
      expect(faultOf(receiptText(one))).toContain("The signature does not fit");
    }
  });

  test.each([
    ["its last character", (last: string) => `${last}=`],
    ["another way to write its last bits", (last: string) => (last === "A" ? "B" : "A")],
  ])("takes its signature in no other spelling: %s", (_name, respell) => {
    const receipt = signed(FULL);
    const { signature } = receipt;
    const respelled = signature.slice(0, -1) + respell(signature.slice(-1));
    expect(faultOf(receiptText({ ...receipt, signature: respelled }))).not.toBeNull();
  });

  test("never is a ticket, and a ticket never a receipt", async () => {
    const fields = { keyId: 2, eventId: 1, day: 1, saleNumber: 1, ordinal: 1, revision: 0, tag: 0 };
    const host = "tickets.example.org";
    const messages: string[] = [];
    const code = encodeTicketCode(fields, host, (message) => {
      messages.push(Buffer.from(message).toString("latin1"));
      return ring.newest.sign(message);
    });
    expect((await parseTicketCode(code, host, ringVerifier(ring))).kind).toBe("valid");
    const [message = ""] = messages;
    const signature = Buffer.from(ring.newest.sign(Buffer.from(message, "latin1")));
    const receipt = signed(FULL);
    const posing = {
      ...receipt,
      statement: message,
      signature: signature.toString("base64url"),
    };
    expect(faultOf(receiptText(posing))).toContain("The signature does not fit");
    expect(message).not.toStartWith("floodgate-receipt");
  });

  test("that contradicts itself is told, though its signature is good", () => {
    const { seats, quota } = FULL;
    const contradictions: readonly Partial<ReceiptStatement>[] = [
      { seats: seats + 1, quota: quota + 1 },
      { quota: seats - 1 },
      { seatsPerMinute: [3, 1] },
      { seatsLater: 1 },
      { fullAt: null },
      { fullAt: FULL.firstSeatAt },
      { firstSeatAt: null },
    ];
    for (const change of contradictions) {
      const fault = faultOf(receiptText(signed({ ...FULL, ...change })));
      expect({ change, fault }).toEqual({
        change,
        fault: "The numbers of this receipt contradict each other.",
      });
    }
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "receipt"],
    ["null", "null"],
    ["a list", "[]"],
    ["another object", '{"statement":1}'],
  ])("is not %s", (_name, other) => {
    expect(faultOf(other)).toBe("This is not a receipt.");
  });

  test("of another format, or with a member of another kind, is not known", () => {
    for (const statement of [
      "null",
      "{}",
      JSON.stringify({ ...FULL, format: "floodgate-receipt-2" }),
    ]) {
      const receipt = JSON.parse(resigned("x")) as Receipt;
      expect(receipt.statement).toBe('"x"');
      expect(faultOf(resigned(JSON.parse(statement)))).toContain("not known here");
    }
    for (const name of Object.keys(FULL)) {
      expect(faultOf(receiptText(signed({ ...FULL, [name]: true })))).toContain("not known here");
    }
  });
});

describe("an export", () => {
  const header = "committed_at,sale,ordinal,name,phone,email,locale,registration_id\r\n";
  const line = (seat: (typeof SEATS)[number], sale = 1) =>
    `${seat.committedAt},${sale},${seat.ordinal},"Rahima ""R""\r\n, Khatun",'+88017,r@example.org,bn,${seat.registrationId}\r\n`;
  const csv = header + SEATS.map((seat) => line(seat) + line(seat, 2)).join("");

  async function seatsIn(text: string, bytesEach = text.length) {
    const pieces = text.match(new RegExp(`[^]{1,${Math.max(1, bytesEach)}}`, "g")) ?? [];
    async function* chunks() {
      yield* pieces;
    }
    return readSeats(chunks(), 1);
  }

  test("gives the seats of its sale, in whatever pieces it comes", async () => {
    for (const bytesEach of [1, 2, 3, 7, 64, csv.length]) {
      expect(await seatsIn(csv, bytesEach)).toEqual({ kind: "seats", seats: SEATS });
    }
  });

  test("without a column that is needed, or without anything, is told", async () => {
    expect(await seatsIn(csv.replace("ordinal", "number"))).toEqual({
      kind: "faulty",
      fault: "The export has no column ordinal.",
    });
    expect(await seatsIn("")).toEqual({ kind: "faulty", fault: "The export is empty." });
  });

  test("agrees with its receipt in whatever order its lines are", () => {
    expect(checkSeats(FULL, SEATS)).toEqual([]);
    expect(checkSeats(FULL, SEATS.toReversed())).toEqual([]);
    expect(checkSeats(statementOf(totalsOf([], { quota: 5 })), [])).toEqual([]);
  });

  test("with a seat more, less or moved differs from it, and says in what", () => {
    const hash = "The hash of the list of the receipt is not that of the export.";
    const [first, second, ...others] = SEATS;
    if (first === undefined || second === undefined) throw new Error("there are five");
    expect(checkSeats(FULL, SEATS.slice(1))).toEqual([
      "The number of seats of the receipt is not that of the export.",
      hash,
      "The seats per minute of the receipt is not that of the export.",
    ]);
    const swapped = [{ ...first, ordinal: 2 }, { ...second, ordinal: 1 }, ...others];
    expect(checkSeats(FULL, swapped)).toEqual([hash]);
    const late = [
      first,
      second,
      ...others.slice(0, -1),
      { ...SEATS[4], committedAt: instantAt(190_000) },
    ];
    expect(checkSeats(FULL, late as typeof SEATS)).toEqual([
      hash,
      "The last instant of the receipt is not that of the export.",
      "The seats per minute of the receipt is not that of the export.",
    ]);
  });
});
