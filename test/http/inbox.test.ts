import { expect, test } from "bun:test";
import { clientAddress, isForwarded, isLoopback } from "../../src/http/client-address.ts";
import { serve } from "./serve.ts";

const PATHS = ["/dev/inbox", "/dev/inbox.json", "/dev/inbox/m1/ticket%20one.pdf"];

test("the inbox shows what would have gone out, with links to what was attached", async () => {
  await using served = serve();
  expect(await (await fetch(`${served.url}/dev/inbox`)).text()).toBe("<h1>1 messages</h1>");
  const list = await fetch(`${served.url}/dev/inbox.json`);
  expect(list.headers.get("cache-control")).toBe("private, no-store");
  expect(await list.json()).toEqual([
    {
      id: "m1",
      kind: "mail",
      to: "rahim@example.org",
      subject: "Your ticket",
      text: "Here it is",
      attachments: [
        {
          filename: "ticket one.pdf",
          contentType: "application/pdf",
          bytes: 4,
          url: "/dev/inbox/m1/ticket%20one.pdf",
        },
      ],
      at: "2026-11-22T12:00:00.000Z",
    },
  ]);
  const file = await fetch(`${served.url}/dev/inbox/m1/ticket%20one.pdf`);
  expect(await file.text()).toBe("%PDF");
  expect(file.headers.get("content-disposition")).toStartWith("attachment");
  expect((await fetch(`${served.url}/dev/inbox/m1/other.pdf`)).status).toBe(404);
});

test("where messages really go out there is no inbox", async () => {
  await using served = serve({ inbox: null });
  for (const path of PATHS) expect((await fetch(served.url + path)).status).toBe(404);
});

test("a request that came through a proxy finds no inbox", async () => {
  await using served = serve();
  const headers = [
    "forwarded",
    "x-forwarded-for",
    "cf-connecting-ip",
    "fly-client-ip",
    "x-real-ip",
    "via",
  ];
  for (const path of PATHS) {
    for (const name of headers) {
      const response = await fetch(served.url + path, { headers: { [name]: "127.0.0.1" } });
      expect(response.status).toBe(404);
    }
  }
  expect(isForwarded(new Request("http://localhost/"))).toBe(false);
});

test("only this machine's own addresses are loopback", () => {
  const addressed = (address: string) =>
    clientAddress(new Request("http://x/"), { requestIP: () => ({ address }) }, "direct");
  for (const address of ["127.0.0.1", "127.9.8.7", "::1", "::ffff:127.0.0.1"]) {
    expect(isLoopback(addressed(address))).toBe(true);
  }
  const strangers = [
    "",
    "10.0.0.1",
    "128.0.0.1",
    "127.0.0.1.evil",
    "::ffff:8.8.8.8",
    "::2",
    "1127.0.0.1",
  ];
  for (const address of strangers) expect(isLoopback(addressed(address))).toBe(false);
});

test("a client on an IPv4-mapped socket is loopback too", async () => {
  await using served = serve({ hostname: "::" });
  const { port } = new URL(served.url);
  expect((await fetch(`http://127.0.0.1:${port}/dev/inbox.json`)).status).toBe(200);
});
