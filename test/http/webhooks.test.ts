import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { createHmac, timingSafeEqual } from "node:crypto";
import { Elysia } from "elysia";
import { systemClock } from "../../src/actor/clock.ts";
import { Deadlines } from "../../src/actor/deadlines.ts";
import { MailgunEvents } from "../../src/adapters/mail-events/mailgun-events.ts";
import { Database } from "../../src/adapters/postgres/client.ts";
import {
  PostgresReportStore,
  PostgresSuppressionStore,
} from "../../src/adapters/postgres/report-store.ts";
import { DeliveryReports } from "../../src/delivery/delivery-reports.ts";
import type { DeliveryReport } from "../../src/delivery/ports.ts";
import type { ReportReader } from "../../src/delivery/report-ports.ts";
import type { WebhookRoutesOptions } from "../../src/http/routes/webhooks.ts";
import { webhookRoutes } from "../../src/http/routes/webhooks.ts";
import { eventData, SIGNING_KEY, signedEvent } from "../adapters/mail-events/make-event.ts";
import { freshDatabase, type TestDatabase } from "../support/postgres.ts";
import { requestHead, sendRaw } from "../support/raw-http.ts";
import { post } from "./serve.ts";

const PUBLIC_URL = "https://tickets.example.org";
const BODY_BYTES_MAX = 16 * 1_024;
const KEY = "a secret of the provider";

let database: TestDatabase;
let client: Database;
let reports: DeliveryReports;

beforeAll(async () => {
  database = await freshDatabase();
  client = new Database({
    url: database.url,
    applicationName: "test",
    connectionCountMax: 2,
    isPrepared: true,
  });
  reports = new DeliveryReports({
    reports: new PostgresReportStore(client),
    suppressions: new PostgresSuppressionStore(client),
    limits: { batchCountMax: 100, waitingCountMax: 1_000 },
    onFault: () => {},
  });
});

beforeEach(async () => {
  await database.sql`truncate delivery_reports, mail_suppressions`;
});

