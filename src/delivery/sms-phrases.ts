import type { Language } from "../language/language.ts";

/** `validFor` is a time in words, as in `5 minutes`. */
export type CodeWording = (code: string, validFor: string) => string;
export type ConfirmationWording = (eventName: string, link: string) => string;

/** What an SMS says in one language, the fullest wording first. */
export interface SmsPhrases {
  /** What stands above the line `@host #code`. The code comes first: a lock screen shows no more. */
  readonly code: readonly CodeWording[];
  readonly confirmation: readonly ConfirmationWording[];
}

/**
 * Outside GSM-7 a segment holds 70 characters, most of them the link, so those confirmations leave the event
 * unnamed. Their link has a line of its own: a line takes its direction from its first letter, which spares the
 * bidi marks that a sentence from right to left would need around it.
 */
export const SMS_PHRASES: Readonly<Record<Language, SmsPhrases>> = {
  en: {
    code: [
      (code, validFor) =>
        `${code} is your registration code, valid for ${validFor}. We never ask you for it.\n`,
      (code) => `${code} is your code.\n`,
      (code) => code,
    ],
    confirmation: [
      (name, link) => `You are registered: ${name}. Your tickets, one for each day: ${link}`,
      (name, link) => `You are registered: ${name}. Tickets: ${link}`,
      (_, link) => `You are registered. Your tickets: ${link}`,
      (_, link) => `Tickets: ${link}`,
    ],
  },
  bn: {
    code: [
      (code, validFor) => `${code} আপনার নিবন্ধন কোড, মেয়াদ ${validFor}। আমরা কখনও এটি জানতে চাই না।\n`,
      (code, validFor) => `${code} আপনার কোড, মেয়াদ ${validFor}।`,
      (code) => `${code} আপনার কোড।`,
    ],
    confirmation: [
      (_, link) => `নিবন্ধন হয়েছে। টিকিট:\n${link}`,
      (_, link) => `আপনার টিকিট:\n${link}`,
      (_, link) => `টিকিট:\n${link}`,
    ],
  },
  he: {
    code: [
      (code, validFor) =>
        `${code} הוא קוד ההרשמה שלך, תקף למשך ${validFor}. לעולם לא נבקש אותו ממך.\n`,
      (code, validFor) => `${code} הקוד שלך, תקף למשך ${validFor}`,
      (code) => `${code} הקוד שלך`,
    ],
    confirmation: [
      (_, link) => `נרשמת. הכרטיסים שלך:\n${link}`,
      (_, link) => `נרשמת. כרטיסים:\n${link}`,
      (_, link) => `כרטיסים:\n${link}`,
    ],
  },
  ar: {
    code: [
      (code, validFor) =>
        `${code} هو رمز التسجيل الخاص بك، صالح لمدة ${validFor}. لن نطلبه منك أبدًا.\n`,
      (code, validFor) => `${code} رمزك، صالح لمدة ${validFor}`,
      (code) => `${code} رمز التسجيل`,
    ],
    confirmation: [(_, link) => `تم تسجيلك. تذاكرك:\n${link}`, (_, link) => `تذاكرك:\n${link}`],
  },
};
