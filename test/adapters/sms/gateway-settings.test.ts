import { expect, test } from "bun:test";
import { join } from "node:path";
import { parseGateway } from "../../../src/adapters/sms/gateway-settings.ts";
import { gatewayFile, POLICY, settingsOf } from "./make-gateway.ts";

function faultsOf(
  changes: Readonly<Record<string, unknown>>,
  isProduction = true,
): readonly string[] {
  const parse = parseGateway(gatewayFile(changes), { ...POLICY, isProduction });
  return parse.kind === "invalid" ? parse.faults : [];
}

const success = { statuses: [200] };
const form = { "content-type": "application/x-www-form-urlencoded" };

const FAULTY: readonly [changes: Readonly<Record<string, unknown>>, fault: string | RegExp][] = [
  [{ name: undefined }, "name: is missing; must be a text"],
  [{ methode: "GET" }, "methode: no such key; did you mean method?"],
  [{ method: "DELETE" }, "method: is none of POST, GET"],
  [{ method: "GET" }, "body: a GET has none"],
  [{ url: undefined }, "url: is missing; must be a text"],
  [{ url: "gateway.example/send" }, /^url: is not an address/],
  [{ url: "ftp://gateway.example/send" }, /^url: is not an address/],
  [{ url: "https://{to}.example/send" }, /^url: is not an address/],
  [{ url: "https://user:password@gateway.example/" }, /^url: is not an address/],
  [{ url: "https://gateway.example/#x" }, /^url: is not an address/],
  [{ url: "https://gateway.example:99999/" }, /^url: is not an address/],
  [
    { url: "http://gateway.example/send" },
    "url: begins with http:// where production needs https://",
  ],
  [{ url: "https://gateway.example/{text}" }, "url: {text} goes behind the ?"],
  [{ headers: [] }, "headers: must be an object { … }"],
  [{ headers: { a: 1 } }, "headers.a: must be a text"],
  [{ headers: { a: "{text}" } }, "headers.a: a header cannot carry {text}"],
  [{ headers: { "a b": "c" } }, "headers.a b: is no header that can be sent"],
  [{ headers: { a: "b\r\nc: d" } }, "headers.a: is no header that can be sent"],
  [{ headers: { a: "${NOT_THERE}" } }, "headers.a: names NOT_THERE, a setting that is not there"],
  [
    { body: { to: "{to}", text: "{txt} {text}" } },
    /^body\.text: knows no \{txt\}; known are \{to\}/,
  ],
  [{ body: { to: "{to}" } }, "the file: no {text} in url or body"],
  [{ body: undefined }, "the file: no {text} in url or body"],
  [{ body: { text: "{text}" } }, "the file: no {to} or {toDigits} in url or body"],
  [{ body: "to={to}&text={text}" }, /^body: a text needs the header content-type/],
  [{ headers: form, body: { to: "{to}", text: "{text}" } }, /^body: a form is a text/],
  [
    { headers: { "content-type": "application/json" }, body: '{"to": {to}, "text": "{text}"}' },
    /^body: is not JSON; a blank stands inside a string/,
  ],
  [{ success: undefined }, "success: is missing; must be an object { … }"],
  [{ success: {} }, "success.statuses: is missing; must be a list [ … ]"],
  [{ success: { statuses: [404] } }, "success.statuses[0]: must be a whole number from 200 to 299"],
  [{ success: { ...success, equals: "0" } }, "success.equals: needs a path to what is compared"],
  [{ success: { ...success, path: "a..b" } }, "success.path: is no path like messages.0.status"],
  [
    { success: { ...success, path: "a", equals: {} } },
    /^success\.equals: must be a text, a number/,
  ],
  [
    { success: { ...success, path: "a", equals: [] } },
    /^success\.equals: must be a text, a number/,
  ],
  [
    { success: { ...success, path: "a", retryEquals: 1 } },
    "success.retryEquals: needs equals as well",
  ],
  [{ idPath: 7 }, "idPath: must be a text"],
  [{ retryStatuses: [200] }, "retryStatuses[0]: must be a whole number from 400 to 599"],
  [{ timeoutMs: 60_000 }, "timeoutMs: must be a whole number from 500 to 10000"],
];

test.each(FAULTY)("%j is refused", (changes, fault) => {
  const faults = faultsOf(changes);
  expect(faults.length, faults.join("\n")).toBeGreaterThan(0);
  if (typeof fault === "string") expect(faults).toContain(fault);
  else
    expect(
      faults.some((found) => fault.test(found)),
      faults.join("\n"),
    ).toBe(true);
});

test("all faults of a file are found at once", () => {
  expect(faultsOf({ name: "", url: "nowhere", timeoutMs: 1, idPath: [] })).toHaveLength(4);
});

test.each(["", "{", "[]", "7", "null"])("%p is no gateway file", (text) => {
  expect(parseGateway(text, POLICY).kind).toBe("invalid");
});

test("what is left out has its default", () => {
  const { request, answer, timeoutMs } = settingsOf();
  expect([request.method, timeoutMs]).toEqual(["POST", 8_000]);
  expect(answer.retryStatuses).toEqual(new Set([429, 503]));
});

test("plain http is for this machine alone in production, and for any in development", () => {
  for (const host of ["localhost", "127.0.0.1", "[::1]"]) {
    expect(faultsOf({ url: `http://${host}:9090/send` })).toEqual([]);
  }
  expect(faultsOf({ url: "http://localhost.example/send" })).toHaveLength(1);
  expect(faultsOf({ url: "http://gateway.example/send" }, false)).toEqual([]);
});

test("no fault and no listing of the settings shows a secret", () => {
  const headers = { "x-token": "${GATEWAY_TOKEN}\nx", "x-other": "{text} ${GATEWAY_TOKEN}" };
  const faults = faultsOf({ headers, body: { to: "{to} ${GATEWAY_TOKEN} {oops}" } });
  expect(faults.length).toBeGreaterThan(2);
  expect(faults.join()).not.toContain("s3cret");
  expect(Bun.inspect(settingsOf(), { depth: 9 }) + JSON.stringify(settingsOf())).not.toContain(
    "s3cret",
  );
});

test("every gateway file of the README is one", async () => {
  const page = await Bun.file(join(import.meta.dir, "../../../src/adapters/sms/README.md")).text();
  const files = [...page.matchAll(/^```json\n(.*?)^```/gms)].map(([, json]) => `${json}`);
  expect(files).toHaveLength(3);
  const policy = { ...POLICY, isProduction: true, settingOf: () => "given" };
  for (const file of files) expect(parseGateway(file, policy)).toMatchObject({ kind: "gateway" });
});
