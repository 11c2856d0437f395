import type { Language } from "../../language/language.ts";
import { texts as attendAr } from "../attend/texts/ar.ts";
import type { AttendTexts } from "../attend/texts/attend-texts.ts";
import { texts as attendBn } from "../attend/texts/bn.ts";
import { texts as attendEn } from "../attend/texts/en.ts";
import { texts as attendHe } from "../attend/texts/he.ts";
import { texts as ar } from "./ar.ts";
import { texts as bn } from "./bn.ts";
import { texts as en } from "./en.ts";
import { texts as he } from "./he.ts";
import type { PageTexts } from "./page-texts.ts";

/** For the server, which speaks them all; a browser is sent the one it asked for. */
export const pageTexts: Readonly<Record<Language, PageTexts>> = { en, bn, he, ar };

export const attendTexts: Readonly<Record<Language, AttendTexts>> = {
  en: attendEn,
  bn: attendBn,
  he: attendHe,
  ar: attendAr,
};
