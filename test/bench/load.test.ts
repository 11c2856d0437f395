import { expect, test } from "bun:test";
import { addressOf, requestBytes } from "../../bench/harness/http-request.ts";
import { type LoadOptions, type LoadReport, runLoad } from "../../bench/harness/load.ts";

/** A server in this process that answers as told. */
function serve(fetch: (request: Request) => Response | Promise<Response>): Bun.Server<undefined> {
  return Bun.serve({ hostname: "127.0.0.1", port: 0, fetch });
}

const OPTIONS = {
  connectionCount: 2,
  pace: { kind: "closed" },
  durationMs: 60_000,
  timeoutMs: 10_000,
} as const;

function load(server: Bun.Server<undefined>, changes: Partial<LoadOptions>): Promise<LoadReport> {
  return runLoad({ ...OPTIONS, url: server.url.origin, next: times(Infinity), ...changes });
}

/** The same request so many times. */
function times(count: number, path = "/"): LoadOptions["next"] {
  let left = count;
  return () => {
    if (left === 0) return null;
    left -= 1;
    const get = { method: "GET", path, headers: {}, body: "" } as const;
    return { call: "page", bytes: requestBytes(get, "127.0.0.1") };
  };
}

test("every request is sent once and counted by its status", async () => {
  let served = 0;
  using server = serve(() => {
    served += 1;
    return new Response("x", { status: served % 2 === 0 ? 503 : 200 });
  });
  const report = await load(server, { next: times(1_000) });
  expect(served).toBe(1_000);
  expect(report.calls["page"]?.statuses).toEqual({ "200": 500, "503": 500 });
  expect(report.calls["page"]?.latency.count).toBe(1_000);
  expect(report.errors).toEqual({});
});

test("at an open pace a stall is charged to all that fell due in it", async () => {
  const stallMs = 300;
  let served = 0;
  let stall = Promise.resolve();
  using server = serve(async () => {
    served += 1;
    if (served === 50) stall = Bun.sleep(stallMs);
    await stall;
    return new Response("x");
  });
  const report = await load(server, { pace: { kind: "open", ratePerS: 500 }, next: times(250) });
  const { latency } = report.calls["page"] ?? {};
  // 150 of 250 fell due while nothing was answered, 75 of them in its first half.
  expect(latency?.count).toBe(250);
  expect(latency?.p99Ms).toBeGreaterThan(stallMs / 2);
  expect(latency?.p50Ms).toBeGreaterThan(stallMs / 20);
  expect(report.offeredPerS).toBe(500);
});

test("what gets no answer is told by what happened, and stops nothing else", async () => {
  using server = serve(({ url }) =>
    url.endsWith("/silent") ? new Promise<Response>(() => {}) : new Response("x"),
  );
  const silent = await load(server, { next: times(2, "/silent"), timeoutMs: 50 });
  expect(silent.errors).toEqual({ timeout: 2 });
  const whole = await load(server, { next: times(2) });
  expect(whole.errors).toEqual({});
  await server.stop(true);
  const refused = await load(server, { next: times(2) });
  expect(refused.errors).toEqual({ refused: 2 });
});

test("a connection that ends in an answer is told from one that ends before", async () => {
  for (const [sent, error] of [
    ["HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nse", "broken"],
    ["", "closed"],
  ] as const) {
    using listener = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: { data: (socket) => void socket.end(sent) },
    });
    const url = `http://127.0.0.1:${listener.port}`;
    const report = await runLoad({ ...OPTIONS, url, next: times(3) });
    expect(report.errors).toEqual({ [error]: 3 });
  }
});

test("requests that fall due and find no connection to the end are told as unsent", async () => {
  using server = serve(() => new Promise<Response>(() => {}));
  const { errors } = await load(server, {
    pace: { kind: "open", ratePerS: 1_000 },
    durationMs: 100,
    timeoutMs: 150,
  });
  const { timeout = 0, unsent = 0 } = errors;
  expect(timeout).toBeGreaterThan(0);
  expect(unsent).toBeGreaterThan(0);
  expect(timeout + unsent).toBe(100);
});

test("clients' addresses are as many as there are clients, each in a network of its own", () => {
  const networks = Array.from({ length: 200_000 }, (_, index) =>
    JSON.stringify(addressOf(index)).replace(/\.\d+"}$/, ""),
  );
  expect(new Set(networks).size).toBe(networks.length);
});
