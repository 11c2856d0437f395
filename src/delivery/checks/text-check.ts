import type { Language } from "../../language/language.ts";
import { LANGUAGE_TRAITS, LANGUAGES } from "../../language/language.ts";
import type { RegistrationId, TicketKey, TicketSheet } from "../../ticket/ticket.ts";
import { TEMPLATE_VERSION } from "../../ticket/ticket.ts";
import { segmentCount } from "../sms-segments.ts";
import type { CodeTexts } from "../sms-texts.ts";
import { confirmationText } from "../sms-texts.ts";
import type { Finding } from "./finding.ts";
import { about, counted } from "./finding.ts";

export interface TextsToMeasure {
  readonly codeTexts: CodeTexts;
  readonly publicUrl: string;
  readonly eventNames: readonly string[];
}

/** What the messages to people of one language are paid as. */
export interface TextSize {
  readonly language: Language;
  readonly codeSegments: number;
  /** Of the event whose name makes it the longest. */
  readonly confirmationSegments: number;
  /** No wording of the language fits beside the host, so its people are written to in English. */
  readonly isUnspoken: boolean;
}

/** Every language, by the whole messages as they are sent. */
export function measureTexts(texts: TextsToMeasure): readonly TextSize[] {
  const { codeTexts, publicUrl, eventNames } = texts;
  return LANGUAGES.map((language) => {
    const confirmations = eventNames.map((name) =>
      segmentCount(confirmationText(sampleSheet(name, language), publicUrl)),
    );
    return {
      language,
      codeSegments: segmentCount(codeTexts.text(SAMPLE_CODE, language)),
      confirmationSegments: Math.max(1, ...confirmations),
      isUnspoken: codeTexts.unspoken.includes(language),
    };
  });
}

/** One finding for each language: every segment beyond the first is paid for as well. */
export function checkTexts(sizes: readonly TextSize[]): readonly Finding[] {
  return sizes.map(({ language, codeSegments, confirmationSegments, isUnspoken }) => {
    const finding = about(`texts ${LANGUAGE_TRAITS[language].ownName}`);
    const code = counted(codeSegments, "segment");
    const told = `code ${code}, confirmation ${counted(confirmationSegments, "segment")}`;
    if (isUnspoken) {
      return finding.warning(`${told}; codes go out in English: PUBLIC_URL needs a shorter host`);
    }
    const isOne = codeSegments === 1 && confirmationSegments === 1;
    if (isOne) return finding.ok(told);
    return finding.warning(
      `${told}: each is paid for, and a shorter host in PUBLIC_URL saves some`,
    );
  });
}

/** Every code and every key is as long as these. */
const SAMPLE_CODE = "000000";
const SAMPLE_KEY = "0".repeat(22) as TicketKey;

function sampleSheet(eventName: string, locale: string): TicketSheet {
  return {
    registrationId: "00000000-0000-7000-8000-000000000000" as RegistrationId,
    ticketKey: SAMPLE_KEY,
    eventId: 1,
    saleNumber: 1,
    ordinal: 1,
    holderName: "",
    locale,
    host: "",
    keyId: 1,
    templateVersion: TEMPLATE_VERSION,
    event: { name: eventName, venue: "", timeZone: "UTC", days: [] },
  };
}
