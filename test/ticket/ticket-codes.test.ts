import { describe, expect, test } from "bun:test";
import { ringVerifier } from "../../src/ticket/signing-key.ts";
import { parseTicketCode } from "../../src/ticket/ticket-code.ts";
import { ticketCodes } from "../../src/ticket/ticket-codes.ts";
import { makeTicketSheet, testKeyRing } from "./make-ticket-sheet.ts";
import { hmacSha256, readShortCode } from "./second-reader.ts";
import vectors from "./vectors.json";

const ring = testKeyRing();

describe("the codes of a ticket", () => {
  test("are two for each event day, signed for its sheet as first issued", async () => {
    const sheet = makeTicketSheet({ keyId: 1 });
    const id = new TextEncoder().encode(sheet.registrationId);
    const digest = await crypto.subtle.digest("SHA-256", id);
    const hmac = await hmacSha256(vectors.keyRing, 1);
    const { eventId, saleNumber, ordinal, keyId } = sheet;
    const codes = ticketCodes(sheet, ring);
    expect(codes.map(({ day }) => day)).toEqual([1, 2, 3]);
    for (const { day, ticketCode, shortCode } of codes) {
      expect(await parseTicketCode(ticketCode, sheet.host, ringVerifier(ring))).toEqual({
        kind: "valid",
        fields: {
          keyId,
          eventId,
          day,
          saleNumber,
          ordinal,
          revision: 0,
          tag: new DataView(digest).getUint16(0),
        },
      });
      const read = await readShortCode(shortCode, eventId, hmac);
      expect(read).toEqual({ kind: "genuine", fields: { saleNumber, day, ordinal } });
    }
  });

  test("are not made without the key the event was made with", () => {
    expect(() => ticketCodes(makeTicketSheet({ keyId: 9 }), ring)).toThrow("no version 9");
  });
});
