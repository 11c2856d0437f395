import type { TicketChangeStore } from "../../src/registration/ports.ts";

/** Where no ticket changes. */
export const noTicketChanges: TicketChangeStore = {
  resendMail: () => Promise.reject(new Error("no mail is asked for here")),
  correctAddress: () => Promise.reject(new Error("no address is corrected here")),
};
