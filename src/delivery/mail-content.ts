import { localDigits } from "../language/counting.ts";
import { dayWords, zoneName } from "../language/dates.ts";
import type { Language } from "../language/language.ts";
import type { TicketSheet } from "../ticket/ticket.ts";
import type { MailPhrases } from "./mail-phrases.ts";
import { MAIL_PHRASES, mailLanguage } from "./mail-phrases.ts";

/** What a ticket mail has to say, before it is laid out as text or as HTML. */
export interface MailContent {
  readonly language: Language;
  readonly phrases: MailPhrases;
  readonly holderName: string;
  readonly eventName: string;
  readonly venue: string;
  readonly days: readonly MailDay[];
  /** As in `Bangladesh Standard Time`. */
  readonly zone: string;
  readonly link: string;
  readonly pdf: keyof MailPhrases["pdf"];
}

export interface MailDay {
  /** As in `Friday, 15 January 2027`. */
  readonly date: string;
  /** As in `doors open at 17:00`. */
  readonly doors: string;
}

/** In the holder's language, with its digits. */
export function mailContent(
  { locale, holderName, event }: TicketSheet,
  link: string,
  pdf: MailContent["pdf"],
): MailContent {
  const language = mailLanguage(locale);
  const phrases = MAIL_PHRASES[language];
  const [first] = event.days;
  return {
    language,
    phrases,
    holderName,
    eventName: event.name,
    venue: event.venue,
    days: event.days.map(({ date, doorsAt }) => ({
      date: dayWords(date, language).full,
      doors: phrases.doorsOpen(localDigits(doorsAt, language)),
    })),
    zone: zoneName(Date.parse(first?.date ?? ""), event.timeZone, language),
    link,
    pdf,
  };
}
