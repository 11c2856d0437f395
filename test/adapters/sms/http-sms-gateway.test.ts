import { describe, expect, test } from "bun:test";
import type { Phone } from "../../../src/attendee/phone.ts";
import type { SmsMessage } from "../../../src/delivery/ports.ts";
import { smsGatewayContract } from "../../contract/sms-gateway.contract.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import type { Changes } from "./make-gateway.ts";
import { ANSWER_BYTES_MAX, makeGateway, serve } from "./make-gateway.ts";
import { startRawProvider } from "./raw-provider.ts";

const message: SmsMessage = { to: "+8801712345678" as Phone, text: "your code is 041295" };
const never = new AbortController().signal;
const byStatus: Changes = { success: { statuses: [200] }, idPath: undefined };
const accepted = JSON.stringify({ messages: [{ status: "0", id: "abc" }] });

interface Dialect {
  readonly name: string;
  readonly changes: Changes;
  readonly query: string;
  readonly read: (request: Request) => Promise<SmsMessage>;
}

/** What providers ask for: JSON, a form, or everything in the address. */
const DIALECTS: readonly Dialect[] = [
  {
    name: "JSON",
    changes: {},
    query: "",
    read: async (request) => (await request.json()) as SmsMessage,
  },
  {
    name: "a form",
    changes: {
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "to={to}&text={text}",
    },
    query: "",
    read: async (request) => messageOf(new URLSearchParams(await request.text())),
  },
  {
    name: "a GET",
    changes: { method: "GET", body: undefined },
    query: "?to={to}&text={text}",
    read: async (request) => messageOf(new URL(request.url).searchParams),
  },
];

for (const { name, changes, query, read } of DIALECTS) {
  smsGatewayContract(`The HTTP gateway with ${name}`, async () => {
    const received: SmsMessage[] = [];
    const server = serve(async (request) => {
      const sms = await read(request);
      if (sms.to === "+999") return Response.json({ error: "no such number" }, { status: 400 });
      received.push(sms);
      return Response.json({ messages: [{ status: 0, id: `id-${received.length}` }] });
    });
    return {
      gateway: makeGateway({ ...changes, url: `${server.url}${query}` }),
      received: async () => received,
      [Symbol.asyncDispose]: () => server.stop(true),
    };
  });
}

function messageOf(fields: URLSearchParams): SmsMessage {
  return { to: `${fields.get("to")}` as Phone, text: `${fields.get("text")}` };
}

async function outcomeOf(answer: Response, changes: Changes = {}) {
  const server = serve(() => answer);
  try {
    return await makeGateway({ ...changes, url: `${server.url}` }).send(message, never);
  } finally {
    await server.stop(true);
  }
}

function head(...lines: readonly string[]): string {
  return ["HTTP/1.1 200 OK", ...lines, "", ""].join("\r\n");
}

