import { ok as assert } from "node:assert";
import { randomBytes } from "node:crypto";
import { Database } from "../../src/adapters/postgres/client.ts";
import { PostgresRegistrationStore } from "../../src/adapters/postgres/registration-store.ts";
import type { Email } from "../../src/attendee/email.ts";
import type { PersonName } from "../../src/attendee/person-name.ts";
import type { Phone } from "../../src/attendee/phone.ts";
import { limits } from "../../src/limits.ts";
import type { Candidate } from "../../src/quota/ports.ts";
import type { RegistrationId, TicketKey } from "../../src/ticket/ticket.ts";
import { phoneNumber, saleDraft, storeEvent } from "../../test/support/harness.ts";
import { ticketSheet } from "../pdf/ticket-people.ts";

/** Makes so many registrations of an event of three days, each of which is owed its mail. */
export async function oweMails(databaseUrl: string, count: number): Promise<void> {
  const event = await storeEvent(databaseUrl, [saleDraft(Date.now(), { quota: count })]);
  const saleId = event.sales[0]?.id ?? 0;
  await using commits = new Database({
    url: databaseUrl,
    applicationName: "floodgate bench",
    connectionCountMax: limits.commitConnectionCountMax,
    isPrepared: true,
  });
  const store = new PostgresRegistrationStore({ commits, reads: commits });
  for (let start = 0; start < count; start += limits.commitBatchCountMax) {
    const end = Math.min(count, start + limits.commitBatchCountMax);
    const batch = Array.from({ length: end - start }, (_, index) => candidate(start + index));
    const answer = await store.commitBatch(saleId, batch);
    assert(answer.kind === "done", `a commit ended ${answer.kind}`);
  }
}

function candidate(index: number): Candidate {
  return {
    registrationId: Bun.randomUUIDv7() as RegistrationId,
    ticketKey: randomBytes(16).toString("base64url") as TicketKey,
    phone: phoneNumber(index) as Phone,
    name: ticketSheet(index + 1).holderName as PersonName,
    email: `attendee${index}@example.org` as Email,
    locale: "en",
    takenAtMs: Date.now(),
  };
}
