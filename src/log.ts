import type { Logger } from "pino";
import pino from "pino";

export type { Logger };

/** Invariant 10 is kept by not logging personal data; the redaction is its safety net. */
const PERSONAL = ["phone", "email", "name", "code", "to", "text", "address", "verification", "key"];

export interface Logs {
  readonly http: Logger;
  readonly quota: Logger;
  readonly otp: Logger;
  readonly delivery: Logger;
  readonly database: Logger;
  readonly service: Logger;
}

/** One named logger per subsystem, JSON lines on standard error; standard output is for the person at the terminal. */
export function createLogs(level: string): Logs {
  const paths = PERSONAL.flatMap((field) => [field, `*.${field}`]);
  const options = { level, base: null, redact: { paths, censor: "[removed]" } };
  const root = pino(options, pino.destination({ fd: 2, sync: true }));
  const named = (subsystem: keyof Logs) => root.child({ subsystem });
  return {
    http: named("http"),
    quota: named("quota"),
    otp: named("otp"),
    delivery: named("delivery"),
    database: named("database"),
    service: named("service"),
  };
}
