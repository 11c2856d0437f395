import { expect, test } from "bun:test";
import { systemClock } from "../../src/actor/clock.ts";
import { Deadlines } from "../../src/actor/deadlines.ts";
import { requestHead, sendRaw } from "../support/raw-http.ts";
import { serve, TICKET_KEY } from "./serve.ts";

const CODES = "/api/v1/events/boi-mela/codes";

test("half a body is 408 timeout at the deadline and the connection is closed", async () => {
  await using served = serve({ readDeadline: new Deadlines(systemClock, 50) });
  const json = { "content-type": "application/json" };
  const declared = requestHead(`POST ${CODES}`, { ...json, "content-length": "100" });
  const chunked = requestHead(`POST ${CODES}`, { ...json, "transfer-encoding": "chunked" });
  for (const bytes of [declared, `${declared}{"pho`, chunked, `${chunked}5\r\n{"pho\r\n`]) {
    const answer = await sendRaw(served.url, bytes);
    expect([answer.status, answer.headers.get("connection")]).toEqual([408, "close"]);
    expect(JSON.parse(answer.body)).toMatchObject({ code: "timeout" });
  }
  expect(served.asked.codes).toEqual([]);
  expect(served.server.pendingRequests).toBe(0);
});

test("a database that does not answer a read is 503 at the deadline", async () => {
  await using served = serve({
    readDeadline: new Deadlines(systemClock, 50),
    tickets: { findTicket: () => new Promise(() => {}) },
  });
  const response = await fetch(`${served.url}/t/${TICKET_KEY}`);
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "2"]);
});

test("a client that leaves in the middle of its body troubles nobody", async () => {
  await using served = serve();
  const head = { "content-type": "application/json", "content-length": "100" };
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port: Number(new URL(served.url).port),
    socket: { data() {} },
  });
  socket.write(`${requestHead(`POST ${CODES}`, head)}{"pho`);
  socket.flush();
  while (served.server.pendingRequests === 0) await Bun.sleep(1);
  socket.terminate();
  while (served.server.pendingRequests > 0) await Bun.sleep(1);
  expect(served.asked).toMatchObject({ codes: [], logged: [] });
});
