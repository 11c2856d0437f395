import { ok as assert } from "node:assert";
import { durationWords } from "../language/durations.ts";
import type { Language } from "../language/language.ts";
import { DEFAULT_LANGUAGE, LANGUAGES, parseLanguage } from "../language/language.ts";
import type { TicketSheet } from "../ticket/ticket.ts";
import { SMS_PHRASES } from "./sms-phrases.ts";
import { segmentCount } from "./sms-segments.ts";
import { ticketLink } from "./ticket-link.ts";

export interface CodeTextOptions {
  /** Host name of the page the code is typed into, without a port. */
  readonly host: string;
  readonly validForMs: number;
  /** How many segments an operator pays for. */
  readonly segmentsMax: number;
}

export type CodeTextsParse =
  | { readonly kind: "texts"; readonly texts: CodeTexts }
  /** Even the shortest wording of the last resort takes more segments than allowed. */
  | { readonly kind: "no-room"; readonly language: Language; readonly segments: number };

export interface CodeTexts {
  /** The SMS that carries a code, in the language of a BCP 47 tag. */
  text(code: string, locale: string): string;
  /** Languages with no wording short enough beside this host: their speakers are written to in English. */
  readonly unspoken: readonly Language[];
}

/** All codes are this long, so a wording that fits one fits all. */
const SAMPLE_CODE = "000000";
/** A second would double the price of what the page behind the link says better. */
const CONFIRMATION_SEGMENTS_MAX = 1;

/**
 * Chooses, once for all codes, the fullest wording of each language that fits. The last line of every text is
 * `@host #code` as WICG's origin-bound one-time codes ask, so that browsers can fill it in.
 */
export function chooseCodeTexts(options: CodeTextOptions): CodeTextsParse {
  const chosen = new Map<Language, WriteCode>();
  for (const language of LANGUAGES) {
    const fitting = wordings(language, options).find(
      (write) => segmentCount(write(SAMPLE_CODE)) <= options.segmentsMax,
    );
    if (fitting !== undefined) chosen.set(language, fitting);
  }
  const lastResort = chosen.get(DEFAULT_LANGUAGE);
  if (lastResort === undefined) return noRoom(options);
  const text = (code: string, locale: string) => {
    const write = chosen.get(parseLanguage(locale) ?? DEFAULT_LANGUAGE) ?? lastResort;
    return write(code);
  };
  const unspoken = LANGUAGES.filter((language) => !chosen.has(language));
  return { kind: "texts", texts: { text, unspoken } };
}

/** The SMS that follows a registration; what is too long for one segment gives way to the link. */
export function confirmationText(sheet: TicketSheet, publicUrl: string): string {
  const link = ticketLink(publicUrl, sheet.ticketKey);
  const language = parseLanguage(sheet.locale) ?? DEFAULT_LANGUAGE;
  const texts = [language, DEFAULT_LANGUAGE].flatMap((each) =>
    SMS_PHRASES[each].confirmation.map((wording) => wording(sheet.event.name, link)),
  );
  // The shortest where none fits: two segments are dearer, no message is worse.
  const text =
    texts.find((each) => segmentCount(each) <= CONFIRMATION_SEGMENTS_MAX) ?? texts.at(-1);
  assert(text !== undefined, "every language has a wording");
  return text;
}

type WriteCode = (code: string) => string;

/** Whole texts, the fullest first. */
function wordings(language: Language, { host, validForMs }: CodeTextOptions): readonly WriteCode[] {
  const validFor = durationWords(validForMs, language);
  return SMS_PHRASES[language].code.map(
    (wording) => (code) => `${wording(code, validFor)}\n@${host} #${code}`,
  );
}

function noRoom(options: CodeTextOptions): CodeTextsParse {
  const counts = wordings(DEFAULT_LANGUAGE, options).map((write) =>
    segmentCount(write(SAMPLE_CODE)),
  );
  return { kind: "no-room", language: DEFAULT_LANGUAGE, segments: Math.min(...counts) };
}
