import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Email } from "../src/attendee/email.ts";
import type { Environment } from "../src/config.ts";
import { ConfigError, readConfig } from "../src/config.ts";

const production: Environment = {
  NODE_ENV: "production",
  DATABASE_URL: "postgres://floodgate@db.example/floodgate",
  PUBLIC_URL: "https://tickets.example.org/",
  SECRET: "t0gbYVxPzL3n5Yt8uE2b9QmW4kJ7rS1dH6vC0aXeZiM",
  TICKET_KEYS: "1:Yl0WcmDhV2K9sJxq5T8nR3uBvE7gLpAzOiQ4f6yHk1M",
  COUNTRIES: "bd, in",
};

const gateway = JSON.stringify({
  name: "local",
  method: "GET",
  url: "https://gateway.example/?key=${SMS_KEY}&to={to}&text={text}",
  success: { statuses: [200] },
});

const twilio = JSON.stringify({
  kind: "twilio",
  name: "twilio",
  accountSid: "AC0123",
  authToken: "0123456789abc123",
  from: "MELA",
});

function faultsOf(environment: Environment): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
}

test("without any setting it is a development copy that needs nothing", () => {
  expect(readConfig({})).toMatchObject({
    isProduction: false,
    host: "127.0.0.1",
    port: 3_000,
    publicUrl: "http://localhost:3000",
    database: { kind: "embedded", dataFolder: ".floodgate" },
    secrets: { kind: "generated" },
    countries: null,
    hasInbox: true,
  });
});

test("production with everything given is taken as given", () => {
  const config = readConfig(production);
  expect(config.publicUrl).toBe("https://tickets.example.org");
  expect(config.countries).toEqual(new Set(["BD", "IN"]));
  expect([config.defaultCountry as string, config.hasInbox]).toEqual(["BD", false]);
});

test("production names each setting that is missing, and each in a sentence of its own", () => {
  const faults = faultsOf({ NODE_ENV: "production" });
  for (const name of ["DATABASE_URL", "PUBLIC_URL", "SECRET", "TICKET_KEYS", "COUNTRIES"]) {
    expect(faults.filter((fault) => fault.startsWith(name))).toHaveLength(1);
  }
});

