import { afterAll, beforeAll, expect, test } from "bun:test";
import { CrowdSms } from "../fault/crowd-sms.ts";
import { faultEnvironment, startUnderFault, until } from "../fault/service-under-fault.ts";
import { saleDraft, storeEvent } from "../support/harness.ts";
import type { TestDatabase } from "../support/postgres.ts";
import { freshDatabase } from "../support/postgres.ts";
import type { ServiceProcess } from "../support/service-process.ts";
import { EdgeProcess } from "./edge-process.ts";

const HOT_COUNT = 10_000;
const NEIGHBOUR_COUNT = 200;
const BLOCK_MS = 500;

let database: TestDatabase;
let sms: CrowdSms;
let service: ServiceProcess;

beforeAll(async () => {
  database = await freshDatabase();
  await storeEvent(database.url, [saleDraft(Date.now())]);
  sms = new CrowdSms();
  const environment = faultEnvironment(sms, { DATABASE_URL: database.url });
  service = (await startUnderFault({ ...environment, TRUST_PROXY: "fly" })).service;
});

afterAll(async () => {
  await service.end();
  sms[Symbol.dispose]();
  await database[Symbol.asyncDispose]();
});

/** Each in a range of numbers of its own: of one range, not many are sent codes that nobody types. */
function phone(index: number): string {
  return `+88017${String(10_000 * (1_000 + index))}`;
}

/** Only the status; nobody types these codes. */
async function askCode(of: string, from: string): Promise<number> {
  const response = await fetch(`${service.url}/api/v1/events/mela/codes`, {
    method: "POST",
    headers: { "content-type": "application/json", "fly-client-ip": from },
    body: JSON.stringify({ phone: of }),
  });
  await response.arrayBuffer();
  return response.status;
}

function askCodes(first: number, count: number): Promise<number>[] {
  return Array.from({ length: count }, (_, index) =>
    askCode(phone(first + index), `198.51.100.${index % 250}`),
  );
}

test("one phone asked for 10,000 times is sent one code; its neighbours are all sent theirs", async () => {
  const hot = Array.from({ length: HOT_COUNT }, () => askCode(phone(0), "203.0.113.9"));
  const neighbours = askCodes(1, NEIGHBOUR_COUNT);
  expect(countsOf(await Promise.all(neighbours))).toEqual({ 202: NEIGHBOUR_COUNT });
  const {
    202: sent,
    403: unproven = 0,
    429: tooSoon = 0,
    503: shed = 0,
  } = countsOf(await Promise.all(hot));
  expect([sent, unproven + tooSoon + shed]).toEqual([1, HOT_COUNT - 1]);
});

test("a process that stands still for half a second answers what was under way, or sheds it, and goes on", async () => {
  let answeredCount = 0;
  const asked = askCodes(1_000, NEIGHBOUR_COUNT).map((answer) =>
    answer.finally(() => {
      answeredCount += 1;
    }),
  );
  await until("the first answers", () => answeredCount > 0);
  service.signal("SIGSTOP");
  const answeredBefore = answeredCount;
  await Bun.sleep(BLOCK_MS);
  service.signal("SIGCONT");
  const { 202: sent = 0, 503: shed = 0 } = countsOf(await Promise.all(asked));
  expect(answeredBefore).toBeLessThan(NEIGHBOUR_COUNT);
  expect(sent + shed).toBe(NEIGHBOUR_COUNT);
  const later = await Promise.all(askCodes(2_000, NEIGHBOUR_COUNT));
  expect(countsOf(later)).toEqual({ 202: NEIGHBOUR_COUNT });
});

function countsOf(statuses: readonly number[]): Readonly<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

const HANDLE_COUNT_MAX = 128;

/**
 * Where no handle is left, Bun 1.4.5 leaves new connections with the system, which keeps a queue of them and refuses
 * more. Nobody who is connected notices, and whoever waits is served as soon as somebody goes.
 */
test("with no file handle left, those who are connected are served, and the others once there is room", async () => {
  await using edge = await EdgeProcess.start(HANDLE_COUNT_MAX);
  const kept = await openKeptAlive(edge.url);
  expect(await kept.ask()).toBe(200);
  const hogs = await Promise.all(
    Array.from({ length: 2 * HANDLE_COUNT_MAX }, () => connect(edge.url, () => {}, "GET /")),
  );
  await until("no handle is left", () => edge.handleCount === HANDLE_COUNT_MAX);
  const waiting = fetch(`${edge.url}/healthz`, { keepalive: false });
  for (let count = 0; count < 10; count += 1) expect(await kept.ask()).toBe(200);
  expect(edge.handleCount).toBe(HANDLE_COUNT_MAX);
  for (const hog of hogs) hog.terminate();
  expect((await waiting).status).toBe(200);
  kept.close();
  await until("every handle is free", () => edge.handleCount < HANDLE_COUNT_MAX / 2);
  expect((await fetch(`${edge.url}/e/boi-mela`, { keepalive: false })).status).toBe(200);
});

interface KeptAlive {
  /** One request after another on the same connection; resolves with the status. */
  ask(): Promise<number>;
  close(): void;
}

async function openKeptAlive(url: string): Promise<KeptAlive> {
  let answered: (status: number) => void = () => {};
  const socket = await connect(url, (text) => answered(Number(text.split(" ")[1])));
  return {
    ask() {
      const { promise, resolve } = Promise.withResolvers<number>();
      answered = resolve;
      socket.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
      return promise;
    },
    close: () => socket.terminate(),
  };
}

function connect(url: string, heard: (text: string) => void, first = "") {
  return Bun.connect({
    hostname: "127.0.0.1",
    port: Number(new URL(url).port),
    socket: {
      open: (socket) => void socket.write(first),
      data: (_, data) => heard(data.toString("latin1")),
      error() {},
    },
  });
}
