import { expect, test } from "bun:test";
import fc from "fast-check";
import { ticketKeyUuid, uuidTicketKey } from "../../../src/adapters/postgres/ticket-key.ts";
import type { TicketKey } from "../../../src/ticket/ticket.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

test("a key comes back from the uuid it is stored in, however PostgreSQL writes it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const key = Buffer.from(bytes).toString("base64url") as TicketKey;
      const uuid = ticketKeyUuid(key) ?? "";
      expect(uuid).toBe(Buffer.from(bytes).toString("hex"));
      expect(uuidTicketKey(uuid.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"))).toBe(key);
    }),
  );
});

test("of the 64 ways to end a key, only those that decode to nothing beyond its bits are one", () => {
  const endings = Array.from(ALPHABET).filter((last) =>
    ticketKeyUuid(keyOf(`${"A".repeat(21)}${last}`)),
  );
  expect(endings).toEqual(["A", "Q", "g", "w"]);
});

test("what is not 22 characters of base64url is no key", () => {
  const spellings = ["", "A", "A".repeat(21), "A".repeat(23), `${"A".repeat(20)}+A`];
  for (const spelling of [...spellings, `${"A".repeat(22)}\n`, `${"A".repeat(21)}=`]) {
    expect(ticketKeyUuid(keyOf(spelling))).toBeNull();
  }
});

function keyOf(spelling: string): TicketKey {
  return spelling as TicketKey;
}