afterAll(async () => {
  await client[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** A provider that signs address and body, and sends a list of [id, state] in either of them. */
const read: ReportReader = ({ url, headers, body }) => {
  const given = Buffer.from(headers.get("x-signature") ?? "", "hex");
  const signed = Buffer.from(sign(url, new TextDecoder().decode(body)), "hex");
  if (given.length !== signed.length || !timingSafeEqual(given, signed)) {
    return { kind: "unproven" };
  }
  const list = new TextDecoder().decode(body) || new URL(url).searchParams.get("list");
  try {
    const entries = JSON.parse(list ?? "") as [string, DeliveryReport["state"]][];
    return {
      kind: "reports",
      reports: entries.map(([providerId, state]) => ({ providerId, state })),
    };
  } catch {
    return { kind: "invalid", reason: "the list is not JSON" };
  }
};

function sign(url: string, body: string): string {
  return createHmac("sha256", KEY).update(url).update(body).digest("hex");
}

function serve(changes: Partial<WebhookRoutesOptions> = {}) {
  const app = new Elysia({ aot: true, precompile: true }).use(
    webhookRoutes({
      reports,
      reportReaders: new Map([["gate", read]]),
      mailEvents: new MailgunEvents({
        signingKey: SIGNING_KEY,
        clock: systemClock,
        reports,
        limits: { mailEventAgeMsMax: 900_000, mailEventTokenCountMax: 1_000 },
      }),
      bodyLimits: {
        bodyBytesMax: BODY_BYTES_MAX,
        readDeadline: new Deadlines(systemClock, 10_000),
      },
      refusal: () => null,
      publicUrl: PUBLIC_URL,
      retryAfterS: 2,
      ...changes,
    }),
  );
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: app.fetch });
  return { url: server.url.origin, [Symbol.asyncDispose]: () => server.stop(true) };
}

function tell(url: string, path: string, list: unknown, headers: Record<string, string> = {}) {
  const body = typeof list === "string" ? list : JSON.stringify(list);
  const signature = sign(`${PUBLIC_URL}${path}`, body);
  return fetch(url + path, {
    method: "POST",
    body,
    headers: { "content-type": "text/plain", "x-signature": signature, ...headers },
  });
}

async function table(): Promise<[unknown, unknown][]> {
  const rows = await database.sql`
    select provider_id, state from delivery_reports order by provider_id`;
  return rows.map((row) => [row["provider_id"], row["state"]]);
}

async function problemOf(response: Response): Promise<[status: number, code: unknown]> {
  const { code } = (await response.json()) as { code: unknown };
  return [response.status, code];
}

describe("what an SMS provider tells", () => {
  test("is durable once it is answered 200, however often and in whatever order it is told", async () => {
    await using served = serve();
    const path = "/webhooks/sms/gate?tag=1&tag=%C3%A9";
    const list = [
      ["1", "delivered"],
      ["1", "failed"],
      ["2", "failed"],
      ["2", "failed"],
      ["__proto__", "delivered"],
      ["constructor", "failed"],
    ];
    for (const told of [list, list, list.toReversed()]) {
      expect((await tell(served.url, path, told)).status).toBe(200);
      expect(await table()).toEqual([
        ["gate/1", "delivered"],
        ["gate/2", "failed"],
        ["gate/__proto__", "delivered"],
        ["gate/constructor", "failed"],
      ]);
    }
  });

  test("may come by GET, in the address", async () => {
    await using served = serve();
    const path = `/webhooks/sms/gate?list=${encodeURIComponent('[["7","delivered"]]')}`;
    const headers = { "x-signature": sign(PUBLIC_URL + path, "") };
    expect((await fetch(served.url + path, { headers })).status).toBe(200);
    expect(await table()).toEqual([["gate/7", "delivered"]]);
    const forged = path.replace("7", "8");
    expect(await problemOf(await fetch(served.url + forged, { headers }))).toEqual([
      403,
      "report_unproven",
    ]);
  });

  test("is read at the public address, whatever the Host header says, and may name any origin", async () => {
    await using served = serve();
    const path = "/webhooks/sms/gate?x=%2f..%2f//";
    const body = '[["9","failed"]]';
    const head = requestHead(`POST ${path}`, {
      host: "evil.example:99",
      origin: "https://provider.example",
      "sec-fetch-site": "cross-site",
      "x-signature": sign(PUBLIC_URL + path, body),
      "content-length": String(body.length),
      connection: "close",
    });
    expect((await sendRaw(served.url, head + body)).status).toBe(200);
    expect(await table()).toEqual([["gate/9", "failed"]]);
  });

  test("is refused when unproven or not understood, and nothing of it is kept", async () => {
    await using served = serve();
    const path = "/webhooks/sms/gate";
    const list = [["1", "delivered"]];
    const cases: [answer: Promise<Response>, status: number, code: string][] = [
      [tell(served.url, path, list, { "x-signature": "" }), 403, "report_unproven"],
      [tell(served.url, path, list, { "x-signature": "00" }), 403, "report_unproven"],
      [tell(served.url, path, list, { "x-signature": sign(path, "[]") }), 403, "report_unproven"],
      [post(served.url + path, list), 403, "report_unproven"],
      [tell(served.url, path, '[["1","deli'), 400, "invalid_body"],
      [tell(served.url, path, ""), 400, "invalid_body"],
    ];
    for (const [answer, ...expected] of cases) {
      expect(await problemOf(await answer)).toEqual(expected);
    }
    expect(await table()).toEqual([]);
  });

  test("is 404 for a gateway that is not there or does not report", async () => {
    await using served = serve();
    for (const name of ["other", "__proto__", "constructor", "%00", "gate%2F", "GATE"]) {
      const path = `/webhooks/sms/${name}`;
      expect(await problemOf(await tell(served.url, path, []))).toEqual([404, "not_found"]);
    }
  });

  test("is refused before it is read when it is too large, and where it turns out to be", async () => {
    await using served = serve();
    const line = "POST /webhooks/sms/gate";
    const declared = requestHead(line, { "content-length": String(BODY_BYTES_MAX + 1) });
    const chunk = `400\r\n${"x".repeat(1_024)}\r\n`;
    const endless = requestHead(line, { "transfer-encoding": "chunked" }) + chunk.repeat(17);
    for (const bytes of [declared, endless]) {
      const answer = await sendRaw(served.url, bytes);
      expect([answer.status, answer.headers.get("connection")]).toEqual([413, "close"]);
    }
    const longest = JSON.stringify([["x".repeat(BODY_BYTES_MAX - 16), "failed"]]);
    expect(longest.length).toBeLessThanOrEqual(BODY_BYTES_MAX);
    expect((await tell(served.url, "/webhooks/sms/gate", longest)).status).toBe(200);
  });

  test("is 408 when the body is cut off", async () => {
    const readDeadline = new Deadlines(systemClock, 50);
    await using served = serve({ bodyLimits: { bodyBytesMax: BODY_BYTES_MAX, readDeadline } });
    const line = "POST /webhooks/sms/gate";
    const declared = requestHead(line, { "content-length": "100" });
    const chunked = requestHead(line, { "transfer-encoding": "chunked" });
    for (const bytes of [`${declared}[["1`, `${chunked}5\r\n[["1"\r\n`]) {
      expect((await sendRaw(served.url, bytes)).status).toBe(408);
    }
  });
});

describe("what could not be kept is 503 with a Retry-After", () => {
  const expectToComeAgain = async (response: Response) => {
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "2"]);
  };

  test("because the queue is full (invariant 8)", async () => {
    const full = new DeliveryReports({
      reports: { record: () => new Promise(() => {}) },
      suppressions: new PostgresSuppressionStore(client),
      limits: { batchCountMax: 1, waitingCountMax: 1 },
      onFault: () => {},
    });
    await using served = serve({ reports: full });
    const list = [
      ["1", "failed"],
      ["2", "failed"],
    ];
    await expectToComeAgain(await tell(served.url, "/webhooks/sms/gate", list));
  });

  test("because the database is away", async () => {
    await using away = new Database({
      url: "postgres://nobody@127.0.0.1:1/nowhere",
      applicationName: "test",
      connectionCountMax: 1,
      isPrepared: true,
      deadlineMs: 200,
    });
    const faults: unknown[] = [];
    const unheard = new DeliveryReports({
      reports: new PostgresReportStore(away),
      suppressions: new PostgresSuppressionStore(away),
      limits: { batchCountMax: 10, waitingCountMax: 10 },
      onFault: (error) => faults.push(error),
    });
    await using served = serve({ reports: unheard });
    await expectToComeAgain(await tell(served.url, "/webhooks/sms/gate", [["1", "failed"]]));
    expect(faults).toHaveLength(1);
  });

  test("because the database does not answer in time", async () => {
    const slow = { take: () => new Promise<never>(() => {}) };
    const readDeadline = new Deadlines(systemClock, 50);
    const bodyLimits = { bodyBytesMax: BODY_BYTES_MAX, readDeadline };
    await using served = serve({ reports: slow, mailEvents: slow, bodyLimits });
    await expectToComeAgain(await tell(served.url, "/webhooks/sms/gate", []));
    await expectToComeAgain(await post(`${served.url}/webhooks/mail`, {}));
  });

  test("because the service is about to stop", async () => {
    await using served = serve({ refusal: () => ({ kind: "draining", retryAfterS: 2 }) });
    await expectToComeAgain(await tell(served.url, "/webhooks/sms/gate", [["1", "failed"]]));
    await expectToComeAgain(await post(`${served.url}/webhooks/mail`, {}));
    expect(await table()).toEqual([]);
  });
});

