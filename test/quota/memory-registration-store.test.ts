import {
  closesAtMs,
  type EventAtHand,
  opensAtMs,
  registrationStoreContract,
} from "../contract/registration-store.contract.ts";
import { MemoryRegistrationStore } from "../support/memory-registration-store.ts";
import { makeEvent, makeSale } from "../support/registration-world.ts";
import { Tables } from "../support/tables.ts";

const tables = new Tables([]);
let nowMs = opensAtMs;
let eventCount = 0;

registrationStoreContract("Tables in memory", async (quota): Promise<EventAtHand> => {
  eventCount += 1;
  const eventId = eventCount;
  const [saleId, otherSaleId] = [2 * eventCount - 1, 2 * eventCount];
  const sale = { verifyFromMs: opensAtMs, opensAtMs, closesAtMs, quota };
  const event = makeEvent({
    id: eventId,
    slug: `event-${eventId}`,
    sales: [makeSale({ ...sale, id: saleId }), makeSale({ ...sale, id: otherSaleId, number: 2 })],
  });
  tables.changeEvent(event);
  const clock = { nowMs: () => nowMs };
  return {
    store: new MemoryRegistrationStore(tables, clock),
    otherStore: new MemoryRegistrationStore(tables, clock),
    eventId,
    saleId,
    otherSaleId,
    async setQuota(changed) {
      const [first, ...others] = event.sales;
      tables.changeEvent({ ...event, sales: [makeSale({ ...first, quota: changed }), ...others] });
    },
    async setClockBack(byMs) {
      nowMs -= byMs;
    },
    async stored(ofSaleId) {
      const rows = tables.registrations.filter((row) => row.saleId === ofSaleId);
      const outbox = Map.groupBy(tables.outboxRows, ({ row }) => row.registrationId);
      const seats = rows.map(({ ordinal, registrationId, committedAtMs }) => {
        const outboxIds = (outbox.get(registrationId) ?? []).map(({ row }) => row.id);
        return { ordinal, registrationId, committedAtMs, outboxIds };
      });
      return { sold: tables.soldOf(ofSaleId), seats };
    },
  };
});
