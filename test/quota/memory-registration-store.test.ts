import {
  closesAtMs,
  opensAtMs,
  registrationStoreContract,
} from "../contract/registration-store.contract.ts";
import { MemoryRegistrationStore } from "../support/memory-registration-store.ts";
import { makeSale } from "../support/registration-world.ts";

registrationStoreContract("MemoryRegistrationStore", async (quota) => {
  const eventId = 1;
  const sale = makeSale({ opensAtMs, closesAtMs, quota });
  const store = new MemoryRegistrationStore(eventId, [sale]);
  const setQuota = async (changed: number) => store.setSale({ ...sale, quota: changed });
  return { store, eventId, saleId: sale.id, setQuota };
});
