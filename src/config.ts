import { readFileSync } from "node:fs";
import type { CountryCode } from "libphonenumber-js/max";
import { isSupportedCountry } from "libphonenumber-js/max";
import type { MailTransport } from "./adapters/mail/open-mailer.ts";
import { parseMailApiUrl } from "./adapters/mail-api/mail-api-url.ts";
import type { GatewaySettings } from "./adapters/sms/gateway-settings.ts";
import { parseGateway } from "./adapters/sms/gateway-settings.ts";
import type { Sender } from "./adapters/smtp/sender.ts";
import { parseSender } from "./adapters/smtp/sender.ts";
import { parseSmtpServerUrl } from "./adapters/smtp/smtp-server-url.ts";
import type { SmsBudgetLimits } from "./delivery/budget-limits.ts";
import { chooseCodeTexts } from "./delivery/sms-texts.ts";
import type { TrustMode } from "./http/client-address.ts";
import { LANGUAGE_TRAITS } from "./language/language.ts";
import { limits } from "./limits.ts";
import { OTP_POLICY } from "./otp/otp.ts";
import { parseKeyRing } from "./ticket/signing-key.ts";

/** Every setting of the service, read once and checked whole. */
export interface Config {
  readonly isProduction: boolean;
  /** Started by npx, whose end nobody is told of. */
  readonly isUnderNpx: boolean;
  readonly host: string;
  readonly port: number;
  /** Where people reach the service, without a trailing slash; links in SMS, mail and tickets begin with it. */
  readonly publicUrl: string;
  readonly database: DatabaseConfig;
  /** Holds the embedded database and, outside production, the generated secrets. */
  readonly dataFolder: string;
  readonly secrets: SecretsConfig;
  readonly defaultCountry: CountryCode;
  /** ISO 3166-1 alpha-2; null serves all. */
  readonly countries: ReadonlySet<string> | null;
  readonly trustMode: TrustMode;
  /** Proves a request came through Cloudflare; null in every other mode. */
  readonly originSecret: string | null;
  /** Null keeps `/metrics` to this machine. */
  readonly metricsToken: string | null;
  readonly hasInbox: boolean;
  /** Null where no mail server is named: mails go to the inbox, and wait where there is none. */
  readonly mail: MailConfig | null;
  /** The second takes over when the first is in trouble; none sends to the development inbox, or nowhere. */
  readonly smsGateways: readonly GatewaySettings[];
  readonly smsBudget: SmsBudgetLimits;
  /** Proves what a mail provider tells; null takes nothing. */
  readonly mailWebhookKey: string | null;
  /** Segments the SMS that carries a code may take; each is paid for. */
  readonly smsCodeSegmentsMax: number;
  readonly otpSendsPerDay: number;
  readonly otpSendsPerSourcePerDay: number;
  readonly renderThreads: number;
  readonly logLevel: string;
}

export type DatabaseConfig =
  | { readonly kind: "embedded"; readonly dataFolder: string }
  /** `prepare` is off behind a pooler in transaction mode, which knows no named statements. */
  | { readonly kind: "url"; readonly url: string; readonly prepare: boolean };

export type SecretsConfig =
  | { readonly kind: "given"; readonly secret: Uint8Array; readonly ticketKeys: string }
  /** Made at the first start and kept in the data folder; never in production. */
  | { readonly kind: "generated" };

export interface MailConfig {
  readonly transport: MailTransport;
  readonly from: Sender;
  /** What the provider takes; null for as fast as they go. */
  readonly perSecond: number | null;
  /** How many mails are under way at once. */
  readonly connectionCountMax: number;
}

