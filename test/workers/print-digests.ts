import { renderTicket } from "../../workers/ticket-document.ts";
import { TicketFonts } from "../../workers/ticket-fonts.ts";
import { makeTicketSheet, testKeyRing } from "../ticket/make-ticket-sheet.ts";
import { MANY_HANDS } from "./many-hands.ts";

/** One SHA-256 a line, the last name first: the order must not matter. */
const fonts = new TicketFonts();
for (const holderName of MANY_HANDS.toReversed()) {
  const pdf = await renderTicket(
    makeTicketSheet({ holderName, dayCount: 1 }),
    testKeyRing(),
    fonts,
  );
  console.log(Bun.SHA256.hash(pdf, "hex"));
}
