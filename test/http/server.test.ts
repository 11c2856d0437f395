import { expect, test } from "bun:test";
import { PortInUseError } from "../../src/http/server.ts";
import { connectRaw, requestHead, sendRaw } from "../support/raw-http.ts";
import { post, seat, serve, TICKET_KEY } from "./serve.ts";

test("a port that is taken is refused by name, never shared", async () => {
  await using served = serve();
  const port = Number(new URL(served.url).port);
  expect(() => serve({ port })).toThrow(PortInUseError);
  expect(() => serve({ port })).toThrow(`port ${port} of 127.0.0.1 is in use`);
});

test("HEAD answers what GET does, without the body", async () => {
  await using served = serve();
  const ticket = `/t/${TICKET_KEY}`;
  const pages = ["/e/boi-mela", "/api/v1/events", "/api/v1/events/boi-mela", "/healthz", "/readyz"];
  const more = [
    "/api/v1/events/boi-mela/tick",
    ticket,
    `${ticket}/tickets.pdf`,
    `${ticket}/status`,
  ];
  const rest = ["/metrics", "/openapi.json", "/docs", "/dev/inbox", "/assets/a-1.js", "/nothing"];
  for (const path of [...pages, ...more, ...rest]) {
    const get = await fetch(served.url + path);
    const head = requestHead(`HEAD ${path}`, { connection: "close" });
    const answer = await sendRaw(served.url, head);
    expect([path, answer.status, answer.body]).toEqual([path, get.status, ""]);
    const length = (await get.arrayBuffer()).byteLength;
    expect([path, answer.headers.get("content-length")]).toEqual([path, String(length)]);
    for (const name of ["content-type", "cache-control"]) {
      expect([path, answer.headers.get(name)]).toEqual([path, get.headers.get(name) ?? undefined]);
    }
  }
});

test("health, readiness and metrics answer", async () => {
  await using served = serve();
  for (const path of ["/healthz", "/readyz"]) {
    expect(await (await fetch(served.url + path)).json()).toEqual({ status: "ok" });
  }
  const metrics = await fetch(`${served.url}/metrics`);
  expect(await metrics.text()).toBe("floodgate_up 1\n");
  expect(metrics.headers.get("content-type")).toStartWith("text/plain; version=0.0.4");
});

test("while draining or not ready, the process is alive but takes no new work", async () => {
  const codeOf = async (url: string) => {
    const answer = await fetch(`${url}/readyz`);
    return [answer.status, ((await answer.json()) as { code: string }).code];
  };
  await using draining = serve({ isDraining: () => true });
  expect(await codeOf(draining.url)).toEqual([503, "draining"]);
  expect((await fetch(`${draining.url}/healthz`)).status).toBe(200);
  await using starting = serve({ isReady: async () => false });
  expect(await codeOf(starting.url)).toEqual([503, "overloaded"]);
  await using lost = serve({ isReady: () => Promise.reject(new Error("away")) });
  expect(await codeOf(lost.url)).toEqual([503, "overloaded"]);
});

test("stopping waits for the request under way, closes the idle and takes no more", async () => {
  const asked = Promise.withResolvers<void>();
  const decided = Promise.withResolvers<void>();
  const unasked = () => Promise.reject(new Error("not asked"));
  const served = serve({
    registration: {
      requestCode: unasked,
      verify: unasked,
      confirm: async () => {
        asked.resolve();
        await decided.promise;
        return { kind: "registered", seat };
      },
    },
  });
  const { url } = served;
  const idle = connectRaw(url, requestHead("GET /healthz"));
  await idle.answered;
  const body = { name: "R", email: "r@example.org", verification: "v" };
  const answer = post(`${url}/api/v1/events/boi-mela/registrations`, body);
  await asked.promise;
  expect(served.server.pendingRequests).toBe(1);
  const stopped = served.server.stop();
  expect((await idle.closed).status).toBe(200);
  decided.resolve();
  expect((await answer).status).toBe(201);
  await stopped;
  expect(fetch(`${url}/healthz`)).rejects.toThrow();
});
