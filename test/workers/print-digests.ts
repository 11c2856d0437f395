import { TicketPress } from "../../workers/ticket-press.ts";
import { makeTicketSheet, testKeyRing } from "../ticket/make-ticket-sheet.ts";
import { MANY_HANDS } from "./many-hands.ts";

/** One SHA-256 a line, the last name first: the order must not matter. */
const press = new TicketPress(testKeyRing());
for (const holderName of MANY_HANDS.toReversed()) {
  const pdf = await press.print(makeTicketSheet({ holderName, dayCount: 1 }));
  console.log(Bun.SHA256.hash(pdf, "hex"));
}
