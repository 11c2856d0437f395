import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { until } from "../fault/service-under-fault.ts";
import { TICKET_KEY } from "../http/serve.ts";
import { requestHead } from "../support/raw-http.ts";
import { EdgeProcess } from "./edge-process.ts";

/** How a client keeps a connection busy with as little as it can. */
interface Dawdler {
  readonly first: string;
  /** Sent once a second from then on. */
  readonly drip: string;
  /** Of the answer it gets before it is cut off; null for none. */
  readonly status: number | null;
}

const CODES = requestHead("POST /api/v1/events/boi-mela/codes", {
  "content-type": "application/json",
  "content-length": "1000",
});
const CHUNKED_CODES = CODES.replace("content-length: 1000", "transfer-encoding: chunked");
const OPEN_HEAD = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n";

/** RFC 9110, 15.5.9: 408 where there is a request to answer, else the connection just ends. */
const DAWDLERS: readonly Dawdler[] = [
  { first: `${OPEN_HEAD}X-A: `, drip: "a", status: null },
  { first: OPEN_HEAD, drip: "X-A: b\r\n", status: null },
  { first: CODES, drip: " ", status: 408 },
  { first: CHUNKED_CODES, drip: "1\r\n \r\n", status: 408 },
  { first: requestHead("POST /nothing", { "content-length": "1000" }), drip: " ", status: 404 },
];
const DAWDLERS_EACH = 400;
const OTHERS_EACH = 100;
/** Theirs, ours and the honest, with room. */
const HANDLES_MIN = 4_096;
/** The idle timeout and the request's deadline are 10 s; Bun looks at the clock of a socket every four. */
const PATIENCE_MS = 40_000;
const STALLED_COUNT = 2_000;
/** A quarter of what they ask for and leave. The system keeps what a ticket takes, so that we need not. */
const STALLED_BYTES_MAX = 64 * 1024 * 1024;

test(
  "2,000 clients that dribble heads and bodies, and more that say or read nothing, are cut off by their deadlines; the honest are answered meanwhile",
  async () => {
    requireHandles(HANDLES_MIN);
    await using edge = await EdgeProcess.start(HANDLES_MIN);
    const handlesBefore = edge.handleCount;
    const crowd = DAWDLERS.flatMap((dawdler) => many(DAWDLERS_EACH, () => dawdle(edge, dawdler)));
    const dawdling = Promise.all(crowd);
    await using rest = await openOthers(edge.url);
    expect(rest.count).toBe(3 * OTHERS_EACH);
    await until("all sockets of the attack", () => edge.handleCount > crowd.length);

    let isOver = false;
    const ended = dawdling.finally(() => {
      isOver = true;
    });
    const honest: number[] = [];
    while (!isOver) {
      const asked = many(10, () => fetch(`${edge.url}/healthz`, { keepalive: false }));
      for (const { status } of await Promise.all(asked)) honest.push(status);
      await Bun.sleep(50);
    }
    expect(honest.length).toBeGreaterThan(100);
    expect(honest.filter((status) => status !== 200)).toEqual([]);

    for (const { dawdler, status } of await ended) expect(status).toBe(dawdler.status);
    await until("every handle is free", () => edge.handleCount <= handlesBefore, PATIENCE_MS);
  },
  2 * PATIENCE_MS,
);

test("2,000 clients that ask for tickets and read none take no memory that lasts; others are served", async () => {
  requireHandles(HANDLES_MIN);
  await using edge = await EdgeProcess.start(HANDLES_MIN);
  const handlesBefore = edge.handleCount;
  const bytesBefore = edge.residentBytes;
  const stalled = await Promise.all(many(STALLED_COUNT, () => stall(edge.url)));
  await until("all of them", () => edge.handleCount > STALLED_COUNT);
  for (let count = 0; count < 100; count += 1) {
    expect((await fetch(`${edge.url}/e/boi-mela`, { keepalive: false })).status).toBe(200);
  }
  const isGivenBack = () => edge.residentBytes - bytesBefore < STALLED_BYTES_MAX;
  await until("memory is given back while they stall", isGivenBack);
  expect(edge.handleCount).toBeGreaterThan(STALLED_COUNT);
  for (const socket of stalled) socket.terminate();
  await until("every handle is free", () => edge.handleCount <= handlesBefore);
});

function requireHandles(countMin: number): void {
  const [, soft = ""] =
    /^Max open files\s+(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
  if (soft === "unlimited" || Number(soft) >= countMin) return;
  throw new Error(`this test needs ${countMin} file handles, and ulimit -n allows ${soft}`);
}

function many<Value>(count: number, make: () => Value): Value[] {
  return Array.from({ length: count }, make);
}

interface Dawdled {
  readonly dawdler: Dawdler;
  readonly status: number | null;
}

/** Resolves when the server has closed the connection; throws when it has not in time. */
async function dawdle({ url }: EdgeProcess, dawdler: Dawdler): Promise<Dawdled> {
  const closed = Promise.withResolvers<void>();
  let received = "";
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port: Number(new URL(url).port),
    socket: {
      data: (_, data) => void (received += data.toString("latin1")),
      close: () => closed.resolve(),
      error: () => closed.resolve(),
    },
  });
  socket.write(dawdler.first);
  const dripping = setInterval(() => socket.write(dawdler.drip), 1_000);
  const givingUp = setTimeout(() => {
    closed.reject(new Error(`still open after ${PATIENCE_MS} ms: ${dawdler.first}`));
    socket.terminate();
  }, PATIENCE_MS);
  await closed.promise.finally(() => {
    clearInterval(dripping);
    clearTimeout(givingUp);
  });
  const status = /^HTTP\/1\.1 (\d{3})/.exec(received)?.[1];
  return { dawdler, status: status === undefined ? null : Number(status) };
}

/** Sockets that never say a word, that end in the middle of a head, and that ask for tickets and read none of them. */
async function openOthers(url: string): Promise<AsyncDisposable & { readonly count: number }> {
  const { port } = new URL(url);
  const connect = (open: (socket: Bun.Socket<undefined>) => void) =>
    Bun.connect({
      hostname: "127.0.0.1",
      port: Number(port),
      socket: { open, data() {}, error() {} },
    });
  const sockets = await Promise.all([
    ...many(OTHERS_EACH, () => connect(() => {})),
    ...many(OTHERS_EACH, () =>
      connect((socket) => {
        socket.write(OPEN_HEAD);
        socket.shutdown();
      }),
    ),
    ...many(OTHERS_EACH, () => stall(url)),
  ]);
  return {
    count: sockets.length,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.terminate();
    },
  };
}

/** Asks for a ticket and reads nothing of it. */
function stall(url: string): Promise<Bun.Socket<undefined>> {
  return Bun.connect({
    hostname: "127.0.0.1",
    port: Number(new URL(url).port),
    socket: {
      open(socket) {
        socket.pause();
        socket.write(requestHead(`GET /t/${TICKET_KEY}/tickets.pdf`));
      },
      data() {},
      error() {},
    },
  });
}
