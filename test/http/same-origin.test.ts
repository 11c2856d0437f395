import { expect, test } from "bun:test";
import { post, serve } from "./serve.ts";

const CALLS = {
  codes: { phone: "1" },
  verifications: { phone: "1", challenge: "c", code: "1" },
  registrations: { name: "R", email: "r@example.org", verification: "v" },
};

const CASES: readonly [headers: Readonly<Record<string, string>>, isTaken: boolean][] = [
  [{}, true],
  [{ origin: "https://tickets.example.org" }, true],
  [{ "sec-fetch-site": "same-origin", origin: "https://tickets.example.org" }, true],
  [{ "sec-fetch-site": "same-origin", origin: "http://localhost:3000" }, true],
  [{ "sec-fetch-site": "none" }, true],
  [{ "sec-fetch-site": "cross-site" }, false],
  [{ "sec-fetch-site": "cross-site", origin: "https://tickets.example.org" }, false],
  [{ "sec-fetch-site": "same-site", origin: "https://blog.example.org" }, false],
  [{ "sec-fetch-site": "" }, false],
  [{ origin: "https://evil.example" }, false],
  [{ origin: "http://tickets.example.org" }, false],
  [{ origin: "https://tickets.example.org.evil.example" }, false],
  [{ origin: "https://tickets.example.org:8443" }, false],
  [{ origin: "null" }, false],
  [{ origin: "" }, false],
];

test.each(CASES)("a POST with %o is taken: %p", async (headers, isTaken) => {
  await using served = serve();
  for (const [call, body] of Object.entries(CALLS)) {
    const response = await post(`${served.url}/api/v1/events/boi-mela/${call}`, body, headers);
    expect([call, response.status < 300]).toEqual([call, isTaken]);
    if (!isTaken) {
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ code: "cross_site" });
    }
  }
  const { codes, verifications, registrations } = served.asked;
  const askedCount = codes.length + verifications.length + registrations.length;
  expect(askedCount).toBe(isTaken ? 3 : 0);
});

test("a page at the service's own address is its own, whatever the public one", async () => {
  await using served = serve();
  const codes = `${served.url}/api/v1/events/boi-mela/codes`;
  expect((await post(codes, { phone: "1" }, { origin: served.url })).status).toBe(202);
});

test("no other origin is ever let in by CORS", async () => {
  await using served = serve();
  const preflight = await fetch(`${served.url}/api/v1/events/boi-mela/codes`, {
    method: "OPTIONS",
    headers: {
      origin: "https://evil.example",
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
    },
  });
  expect(preflight.status).toBe(405);
  const names = [...preflight.headers.keys()];
  expect(names.filter((name) => name.startsWith("access-control"))).toEqual([]);
});
