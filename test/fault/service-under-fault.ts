import type { Sql } from "postgres";
import { ServiceProcess } from "../support/service-process.ts";
import type { CrowdSms } from "./crowd-sms.ts";

/** Secrets of no other use: what is proved to one server counts with the next. */
const SECRET = "t0gbYVxPzL3n5Yt8uE2b9QmW4kJ7rS1dH6vC0aXeZiM";
const TICKET_KEYS = "1:Yl0WcmDhV2K9sJxq5T8nR3uBvE7gLpAzOiQ4f6yHk1M";

/** Settings of a server whose crowd reads its codes from `sms` and comes from one address. */
export function faultEnvironment(
  sms: CrowdSms,
  database: { readonly DATABASE_URL: string } | { readonly FLOODGATE_DATA: string },
): Record<string, string> {
  return {
    ...database,
    SECRET,
    TICKET_KEYS,
    SMS_GATEWAY: sms.gatewaySetting,
    DEV_INBOX: "off",
    OTP_SENDS_PER_DAY: "100",
    OTP_SENDS_PER_SOURCE_PER_DAY: "100",
  };
}

export interface Started {
  readonly service: ServiceProcess;
  /** From exec until it says that it is ready. */
  readonly tookMs: number;
}

const READY_PATIENCE_MS = 60_000;

/** Starts a server, on a port of its own or on that of the one before. Throws when it never gets ready. */
export async function startUnderFault(
  environment: Readonly<Record<string, string>>,
  port?: number,
): Promise<Started> {
  const startMs = performance.now();
  const service = new ServiceProcess(environment, port);
  const giveUp = setTimeout(() => service.signal("SIGKILL"), READY_PATIENCE_MS);
  await service.ready();
  clearTimeout(giveUp);
  return { service, tookMs: performance.now() - startMs };
}

/** Keeps every commit of every server waiting, as a slow database would, until it is disposed of. */
export async function holdCommits(sql: Sql): Promise<AsyncDisposable> {
  const connection = await sql.reserve();
  await connection`begin`;
  await connection`select from events for no key update`;
  return {
    async [Symbol.asyncDispose]() {
      await connection`rollback`;
      connection.release();
    },
  };
}

/** Resolves when a commit waits for what `holdCommits` holds. */
export function commitWaits(sql: Sql): Promise<void> {
  return until("a commit waits", async () => {
    const waiting = await sql`
      select from pg_stat_activity
      where application_name = 'floodgate commits' and wait_event_type = 'Lock'`;
    return waiting.length > 0;
  });
}

/** Throws when the condition has not come true in time. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  timeoutMs = 20_000,
): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await Bun.sleep(5);
  }
}
