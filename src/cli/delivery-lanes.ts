import type { LaneName } from "../adapters/postgres/delivery-desk-store.ts";
import type { OutboxLane } from "../delivery/ports.ts";

/** Lanes by the words an operator has for them. */
export const OUTBOX_LANES: ReadonlyMap<string, OutboxLane> = new Map([
  ["sms", "confirmation-sms"],
  ["mail", "mail"],
]);

export const LANES: ReadonlyMap<string, LaneName> = new Map<string, LaneName>([
  ["codes", "code"],
  ...OUTBOX_LANES,
]);