/** The environment is not one the service can run in; every fault is a sentence that names its setting. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(["The configuration cannot be used:", ...faults.map((fault) => `- ${fault}`)].join("\n"));
    this.faults = faults;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

const SECRET_BYTES_MIN = 32;
const PASSWORD_LENGTH_MIN = 24;
const TRUST_MODES: readonly TrustMode[] = ["direct", "fly", "cloudflare"];
const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

/** Throws a ConfigError that lists all faults at once. */
export function readConfig(environment: Environment = process.env): Config {
  const read = new Reader(environment);
  const isProduction = environment["NODE_ENV"] === "production";
  const port = read.integer("PORT", { fallback: 3_000, min: 0, max: 65_535 });
  const dataFolder = read.text("FLOODGATE_DATA") ?? ".floodgate";
  const database = readDatabase(read, { isProduction, dataFolder });
  const countries = readCountries(read, isProduction);
  const publicUrl = readPublicUrl(read, { isProduction, port });
  const config: Config = {
    isProduction,
    isUnderNpx: environment["npm_execpath"]?.endsWith("npm-cli.js") === true,
    host: read.text("HOST") ?? (isProduction ? "0.0.0.0" : "127.0.0.1"),
    port,
    publicUrl,
    database,
    dataFolder,
    secrets: readSecrets(read, isProduction),
    defaultCountry: readDefaultCountry(read, countries),
    countries,
    ...readProxy(read),
    metricsToken: read.password("METRICS_TOKEN"),
    hasInbox: readInbox(read, { isProduction, isEmbedded: database.kind === "embedded" }),
    smsGateways: readSmsGateways(read, isProduction),
    smsBudget: readSmsBudget(read),
    mailWebhookKey: read.password("MAIL_WEBHOOK_KEY"),
    smsCodeSegmentsMax: readCodeSegments(read, publicUrl),
    mail: readMail(read),
    otpSendsPerDay: read.integer("OTP_SENDS_PER_DAY", { fallback: 5, min: 1, max: 100 }),
    otpSendsPerSourcePerDay: read.integer("OTP_SENDS_PER_SOURCE_PER_DAY", {
      fallback: 2,
      min: 1,
      max: 100,
    }),
    renderThreads: read.integer("RENDER_THREADS", { fallback: 1, min: 1, max: 64 }),
    logLevel: read.choice("LOG_LEVEL", LOG_LEVELS, isProduction ? "info" : "warn"),
  };
  if (read.faults.length > 0) throw new ConfigError(read.faults);
  return Object.freeze(config);
}

function readDatabase(
  read: Reader,
  { isProduction, dataFolder }: { readonly isProduction: boolean; readonly dataFolder: string },
): DatabaseConfig {
  const url = read.text("DATABASE_URL");
  const prepare = read.choice("DATABASE_PREPARE", ["on", "off"], "on") === "on";
  if (url === null) {
    if (isProduction)
      read.fault("DATABASE_URL is missing: production needs a PostgreSQL of its own");
    return { kind: "embedded", dataFolder };
  }
  if (!/^postgres(ql)?:$/.test(URL.parse(url)?.protocol ?? "")) {
    read.fault("DATABASE_URL is not a URL that begins with postgres://");
  }
  return { kind: "url", url, prepare };
}

function readPublicUrl(
  read: Reader,
  { isProduction, port }: { readonly isProduction: boolean; readonly port: number },
): string {
  const text = read.text("PUBLIC_URL");
  if (text === null) {
    if (isProduction) read.fault("PUBLIC_URL is missing: links in SMS and mail begin with it");
    return `http://localhost:${port}`;
  }
  const url = URL.parse(text);
  const isPlain = url !== null && url.pathname === "/" && url.search === "" && url.hash === "";
  if (!isPlain || !/^https?:$/.test(url.protocol)) {
    read.fault("PUBLIC_URL is not an address like https://tickets.example.org");
    return text;
  }
  if (isProduction && url.protocol !== "https:") {
    read.fault("PUBLIC_URL begins with http:// where production needs https://");
  }
  return url.origin;
}

function readSecrets(read: Reader, isProduction: boolean): SecretsConfig {
  const secret = read.text("SECRET");
  const ticketKeys = read.text("TICKET_KEYS");
  if (secret === null && ticketKeys === null && !isProduction) return { kind: "generated" };
  if (ticketKeys === null) read.fault("TICKET_KEYS is missing: tickets are signed with it");
  const ring = ticketKeys === null ? null : parseKeyRing(ticketKeys);
  if (ring?.kind === "invalid") read.fault(`TICKET_KEYS cannot be used: ${ring.reason}`);
  if (secret === null) {
    read.fault(
      "SECRET is missing: it takes 32 random bytes in base64url (openssl rand -base64 32)",
    );
    return { kind: "generated" };
  }
  const bytes = new Uint8Array(Buffer.from(secret, "base64"));
  if (bytes.length < SECRET_BYTES_MIN || new Set(bytes).size < SECRET_BYTES_MIN / 2) {
    read.fault("SECRET is weak: it takes 32 random bytes in base64url (openssl rand -base64 32)");
  }
  return { kind: "given", secret: bytes, ticketKeys: ticketKeys ?? "" };
}

