import { waitingRoomStoreContract } from "../contract/waiting-room-store.contract.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { MemoryWaitingRoomStore, WaitingRoomTables } from "../support/memory-waiting-room-store.ts";

waitingRoomStoreContract("MemoryWaitingRoomStore", async () => {
  const tables = new WaitingRoomTables();
  const clock = new ManualClock();
  return {
    store: new MemoryWaitingRoomStore(tables, clock),
    otherStore: new MemoryWaitingRoomStore(tables, clock),
    saleId: 1,
    otherSaleId: 2,
    settleBeacon: async (beaconValue) => tables.settleBeacon(1, { beaconValue }),
    lineCount: async () => tables.room(1).lineCount,
  };
});
