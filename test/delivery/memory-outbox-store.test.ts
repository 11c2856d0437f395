import { outboxStoreContract } from "../contract/outbox-store.contract.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { MemoryOutboxStore } from "../support/memory-outbox-store.ts";
import { makeRow } from "./make.ts";

outboxStoreContract("MemoryOutboxStore", async (rowCount) => {
  const store = new MemoryOutboxStore(new ManualClock());
  for (let id = 1; id <= rowCount; id += 1) store.add(makeRow(id));
  return { store, otherStore: store, suppress: (address) => store.suppress(address) };
});