describe("The HTTP gateway and a provider that answers", () => {
  test("carries its headers, secrets included", async () => {
    const seen: (string | null)[] = [];
    const server = serve((request) => {
      seen.push(request.headers.get("x-token"), request.headers.get("content-type"));
      return new Response(accepted);
    });
    const outcome = await makeGateway({ url: `${server.url}` }).send(message, never);
    await server.stop(true);
    expect(outcome).toEqual({ kind: "accepted", providerId: "abc" });
    expect(seen).toEqual(['s3cret "&" token', "application/json"]);
  });

  test("gives each message an id of its own, and names it where the provider names none", async () => {
    const ids: string[] = [];
    const server = serve(async (request) => {
      ids.push(`${request.headers.get("idempotency-key")}`);
      return new Response("queued");
    });
    const gateway = makeGateway({
      ...byStatus,
      url: `${server.url}`,
      headers: { "idempotency-key": "{id}" },
    });
    const outcomes = [await gateway.send(message, never), await gateway.send(message, never)];
    await server.stop(true);
    expect(outcomes).toEqual(ids.map((providerId) => ({ kind: "accepted", providerId })));
    expect(new Set(ids).size).toBe(2);
  });

  test.each([
    [429, "throttled", "7", 7_000],
    [429, "throttled", "99999999999999999999", 3_600_000],
    [429, "throttled", "", 0],
    [503, "retry", "Mon, 23 Nov 2026 12:00:30 GMT", 30_000],
  ] as const)(
    "%d is %s, after Retry-After: %s and never a wait beyond the bound",
    async (...row) => {
      const [status, kind, retryAfter, afterMs] = row;
      const server = serve(
        () => new Response("slow down", { status, headers: { "retry-after": retryAfter } }),
      );
      const clock = new ManualClock(Date.UTC(2026, 10, 23, 12));
      const outcome = await makeGateway({ url: `${server.url}` }, clock).send(message, never);
      await server.stop(true);
      expect(outcome).toEqual({ kind, afterMs, reason: `the gateway answered ${status}` });
    },
  );

  test("keeps its connection through a storm of refusals", async () => {
    let connectionCount = 0;
    await using provider = await startRawProvider({
      onConnection: () => (connectionCount += 1),
      onRequest: (socket) =>
        socket.write("HTTP/1.1 429 Too Many Requests\r\ncontent-length: 9\r\n\r\nslow down"),
    });
    const gateway = makeGateway({ url: provider.url });
    for (let count = 0; count < 10; count += 1) {
      expect((await gateway.send(message, never)).kind).toBe("throttled");
    }
    expect(connectionCount).toBe(1);
  });

  test("does not follow a redirect, so that number and text go nowhere else", async () => {
    let strayCount = 0;
    const elsewhere = serve(() => {
      strayCount += 1;
      return new Response(accepted);
    });
    for (const status of [301, 303, 307, 308]) {
      const answer = new Response(null, { status, headers: { location: `${elsewhere.url}` } });
      expect((await outcomeOf(answer)).kind).toBe("refused");
    }
    await elsewhere.stop(true);
    expect(strayCount).toBe(0);
  });

  test("takes a page in place of JSON for no proof of anything", async () => {
    const page = new Response("<!doctype html><title>Welcome</title>");
    expect((await outcomeOf(page)).kind).toBe("unknown");
  });

  test("reads a long answer no further than its bound (invariant 8)", async () => {
    let pulledBytes = 0;
    const endless = () =>
      new ReadableStream({
        pull(controller) {
          pulledBytes += 16 * 1024;
          controller.enqueue(new Uint8Array(16 * 1024).fill(32));
        },
      });
    expect((await outcomeOf(new Response(endless()))).kind).toBe("unknown");
    expect((await outcomeOf(new Response(endless()), byStatus)).kind).toBe("accepted");
    expect(pulledBytes).toBeLessThan(500 * ANSWER_BYTES_MAX);
  });

  test("is not swollen by a small answer that unpacks to a large one", async () => {
    const bomb = Bun.gzipSync(new Uint8Array(100 * ANSWER_BYTES_MAX));
    const answer = new Response(bomb, { headers: { "content-encoding": "gzip" } });
    expect((await outcomeOf(answer)).kind).toBe("unknown");
  });
});

describe("The HTTP gateway and a connection that breaks", () => {
  test("tries again when nobody listens, for nothing was sent", async () => {
    const server = serve(() => new Response(accepted));
    const gateway = makeGateway({ url: `${server.url}` });
    await server.stop(true);
    expect(await gateway.send(message, never)).toEqual({
      kind: "retry",
      afterMs: 0,
      reason: "the connection failed (ECONNREFUSED)",
    });
  });

  test("does not know what became of a request that was read and not answered", async () => {
    await using provider = await startRawProvider({ onRequest: (socket) => socket.destroy() });
    expect(await makeGateway({ url: provider.url }).send(message, never)).toEqual({
      kind: "unknown",
      reason: "the connection failed (ECONNRESET)",
    });
    expect(provider.requestCount()).toBe(1);
  });

  test("does not know either when the connection closes before it is read", async () => {
    await using provider = await startRawProvider({ onConnection: (socket) => socket.destroy() });
    expect((await makeGateway({ url: provider.url }).send(message, never)).kind).toBe("unknown");
  });

  test.each(["POST", "GET"])(
    "never sends a %s twice by itself over a connection it kept",
    async (method) => {
      await using provider = await startRawProvider({
        onRequest(socket, number) {
          if (number === 1)
            socket.write(`${head("content-length: 2", "connection: keep-alive")}ok`);
          else socket.destroy();
        },
      });
      const url = `${provider.url}?to={to}&text={text}`;
      const gateway = makeGateway({ ...byStatus, method, url, body: undefined });
      expect((await gateway.send(message, never)).kind).toBe("accepted");
      expect((await gateway.send(message, never)).kind).toBe("unknown");
      expect(provider.requestCount()).toBe(2);
    },
  );

  test("does not know what an answer that breaks off would have said, unless its status is enough", async () => {
    await using provider = await startRawProvider({
      onRequest: (socket) => socket.end(`${head("content-length: 99")}{"messages": [`),
    });
    const { url } = provider;
    expect((await makeGateway({ url }).send(message, never)).kind).toBe("unknown");
    expect((await makeGateway({ ...byStatus, url }).send(message, never)).kind).toBe("accepted");
  });

  test("does not take what is no HTTP for an answer", async () => {
    await using provider = await startRawProvider({
      onRequest: (socket) => socket.end("220 mail.example ESMTP\r\n"),
    });
    expect((await makeGateway({ url: provider.url }).send(message, never)).kind).toBe("unknown");
  });
});

