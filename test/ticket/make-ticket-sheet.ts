import { type KeyRing, parseKeyRing } from "../../src/ticket/signing-key.ts";
import type { RegistrationId, TicketKey, TicketSheet } from "../../src/ticket/ticket.ts";

/** Two versions of keys that sign nothing but tests. */
export const TEST_KEY_RING_TEXT = [
  `1:${Buffer.alloc(32, "floodgate test seed, version one").toString("base64url")}`,
  `2:${Buffer.alloc(32, "floodgate test seed, version two").toString("base64url")}`,
].join(",");

export function testKeyRing(): KeyRing {
  const parsed = parseKeyRing(TEST_KEY_RING_TEXT);
  if (parsed.kind === "invalid") throw new Error(parsed.reason);
  return parsed.ring;
}

export function makeTicketSheet(
  change: Partial<TicketSheet> & { readonly dayCount?: number } = {},
): TicketSheet {
  const { dayCount = 3, ...fields } = change;
  return {
    registrationId: "3f1c2b7e-8a4d-4f1e-9c55-0a2b3c4d5e6f" as RegistrationId,
    ticketKey: "kZ3v1mQ8s0yJtR5wXaB7cA" as TicketKey,
    eventId: 3,
    saleNumber: 2,
    ordinal: 48_213,
    holderName: "Rahima Khatun Chowdhury",
    locale: "en-GB",
    host: "tickets.example.org",
    keyId: 1,
    templateVersion: 1,
    event: {
      name: "Dhaka World Music Festival 2027",
      venue: "Army Stadium, Airport Road, Banani, Dhaka",
      timeZone: "Asia/Dhaka",
      days: Array.from({ length: dayCount }, (_, index) => ({
        day: index + 1,
        date: `2027-03-${String(index + 4).padStart(2, "0")}`,
        doorsAt: "17:30",
      })),
    },
    ...fields,
  };
}
