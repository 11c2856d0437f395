import type { Counted } from "../../language/counting.ts";
import type { PageTexts } from "./page-texts.ts";

export const texts: PageTexts = {
  language: "Language",
  index: {
    title: "Events",
    none: "There is no event yet. Come back soon.",
    opens: (instant) => `Opens ${instant}`,
  },
  attend: {
    registration: "Registration",
    doors: (time) => `Doors ${time}`,
    scriptsOff: "Scripts are switched off",
    scriptsOffLead:
      "To register, this page sends a code to your phone and waits for you to type it in. That needs JavaScript; please switch it on, or use another browser.",
    scriptsOffLine:
      "There is also a waiting line in which this page keeps your place and tells you when it is your turn.",
    sales: "When seats are given out",
  },
  ticket: {
    ticketOf: "Ticket of",
    download: "Download the PDF",
    dayOf: (day, dayCount) => `Day ${day} of ${dayCount}`,
    doors: "Doors",
    number: "Ticket",
    name: "Name",
    venue: "Venue",
    qrCode: (date) => `QR code for ${date}`,
    barcode: (date) => `Barcode for ${date}`,
    atTheGate: "At the gate, turn your screen up to full brightness. No network is needed there.",
    foot: "Whoever shows a code first comes in with it, once a day. Keep this page's address to yourself.",
    sms: "SMS",
    mail: "Mail",
  },
  delivery: {
    states: {
      queued: "on its way",
      sent: "sent",
      delivered: "delivered",
      failed: "could not be delivered",
      unknown: "sent, without a receipt",
    },
    queuedBehind: {
      one: "on its way, # before yours",
      other: "on its way, # before yours",
    } satisfies Counted<"en">,
    comma: ", ",
    about: "about #",
    underMinute: "less than a minute",
  },
  problem: {
    toEvents: "To the events",
    missing: {
      title: "Not found",
      detail: "There is nothing at this address. Check the link for missing characters.",
    },
    busy: {
      title: "Very busy",
      detail: "Very many people are here right now. Load this page again in a moment.",
    },
    broken: {
      title: "That did not work",
      detail: "Please try again. If it stays broken, tell the organiser.",
    },
  },
};