describe("The HTTP gateway and a provider that takes its time", () => {
  const timeoutMs = 3_000;

  test("gives up on one that takes the request and hangs, knowing nothing", async () => {
    await using provider = await startRawProvider({});
    const clock = new ManualClock();
    const sending = makeGateway({ url: provider.url, timeoutMs }, clock).send(message, never);
    await provider.requests(1);
    await clock.advance(timeoutMs);
    const reason = "no answer within 3000 ms";
    expect(await sending).toEqual({ kind: "unknown", reason });
    expect(clock.timerCount).toBe(0);
  });

  test("gives up on a body that drips, and keeps what the status said", async () => {
    const other = serve(() => new Response("later"));
    for (const [changes, kind] of [
      [{}, "unknown"],
      [byStatus, "accepted"],
    ] as const) {
      const written = Promise.withResolvers<void>();
      await using provider = await startRawProvider({
        onRequest: (socket) =>
          socket.write(`${head("content-length: 99")}{`, () => written.resolve()),
      });
      const clock = new ManualClock();
      const gateway = makeGateway({ ...changes, url: provider.url, timeoutMs }, clock);
      const sending = gateway.send(message, never);
      await written.promise;
      // One client reads all sockets in turn: an answer that was written later has let it read this head.
      await (await fetch(`${other.url}`)).text();
      await clock.advance(timeoutMs);
      expect((await sending).kind).toBe(kind);
    }
    await other.stop(true);
  });

  test("ends soon when it is told to stop, knowing nothing", async () => {
    await using provider = await startRawProvider({});
    const controller = new AbortController();
    const sending = makeGateway({ url: provider.url }).send(message, controller.signal);
    await provider.requests(1);
    controller.abort();
    expect(await sending).toEqual({ kind: "unknown", reason: "cut off by a stop" });
  });
});

test("no outcome quotes number, text, address or secret (invariant 10)", async () => {
  await using provider = await startRawProvider({ onRequest: (socket) => socket.destroy() });
  const url = `${provider.url}?key=\${GATEWAY_TOKEN}&to={to}&text={text}`;
  const outcome = await makeGateway({ url }).send(message, never);
  expect(JSON.stringify(outcome)).not.toMatch(/880171|041295|127\.0\.0\.1|s3cret/);
});

test("a thousand sends at once reach the provider once each, and each learns its own id", async () => {
  const taken: string[] = [];
  const server = serve(async (request) => {
    const { to } = (await request.json()) as SmsMessage;
    taken.push(to);
    return Response.json({ messages: [{ status: 0, id: `id of ${to}` }] });
  });
  const gateway = makeGateway({ url: `${server.url}` });
  const phones = Array.from(
    { length: 1_000 },
    (_, index) => `+${8_801_712_000_000 + index}` as Phone,
  );
  const outcomes = await Promise.all(
    phones.map((to) => gateway.send({ to, text: message.text }, never)),
  );
  await server.stop(true);
  expect(outcomes).toEqual(phones.map((to) => ({ kind: "accepted", providerId: `id of ${to}` })));
  expect(taken.toSorted()).toEqual(phones.toSorted());
});
