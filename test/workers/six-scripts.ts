import type { TicketSheet } from "../../src/ticket/ticket.ts";
import { makeTicketSheet } from "../ticket/make-ticket-sheet.ts";

const { event } = makeTicketSheet({ dayCount: 1 });

/** A ticket of one day in each script, with accents and texts of their own. */
export const SIX_SCRIPTS: Readonly<Record<string, TicketSheet>> = {
  latin: makeTicketSheet({ dayCount: 1, holderName: "Zoë Łukasiewicz-Ñandú" }),
  bengali: makeTicketSheet({
    locale: "bn",
    eventId: 5,
    holderName: "কৃষ্ণেন্দু লক্ষ্মী চক্রবর্তী (স্কুল)",
    event: {
      ...event,
      name: "ঢাকা বিশ্বসঙ্গীত উৎসব ২০২৭",
      venue: "আর্মি স্টেডিয়াম, বনানী, ঢাকা",
      theme: { accent: "#8a1c4a" },
      bring: "জাতীয় পরিচয়পত্র বা জন্ম সনদ\nপানির বোতল (কাচ নয়)",
    },
  }),
  devanagari: makeTicketSheet({
    locale: "hi",
    eventId: 11,
    holderName: "श्रीमती कृष्णा वर्मा",
    event: { ...event, name: "जयपुर संगीत समारोह २०२७", timeZone: "Asia/Kolkata" },
  }),
  arabic: makeTicketSheet({
    locale: "ar",
    eventId: 9,
    holderName: "محمد بن سلمان الأحمد",
    event: { ...event, name: "مهرجان الموسيقى العالمية ٢٠٢٧", theme: { accent: "#f2b632" } },
  }),
  hebrew: makeTicketSheet({
    locale: "he",
    eventId: 7,
    holderName: "יצחק בן-אברהם",
    event: { ...event, name: "פסטיבל המוזיקה של חיפה", theme: { accent: "#1f4e9c" } },
  }),
  japanese: makeTicketSheet({
    locale: "ja",
    eventId: 13,
    holderName: "山田 花子",
    event: { ...event, name: "東京ワールドミュージック二〇二七", theme: { accent: "#c8102e" } },
  }),
};

/** Where the golden picture of a script lies. */
export function goldenFile(script: string): URL {
  return new URL(`golden/${script}.png`, import.meta.url);
}

export const GOLDEN_DOTS_PER_INCH = 60;