function readCountries(read: Reader, isProduction: boolean): ReadonlySet<string> | null {
  const text = read.text("COUNTRIES");
  if (text === null) {
    if (isProduction) read.fault("COUNTRIES is missing: name the countries to serve, as in BD,IN");
    return null;
  }
  const countries = text.split(",").map((country) => country.trim().toUpperCase());
  for (const country of countries) {
    if (!isSupportedCountry(country)) read.fault(`COUNTRIES names no country with "${country}"`);
  }
  return new Set(countries);
}

function readDefaultCountry(read: Reader, countries: ReadonlySet<string> | null): CountryCode {
  const [first = "BD"] = countries ?? [];
  const country = (read.text("DEFAULT_COUNTRY") ?? first).toUpperCase();
  if (isSupportedCountry(country)) return country;
  read.fault(`DEFAULT_COUNTRY names no country with "${country}"`);
  return "BD";
}

function readProxy(read: Reader): Pick<Config, "trustMode" | "originSecret"> {
  const trustMode = read.choice("TRUST_PROXY", TRUST_MODES, "direct");
  const originSecret = read.password("ORIGIN_SECRET");
  if (trustMode !== "cloudflare") return { trustMode, originSecret: null };
  if (read.text("ORIGIN_SECRET") === null) {
    read.fault("ORIGIN_SECRET is missing: only requests that carry it come from Cloudflare");
  }
  return { trustMode, originSecret };
}

function readInbox(
  read: Reader,
  { isProduction, isEmbedded }: { readonly isProduction: boolean; readonly isEmbedded: boolean },
): boolean {
  const isWanted = read.choice("DEV_INBOX", ["on", "off"], isEmbedded ? "on" : "off") === "on";
  if (isProduction && read.text("DEV_INBOX") === "on") {
    read.fault("DEV_INBOX is on: production never shows what it sends");
  }
  return isWanted && !isProduction;
}

function readSmsGateways(read: Reader, isProduction: boolean): readonly GatewaySettings[] {
  const first = readSmsGateway(read, "SMS_GATEWAY", isProduction);
  const second = readSmsGateway(read, "SMS_GATEWAY_2", isProduction);
  if (read.text("SMS_GATEWAY_2") !== null && read.text("SMS_GATEWAY") === null) {
    read.fault("SMS_GATEWAY_2 is there without SMS_GATEWAY, from which it would take over");
  }
  if (second !== null && second.name === first?.name) {
    read.fault(
      "SMS_GATEWAY_2: name: is that of SMS_GATEWAY; reports and logs tell them apart by it",
    );
  }
  return [first, second].filter((gateway) => gateway !== null);
}

/** The setting holds the gateway file itself, or says where it lies. */
function readSmsGateway(read: Reader, name: string, isProduction: boolean): GatewaySettings | null {
  const setting = read.text(name);
  if (setting === null) return null;
  const text = setting.startsWith("{") ? setting : readFileOrNull(setting);
  if (text === null) {
    read.fault(`${name} is neither JSON nor the name of a file that can be read`);
    return null;
  }
  const parse = parseGateway(text, {
    isProduction,
    settingOf: (setting) => read.text(setting),
    timeoutMaxMs: limits.codeSendTimeoutMs,
  });
  if (parse.kind === "gateway") return parse.gateway;
  for (const fault of parse.faults) read.fault(`${name}: ${fault}`);
  return null;
}

function readFileOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** None of them is set without a word: the gateway's own contract is the limit. */
function readSmsBudget(read: Reader): SmsBudgetLimits {
  const segments = (name: string) => read.integerOrNull(name, { min: 1, max: 1_000_000_000 });
  return {
    segmentsPerMinute: segments("SMS_SEGMENTS_PER_MINUTE"),
    segmentsPerDay: segments("SMS_SEGMENTS_PER_DAY"),
    microsPerMinute: read.money("SMS_SPEND_PER_MINUTE"),
    microsPerDay: read.money("SMS_SPEND_PER_DAY"),
  };
}

