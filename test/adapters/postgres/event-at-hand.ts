import type { EventAtHand, StoredSeat } from "../../contract/registration-store.contract.ts";
import type { TestDatabase } from "../../support/postgres.ts";
import { eventDraft, type Stores, saleDraft, writeEvent } from "./stores.ts";

/** What the contract of registration stores is held with: two processes on one database. */
export async function openEvent(
  { sql }: TestDatabase,
  [stores, otherStores]: readonly [Stores, Stores],
  quota: number,
): Promise<EventAtHand> {
  const slug = `event-${crypto.randomUUID()}`;
  const write = (firstQuota: number) => {
    const sales = [saleDraft({ quota: firstQuota }), saleDraft({ number: 2, quota })];
    return writeEvent(stores, eventDraft(slug, { sales }));
  };
  const event = await write(quota);
  const [saleId = 0, otherSaleId = 0] = event.sales.map(({ id }) => id);
  return {
    store: stores.registrations,
    otherStore: otherStores.registrations,
    eventId: event.id,
    saleId,
    otherSaleId,
    async setQuota(changed) {
      await write(changed);
    },
    async setClockBack(byMs) {
      const by = `${byMs} milliseconds`;
      await sql`
        update registrations set committed_at = committed_at + ${by} where sale_id = ${saleId}`;
      await sql`update sales set last_committed_at = last_committed_at + ${by} where id = ${saleId}`;
    },
    async stored(ofSaleId) {
      const [sale] = await sql<{ sold: number }[]>`select sold from sales where id = ${ofSaleId}`;
      const seats = await sql<StoredSeat[]>`
        select
          r.ordinal, r.id as "registrationId",
          extract(epoch from r.committed_at)::double precision * 1000 as "committedAtMs",
          array(select o.id::integer from outbox o where o.registration_id = r.id) as "outboxIds"
        from registrations r where r.sale_id = ${ofSaleId} order by r.ordinal`;
      return { sold: sale?.sold ?? 0, seats };
    },
  };
}
