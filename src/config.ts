import type { CountryCode } from "libphonenumber-js/max";
import { isSupportedCountry } from "libphonenumber-js/max";
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
  readonly trustMode: "direct";
  readonly hasInbox: boolean;
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
const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

/** Throws a ConfigError that lists all faults at once. */
export function readConfig(environment: Environment = process.env): Config {
  const read = new Reader(environment);
  const isProduction = environment["NODE_ENV"] === "production";
  const port = read.integer("PORT", { fallback: 3_000, min: 0, max: 65_535 });
  const dataFolder = read.text("FLOODGATE_DATA") ?? ".floodgate";
  const database = readDatabase(read, { isProduction, dataFolder });
  const countries = readCountries(read, isProduction);
  const config: Config = {
    isProduction,
    isUnderNpx: environment["npm_execpath"]?.endsWith("npm-cli.js") === true,
    host: read.text("HOST") ?? (isProduction ? "0.0.0.0" : "127.0.0.1"),
    port,
    publicUrl: readPublicUrl(read, { isProduction, port }),
    database,
    dataFolder,
    secrets: readSecrets(read, isProduction),
    defaultCountry: readDefaultCountry(read, countries),
    countries,
    trustMode: read.choice("TRUST_PROXY", ["direct"], "direct"),
    hasInbox: readInbox(read, { isProduction, isEmbedded: database.kind === "embedded" }),
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