function readCodeSegments(read: Reader, publicUrl: string): number {
  const segmentsMax = read.integer("SMS_CODE_SEGMENTS_MAX", { fallback: 1, min: 1, max: 2 });
  const host = URL.parse(publicUrl)?.hostname ?? "";
  const parse = chooseCodeTexts({ host, validForMs: OTP_POLICY.codeTtlMs, segmentsMax });
  if (parse.kind === "no-room") {
    const { ownName } = LANGUAGE_TRAITS[parse.language];
    read.fault(
      `PUBLIC_URL has a host of ${host.length} characters, with which the code SMS in ${ownName} takes ` +
        `${parse.segments} segments; SMS_CODE_SEGMENTS_MAX allows ${segmentsMax}`,
    );
  }
  return segmentsMax;
}

function readMail(read: Reader): MailConfig | null {
  const hasRate = read.text("MAIL_PER_SECOND") !== null;
  const perSecond = read.integer("MAIL_PER_SECOND", { fallback: 1, min: 1, max: 10_000 });
  const connectionCountMax = read.integer("MAIL_CONNECTIONS", { fallback: 5, min: 1, max: 100 });
  const hasTransport = read.text("SMTP_URL") !== null || read.text("MAIL_API_URL") !== null;
  const sender = read.text("MAIL_FROM");
  if (!hasTransport && sender === null) return null;
  if (!hasTransport) {
    read.fault("SMTP_URL and MAIL_API_URL are missing: MAIL_FROM is there, and no way to send");
  }
  if (sender === null) read.fault("MAIL_FROM is missing: mail needs a sender");
  if (!hasTransport || sender === null) return null;
  const transport = readMailTransport(read);
  const from = parseSender(sender);
  if (from === null) read.fault("MAIL_FROM is not like River Festival <tickets@example.org>");
  if (transport === null || from === null) return null;
  return { transport, from, perSecond: hasRate ? perSecond : null, connectionCountMax };
}

function readMailTransport(read: Reader): MailTransport | null {
  const smtpUrl = read.text("SMTP_URL");
  const apiUrl = read.text("MAIL_API_URL");
  if (smtpUrl !== null && apiUrl !== null) {
    read.fault("MAIL_API_URL is there beside SMTP_URL: mail goes one way or the other");
  } else if (smtpUrl !== null) {
    const parsed = parseSmtpServerUrl(smtpUrl);
    if (parsed.kind === "server") return { kind: "smtp", server: parsed.server };
    read.fault(`SMTP_URL ${parsed.reason}`);
  } else if (apiUrl !== null) {
    const parsed = parseMailApiUrl(apiUrl);
    if (parsed.kind === "account") return { kind: "api", account: parsed.account };
    read.fault(`MAIL_API_URL ${parsed.reason}`);
  }
  return null;
}

class Reader {
  readonly faults: string[] = [];
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  fault(sentence: string): void {
    this.faults.push(sentence);
  }

  text(name: string): string | null {
    const text = this.#environment[name]?.trim();
    return text === undefined || text === "" ? null : text;
  }

  /** A secret another machine repeats to us. */
  password(name: string): string | null {
    const text = this.text(name);
    if (text !== null && text.length < PASSWORD_LENGTH_MIN) {
      this.fault(`${name} is weak: it takes ${PASSWORD_LENGTH_MIN} characters or more`);
    }
    return text;
  }

  integer(
    name: string,
    {
      fallback,
      min,
      max,
    }: { readonly fallback: number; readonly min: number; readonly max: number },
  ): number {
    const text = this.text(name);
    if (text === null) return fallback;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    this.fault(`${name} is not a whole number from ${min} to ${max}`);
    return fallback;
  }

  integerOrNull(
    name: string,
    range: { readonly min: number; readonly max: number },
  ): number | null {
    return this.text(name) === null ? null : this.integer(name, { fallback: range.min, ...range });
  }

  /** Millionths of the currency. */
  money(name: string): number | null {
    const text = this.text(name);
    if (text === null) return null;
    if (/^\d{1,9}(\.\d{1,6})?$/.test(text) && Number(text) > 0) {
      return Math.round(Number(text) * 1_000_000);
    }
    this.fault(`${name} is not an amount like 250 or 0.35`);
    return null;
  }

  choice<Choice extends string>(
    name: string,
    choices: readonly Choice[],
    fallback: Choice,
  ): Choice {
    const text = this.text(name);
    const choice = text === null ? fallback : choices.find((candidate) => candidate === text);
    if (choice !== undefined) return choice;
    this.fault(`${name} is none of ${choices.join(", ")}`);
    return fallback;
  }
}