describe("what a mail provider tells", () => {
  const bounce = eventData("failed", { severity: "permanent" });

  test("is durable once it is answered 200: a bounce suppresses its address", async () => {
    await using served = serve();
    const mail = `${served.url}/webhooks/mail`;
    const event = await signedEvent(systemClock.nowMs(), { data: bounce });
    expect((await post(mail, event)).status).toBe(200);
    expect(await table()).toEqual([["mail/row.42@tickets.example.org", "failed"]]);
    const [row] = await database.sql`select address, reason from mail_suppressions`;
    expect({ ...row }).toEqual({ address: "rahim@example.org", reason: "bounced" });
  });

  test("a replay cannot suppress again what an operator has lifted", async () => {
    await using served = serve();
    const mail = `${served.url}/webhooks/mail`;
    const event = await signedEvent(systemClock.nowMs(), { data: bounce });
    await post(mail, event);
    await database.sql`delete from mail_suppressions`;
    expect(await problemOf(await post(mail, event))).toEqual([403, "report_unproven"]);
    expect(await database.sql`select from mail_suppressions`).toHaveLength(0);
  });

  test("is refused when it is forged, cut off, enormous, or not JSON, and nothing of it is kept", async () => {
    await using served = serve();
    const mail = `${served.url}/webhooks/mail`;
    const event = await signedEvent(systemClock.nowMs(), { data: bounce });
    const whole = JSON.stringify(event);
    const forged = await signedEvent(systemClock.nowMs(), {
      data: bounce,
      signature: "0".repeat(64),
    });
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const cases: [answer: Promise<Response>, status: number, code: string][] = [
      [post(mail, forged), 403, "report_unproven"],
      [post(mail, {}), 403, "report_unproven"],
      [post(mail, `{"__proto__":${whole}}`), 403, "report_unproven"],
      [post(mail, whole.slice(0, -1)), 400, "invalid_body"],
      [post(mail, [event]), 400, "invalid_body"],
      [post(mail, { ...event, "event-data": {} }), 400, "invalid_body"],
      [post(mail, { ...event, padding: "x".repeat(BODY_BYTES_MAX) }), 413, "body_too_large"],
      [post(mail, "event=delivered", form), 415, "unsupported_media_type"],
    ];
    for (const [answer, ...expected] of cases) {
      expect(await problemOf(await answer)).toEqual(expected);
    }
    expect(await table()).toEqual([]);
    expect(await database.sql`select from mail_suppressions`).toHaveLength(0);
    expect((await post(mail, event)).status).toBe(200);
  });

  test("is 404 where no mail provider tells anything", async () => {
    await using served = serve({ mailEvents: null });
    const event = await signedEvent(systemClock.nowMs());
    expect(await problemOf(await post(`${served.url}/webhooks/mail`, event))).toEqual([
      404,
      "not_found",
    ]);
  });
});