const FAULTY: readonly [changes: Environment, names: string][] = [
  [{ SECRET: "short" }, "SECRET"],
  [{ SECRET: Buffer.alloc(32, 1).toString("base64") }, "SECRET"],
  [{ TICKET_KEYS: "1:abc" }, "TICKET_KEYS"],
  [{ DATABASE_URL: "mysql://db" }, "DATABASE_URL"],
  [{ DATABASE_PREPARE: "yes" }, "DATABASE_PREPARE"],
  [{ PUBLIC_URL: "http://tickets.example.org" }, "PUBLIC_URL"],
  [{ PUBLIC_URL: "https://tickets.example.org/path" }, "PUBLIC_URL"],
  [{ PUBLIC_URL: "tickets.example.org" }, "PUBLIC_URL"],
  [{ COUNTRIES: "BD,XX" }, "COUNTRIES"],
  [{ DEFAULT_COUNTRY: "Atlantis" }, "DEFAULT_COUNTRY"],
  [{ DEV_INBOX: "on" }, "DEV_INBOX"],
  [{ TRUST_PROXY: "everyone" }, "TRUST_PROXY"],
  [{ TRUST_PROXY: "cloudflare" }, "ORIGIN_SECRET"],
  [{ TRUST_PROXY: "cloudflare", ORIGIN_SECRET: "too-short" }, "ORIGIN_SECRET"],
  [{ METRICS_TOKEN: "too-short" }, "METRICS_TOKEN"],
  [{ PORT: "3000.5" }, "PORT"],
  [{ PORT: "-1" }, "PORT"],
  [{ OTP_SENDS_PER_DAY: "0" }, "OTP_SENDS_PER_DAY"],
  [{ SMS_GATEWAY: "no-such-file.json" }, "SMS_GATEWAY"],
  [{ SMS_GATEWAY: "{" }, "SMS_GATEWAY"],
  [{ SMS_GATEWAY: gateway.replace("https", "http"), SMS_KEY: "k" }, "SMS_GATEWAY: url"],
  [{ SMS_GATEWAY: gateway, SMS_KEY: "" }, "SMS_GATEWAY: url"],
  [{ SMS_GATEWAY: gateway, SMS_KEY: "k", SMS_GATEWAY_2: "no-such-file.json" }, "SMS_GATEWAY_2 is"],
  [{ SMS_GATEWAY: gateway, SMS_KEY: "k", SMS_GATEWAY_2: gateway }, "SMS_GATEWAY_2: name"],
  [
    {
      SMS_GATEWAY: gateway,
      SMS_KEY: "k",
      SMS_GATEWAY_2: twilio.replace("0123456789abc123", "short"),
    },
    "SMS_GATEWAY_2: authToken",
  ],
  [{ SMS_GATEWAY_2: twilio }, "SMS_GATEWAY_2 is there without SMS_GATEWAY"],
  [{ SMS_CODE_SEGMENTS_MAX: "3" }, "SMS_CODE_SEGMENTS_MAX"],
  [{ PUBLIC_URL: `https://${"h".repeat(145)}` }, "PUBLIC_URL"],
  [{ LOG_LEVEL: "loud" }, "LOG_LEVEL"],
  [{ MAIL_FROM: "tickets@river.example" }, "SMTP_URL"],
  [{ SMTP_URL: "smtps://mail.example" }, "MAIL_FROM"],
  [{ SMTP_URL: "smtps://mail.example", MAIL_FROM: "River Festival" }, "MAIL_FROM"],
  [{ SMTP_URL: "https://mail.example", MAIL_FROM: "tickets@river.example" }, "SMTP_URL"],
  [{ SMTP_URL: "mail.example:587", MAIL_FROM: "tickets@river.example" }, "SMTP_URL"],
  [{ MAIL_API_URL: "https://api:k@mail.example/v3/river.example" }, "MAIL_FROM"],
  [{ MAIL_API_URL: "https://mail.example", MAIL_FROM: "tickets@river.example" }, "MAIL_API_URL"],
  [
    {
      SMTP_URL: "smtps://mail.example",
      MAIL_API_URL: "https://api:k@mail.example/v3/river.example",
      MAIL_FROM: "tickets@river.example",
    },
    "MAIL_API_URL",
  ],
  [{ MAIL_PER_SECOND: "0" }, "MAIL_PER_SECOND"],
  [{ MAIL_CONNECTIONS: "101" }, "MAIL_CONNECTIONS"],
];

test.each(FAULTY)("%o is refused, naming %s alone", (changes, name) => {
  const faults = faultsOf({ ...production, ...changes });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toStartWith(name);
});

test("mail is off until a way to send it is named, and then is all that was said", () => {
  expect(readConfig(production).mail).toBeNull();
  const settings = {
    SMTP_URL: "smtps://tickets%40river.example:p%40ss%2Fword@mail.example",
    MAIL_FROM: "River Festival <tickets@river.example>",
  };
  expect(readConfig({ ...production, ...settings }).mail).toEqual({
    transport: {
      kind: "smtp",
      server: {
        host: "mail.example",
        port: 465,
        hasImplicitTls: true,
        credentials: { user: "tickets@river.example", password: "p@ss/word" },
      },
    },
    from: { name: "River Festival", address: "tickets@river.example" as Email },
    perSecond: null,
    connectionCountMax: 5,
  });
});

test("mail goes through a provider's API instead, as fast and as many at once as is said", () => {
  const settings = {
    MAIL_API_URL: "https://api:key-1@api.mailgun.net/v3/river.example",
    MAIL_FROM: "tickets@river.example",
    MAIL_PER_SECOND: "14",
    MAIL_CONNECTIONS: "20",
  };
  expect(readConfig({ ...production, ...settings }).mail).toEqual({
    transport: {
      kind: "api",
      account: {
        messagesUrl: "https://api.mailgun.net/v3/river.example/messages",
        user: "api",
        key: "key-1",
      },
    },
    from: { name: "", address: "tickets@river.example" as Email },
    perSecond: 14,
    connectionCountMax: 20,
  });
});

