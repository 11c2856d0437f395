import { expect, test } from "bun:test";
import { parseMailApiUrl } from "../../../src/adapters/mail-api/mail-api-url.ts";

test.each([
  [
    "https://api:key-1@api.mailgun.net/v3/river.example",
    "https://api.mailgun.net/v3/river.example",
  ],
  ["https://api:key-1@api.eu.mailgun.net/v3/a.example/", "https://api.eu.mailgun.net/v3/a.example"],
  ["https://api:key-1@mail.example:8443/gun/v3/a", "https://mail.example:8443/gun/v3/a"],
])("%s is read without its key in the address", (url, address) => {
  const account = { messagesUrl: `${address}/messages`, user: "api", key: "key-1" };
  expect(parseMailApiUrl(url)).toEqual({ kind: "account", account });
});

test("a key may hold what an address may not", () => {
  const parsed = parseMailApiUrl("https://api:a%2Fb%40c@mail.example/v3/river.example");
  expect(parsed.kind === "account" && parsed.account.key).toBe("a/b@c");
});

test.each([
  ["mail.example/v3/river.example", "begins with"],
  ["http://api:k@mail.example/v3/river.example", "begins with"],
  ["https://api:k@mail.example", "/v3/"],
  ["https://api:k@mail.example/v3", "/v3/"],
  ["https://api:k@mail.example/v3/", "/v3/"],
  ["https://api:k@mail.example/v3/river.example/messages", "/v3/"],
  ["https://api:k@mail.example/v3/river.example?x=1", "behind"],
  ["https://api:k@mail.example/v3/river.example#x", "behind"],
  ["https://mail.example/v3/river.example", "key"],
  ["https://key-1@mail.example/v3/river.example", "key"],
  ["https://api:100%zz@mail.example/v3/river.example", "percent-encoded"],
])("%s is refused, and the sentence tells why", (url, why) => {
  const parsed = parseMailApiUrl(url);
  expect(parsed).toEqual({ kind: "invalid", reason: expect.stringContaining(why) });
});
