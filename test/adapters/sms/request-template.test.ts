import { describe, expect, test } from "bun:test";
import { assert, property, string } from "fast-check";
import type { BlankValues } from "../../../src/adapters/sms/template.ts";
import { httpWayOf } from "./make-gateway.ts";

const anyText = string({ unit: "binary", maxLength: 200 });
const hostile = [
  '"},{"to":"+1"',
  "&to=+1",
  "#x",
  "?a=b",
  "\\",
  "%00",
  "\r\nX: y",
  "{to}",
  "${SECRET}",
];

function forEveryText(check: (text: string) => void): void {
  for (const text of hostile) check(text);
  assert(property(anyText, check));
}

function values(text: string): BlankValues {
  return { to: "+8801712345678", toDigits: "8801712345678", text, id: "id-1" };
}

describe("No text can leave its place", () => {
  test("in a JSON value", () => {
    const { body } = httpWayOf({
      body: { sms: [{ to: "{to}", body: "<{text}>", count: 1, "{to}": null }], flash: false },
    }).request;
    const holds = (text: string) =>
      expect(JSON.parse(body?.(values(text)) ?? "")).toEqual({
        sms: [{ to: "+8801712345678", body: `<${text}>`, count: 1, "{to}": null }],
        flash: false,
      });
    forEveryText(holds);
  });

  test("in JSON written as a text", () => {
    const { body } = httpWayOf({
      headers: { "Content-Type": "application/json; charset=utf-8" },
      body: '{"n": {"to": "{toDigits}"}, "text": "{text}"}',
    }).request;
    const holds = (text: string) =>
      expect(JSON.parse(body?.(values(text)) ?? "")).toEqual({ n: { to: "8801712345678" }, text });
    forEveryText(holds);
  });

  test("in a form", () => {
    const { body } = httpWayOf({
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "key=${GATEWAY_TOKEN}&to={to}&text={text}&from=Mela",
    }).request;
    const holds = (text: string) =>
      expect([...new URLSearchParams(body?.(values(text)))]).toEqual([
        ["key", 's3cret "&" token'],
        ["to", "+8801712345678"],
        ["text", text.toWellFormed()],
        ["from", "Mela"],
      ]);
    forEveryText(holds);
  });

  test("in a URL", () => {
    const { url } = httpWayOf({
      method: "GET",
      body: undefined,
      url: "https://gateway.example:8443/{toDigits}/send?to={to}&text={text}&id={id}",
    }).request;
    const holds = (text: string) => {
      const { origin, pathname, searchParams, hash } = new URL(url.fill(values(text)));
      expect([origin, pathname, hash]).toEqual([
        "https://gateway.example:8443",
        "/8801712345678/send",
        "",
      ]);
      expect([...searchParams]).toEqual([
        ["to", "+8801712345678"],
        ["text", text.toWellFormed()],
        ["id", "id-1"],
      ]);
    };
    forEveryText(holds);
  });
});

test("a half surrogate, which UTF-8 cannot carry, goes as a replacement character", () => {
  const { url } = httpWayOf({
    method: "GET",
    body: undefined,
    url: "https://a.b/?t={text}&n={to}",
  }).request;
  expect(new URL(url.fill(values("a\uD800b"))).searchParams.get("t")).toBe("a\uFFFDb");
});

test("a JSON body brings its content type, unless the file has one of its own", () => {
  const typeOf = (headers: Record<string, string>) =>
    httpWayOf({ headers }).request.headers.map(([name, value]) => [name, value.fill(values(""))]);
  expect(typeOf({})).toEqual([["content-type", "application/json"]]);
  expect(typeOf({ "Content-Type": "application/vnd.x+json" })).toEqual([
    ["Content-Type", "application/vnd.x+json"],
  ]);
});
