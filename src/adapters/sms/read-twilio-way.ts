import { judgeAddress } from "./address.ts";
import type { FileSection } from "./file-section.ts";
import type { Reading } from "./gateway-policy.ts";
import type { Secret } from "./secret.ts";
import { TemplateReader } from "./template-reader.ts";

/** A provider that speaks as Twilio does. */
export interface TwilioWay {
  readonly kind: "twilio";
  /** Without a trailing slash. */
  readonly baseUrl: string;
  readonly accountSid: string;
  /** Opens the account, and signs what the provider reports. */
  readonly authToken: Secret;
  readonly sender: TwilioSender;
  /** How long a message may wait in the provider's queue before it is worth nothing. */
  readonly validityMs: number;
}

type TwilioSender =
  /** A number, or a name where the country allows one. */
  | { readonly kind: "from"; readonly from: string }
  | { readonly kind: "service"; readonly messagingServiceSid: string };

export const TWILIO_KEYS = [
  "baseUrl",
  "accountSid",
  "authToken",
  "from",
  "messagingServiceSid",
  "validityMs",
] as const;

type TwilioSection = FileSection<(typeof TWILIO_KEYS)[number]>;

const BASE_URL = "https://api.twilio.com";
/** The life of a code once it is accepted; the ceiling is Twilio's (https://www.twilio.com/docs/api/errors/90007). */
const VALIDITY_MS = { fallback: 300_000, min: 1_000, max: 36_000_000 };

export function readTwilioWay(file: TwilioSection, reading: Reading): TwilioWay {
  const reader = new TemplateReader(reading);
  return {
    kind: "twilio",
    baseUrl: readBaseUrl(file, reading),
    accountSid: readAccountSid(file, reader),
    authToken: reader.secret(file.at("authToken")),
    sender: readSender(file, reader),
    validityMs: file.whole("validityMs", VALIDITY_MS),
  };
}

function readBaseUrl(file: TwilioSection, { policy }: Reading): string {
  const text = file.has("baseUrl") ? file.at("baseUrl").text() : BASE_URL;
  if (text === "") return text;
  judgeAddress(file.at("baseUrl"), { text, filled: text, isProduction: policy.isProduction });
  if (text.includes("?")) file.at("baseUrl").refuse("takes no ?");
  return text.replace(/\/+$/, "");
}

/** Some that speak as Twilio does name accounts by a UUID. */
function readAccountSid(file: TwilioSection, reader: TemplateReader): string {
  const sid = reader.constant(file.at("accountSid"));
  if (sid !== "" && !/^[\w-]{1,64}$/.test(sid)) {
    file.at("accountSid").refuse("takes letters, digits and hyphens, as in AC0123…");
  }
  return sid;
}

function readSender(file: TwilioSection, reader: TemplateReader): TwilioSender {
  if (file.has("from") === file.has("messagingServiceSid")) {
    file.value.refuse("needs from or messagingServiceSid, one of the two");
  }
  return file.has("from")
    ? { kind: "from", from: reader.constant(file.at("from")) }
    : {
        kind: "service",
        messagingServiceSid: file.has("messagingServiceSid")
          ? reader.constant(file.at("messagingServiceSid"))
          : "",
      };
}
