import { expect, test } from "bun:test";
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
  [{ PORT: "3000.5" }, "PORT"],
  [{ PORT: "-1" }, "PORT"],
  [{ OTP_SENDS_PER_DAY: "0" }, "OTP_SENDS_PER_DAY"],
  [{ LOG_LEVEL: "loud" }, "LOG_LEVEL"],
];

test.each(FAULTY)("%o is refused, naming %s alone", (changes, name) => {
  const faults = faultsOf({ ...production, ...changes });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toStartWith(name);
});

test("no fault repeats a secret", () => {
  const secrets = { SECRET: "hunter2-hunter2", TICKET_KEYS: "1:hunter2-hunter2" };
  const url = "mysql://user:hunter2-hunter2@db";
  const faults = faultsOf({ ...production, ...secrets, DATABASE_URL: url });
  expect(faults.join()).not.toContain("hunter2");
});