test("only behind Cloudflare must requests prove that they come from it", () => {
  const ORIGIN_SECRET = "k2Yc9vQ0sXf7LwRb3NtZpA1e";
  const proxyOf = (environment: Environment) => {
    const { trustMode, originSecret } = readConfig({ ...production, ...environment });
    return [trustMode, originSecret];
  };
  expect(proxyOf({})).toEqual(["direct", null]);
  expect(proxyOf({ TRUST_PROXY: "fly", ORIGIN_SECRET })).toEqual(["fly", null]);
  const cloudflare = { TRUST_PROXY: "cloudflare", ORIGIN_SECRET };
  expect(proxyOf(cloudflare)).toEqual(["cloudflare", ORIGIN_SECRET]);
});

test("an SMS gateway is given as JSON or as a file, with its secrets from the environment", () => {
  const folder = mkdtempSync(join(tmpdir(), "floodgate-gateway-"));
  const path = join(folder, "gateway.json");
  writeFileSync(path, gateway);
  for (const setting of [gateway, path]) {
    const config = readConfig({ ...production, SMS_GATEWAY: setting, SMS_KEY: "a&b" });
    const [{ way } = {}] = config.smsGateways;
    const values = { to: "+1", toDigits: "1", text: "x", id: "x" };
    const url = way?.kind === "http" ? way.request.url.fill(values) : way;
    expect(url).toContain("?key=a%26b&to=%2B1");
  }
  rmSync(folder, { recursive: true });
});

test("a second gateway, of any kind, stands behind the first", () => {
  const settings = { SMS_GATEWAY: gateway, SMS_KEY: "k", SMS_GATEWAY_2: twilio };
  const { smsGateways } = readConfig({ ...production, ...settings });
  expect(smsGateways.map(({ name, way }) => [name, way.kind])).toEqual([
    ["local", "http"],
    ["twilio", "twilio"],
  ]);
});

test("production starts without an SMS gateway", () => {
  expect(readConfig(production).smsGateways).toEqual([]);
});

test("a host too long for the code SMS is named with language and count, or paid for", () => {
  const long = { ...production, PUBLIC_URL: `https://${"h".repeat(145)}` };
  expect(faultsOf(long)).toEqual([
    "PUBLIC_URL has a host of 145 characters, with which the code SMS in English takes 2 segments; " +
      "SMS_CODE_SEGMENTS_MAX allows 1",
  ]);
  expect(faultsOf({ ...long, SMS_CODE_SEGMENTS_MAX: "2" })).toEqual([]);
});

test("no fault repeats a secret", () => {
  const secrets = { SECRET: "hunter2-hunter2", TICKET_KEYS: "1:hunter2-hunter2" };
  const url = "mysql://user:hunter2-hunter2@db";
  const proxy = { TRUST_PROXY: "cloudflare", ORIGIN_SECRET: "hunter2", METRICS_TOKEN: "hunter2" };
  const faults = faultsOf({ ...production, ...secrets, ...proxy, DATABASE_URL: url });
  expect(faults.join()).not.toContain("hunter2");
  const sms = { SMS_GATEWAY: gateway.replace("{text}", "{txt}"), SMS_KEY: "hunter2" };
  expect(faultsOf({ ...production, ...sms }).join()).not.toContain("hunter2");
  const mail = { SMTP_URL: "smtp://me:hunter2@host/?tls=no", MAIL_FROM: "me@river.example" };
  expect(faultsOf({ ...production, ...mail }).join()).not.toContain("hunter2");
  const api = { MAIL_API_URL: "http://api:hunter2@host/v3/x", MAIL_FROM: "me@river.example" };
  expect(faultsOf({ ...production, ...api }).join()).not.toContain("hunter2");
});
