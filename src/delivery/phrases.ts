import type { TicketSheet } from "../ticket/ticket.ts";

/** What delivery says in one language. Where a list is given, the fullest wording comes first. */
export interface Phrases {
  /** What stands above the line `@host #code`. */
  code(code: string, validForMinutes: number): readonly string[];
  confirmation(eventName: string, link: string): readonly string[];
  mailSubject(eventName: string): string;
  mailText(sheet: TicketSheet, link: string, attachment: MailAttachmentPhrase): string;
}

/** Whether the PDF rides along or waits behind the link. */
export type MailAttachmentPhrase = "attached" | "behind-link";

/** The phrases of a BCP 47 tag's language, English where there are none. */
export function phrasesFor(locale: string): Phrases {
  const language = locale.split("-", 1)[0]?.toLowerCase() ?? "";
  return PHRASES.get(language) ?? english;
}

const DAY = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeZone: "UTC" });

const english: Phrases = {
  code: (code, validForMinutes) => [
    `${code} is your registration code, valid for ${validForMinutes} minutes. ` +
      "We never ask you for it.\n",
    `${code} is your code.\n`,
    code,
  ],
  confirmation: (eventName, link) => [
    `You are registered: ${eventName}. Your tickets, one for each day: ${link}`,
    `You are registered: ${eventName}. Tickets: ${link}`,
    `You are registered. Your tickets: ${link}`,
    `Tickets: ${link}`,
  ],
  mailSubject: (eventName) => `Your tickets for ${eventName}`,
  mailText: (sheet, link, attachment) =>
    `Hello ${sheet.holderName},

you are registered for ${sheet.event.name}.
${sheet.event.venue}

${englishDays(sheet)}
(dates and times in the time zone ${sheet.event.timeZone})

Your tickets on screen, and as a PDF to download:
${link}

${ENGLISH_ATTACHMENT[attachment]} Show the barcode of the day at the entrance, on paper or on a phone; each admits one person, once.

Whoever has the link or the PDF has your tickets: please do not pass this mail on.
`,
};

const ENGLISH_ATTACHMENT: Readonly<Record<MailAttachmentPhrase, string>> = {
  attached: "The attached PDF has one page for each day, each with its own barcode.",
  "behind-link": "The PDF behind the link has one page for each day, each with its own barcode.",
};

const PHRASES: ReadonlyMap<string, Phrases> = new Map([["en", english]]);

/** A day is a calendar date of the event's zone already, so it is written out as it stands. */
function englishDays(sheet: TicketSheet): string {
  return sheet.event.days
    .map(({ date, doorsAt }) => `  ${DAY.format(Date.parse(date))}, doors open at ${doorsAt}`)
    .join("\n");
}
