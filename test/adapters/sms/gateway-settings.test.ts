import { expect, test } from "bun:test";
import { join } from "node:path";
import { parseGateway } from "../../../src/adapters/sms/gateway-settings.ts";
import type { Changes } from "./make-gateway.ts";
import { gatewayFile, httpWayOf, POLICY, parsed, smppFile, twilioFile } from "./make-gateway.ts";

function faultsOf(file: string, isProduction = true): readonly string[] {
  const parse = parseGateway(file, { ...POLICY, isProduction });
  return parse.kind === "invalid" ? parse.faults : [];
}

const success = { statuses: [200] };
const form = { "content-type": "application/x-www-form-urlencoded" };

const balance = { method: "GET", url: "https://gateway.example/balance", path: "left" };
const signature = { header: "x-signature", encoding: "hex" };
const report = {
  secret: "${REPORT_SECRET}",
  token: { header: "x-token" },
  idPath: "id",
  statePath: "state",
  delivered: "DELIVRD",
  failed: ["UNDELIV", 5],
};

type Faulty = readonly [changes: Changes, fault: string | RegExp][];

const FAULTY: Faulty = [
  [{ name: undefined }, "name: is missing; must be a text"],
  [{ name: "example/1" }, "name: takes up to 40 letters, digits and hyphens"],
  [{ kind: "telex" }, "kind: is none of http, twilio, smpp"],
  [{ segmentsPerS: 0 }, "segmentsPerS: must be a whole number from 1 to 10000"],
  [{ inFlightMax: 2_001 }, "inFlightMax: must be a whole number from 1 to 2000"],
  [{ pricePerSegment: -1 }, /^pricePerSegment: must be a price like 0\.35/],
  [{ pricePerSegment: "0.1234567" }, /^pricePerSegment: must be a price like 0\.35/],
  [{ pricePerSegment: ["0.1"] }, /^pricePerSegment: must be a price like 0\.35/],
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
  [
    { success: { ...success, path: "a", throttleEquals: 1 } },
    "success.throttleEquals: needs equals as well",
  ],
  [{ success: { ...success, throttleEquals: 1 } }, /^success\.throttleEquals: needs a path/],
  [{ idPath: 7 }, "idPath: must be a text"],
  [{ throttleStatuses: [302] }, "throttleStatuses[0]: must be a whole number from 400 to 599"],
  [{ retryStatuses: [200] }, "retryStatuses[0]: must be a whole number from 400 to 599"],
  [{ timeoutMs: 60_000 }, "timeoutMs: must be a whole number from 500 to 10000"],
  [{ balance: {} }, "balance.url: is missing; must be a text"],
  [{ balance: { ...balance, path: undefined } }, "balance.path: is missing; must be a text"],
  [{ balance: { ...balance, method: "GOT" } }, "balance.method: is none of POST, GET"],
  [{ balance: { ...balance, url: "gateway.example" } }, /^balance\.url: is not an address/],
  [{ balance: { ...balance, headers: { a: 1 } } }, "balance.headers.a: must be a text"],
  [{ balance: { ...balance, headers: { a: "{to}" } } }, "balance: has no message, so no blanks"],
  [
    { report: { ...report, secret: "short" } },
    "report.secret: is weak: it takes 16 characters or more",
  ],
  [
    { report: { ...report, secret: "a secret with {text}" } },
    /^report\.secret: is the same for every/,
  ],
  [{ report: { ...report, token: undefined } }, /^report: is proven by a signature or by a token/],
  [{ report: { ...report, signature } }, /^report: is proven by a signature or by a token/],
  [
    { report: { ...report, token: undefined, signature: { ...signature, algorithm: "md5" } } },
    "report.signature.algorithm: is none of hmac-sha256",
  ],
  [
    { report: { ...report, token: undefined, signature: { header: "x-s" } } },
    "report.signature.encoding: is missing; must be a text",
  ],
  [
    { report: { ...report, token: undefined, signature, body: "query" } },
    /^report\.signature: signs a body/,
  ],
  [{ report: { ...report, token: {} } }, "report.token.header: is missing; must be a text"],
  [
    { report: { ...report, token: { header: "a b" } } },
    "report.token.header: is no name of a header",
  ],
  [
    { report: { ...report, token: { header: "a", query: "b" } } },
    /^report\.token: stands in a header or/,
  ],
  [{ report: { ...report, body: "xml" } }, "report.body: is none of json, form, query"],
  [
    { report: { ...report, body: "form", listPath: "a" } },
    "report.listPath: leads into JSON alone",
  ],
  [{ report: { ...report, idPath: undefined } }, "report.idPath: is missing; must be a text"],
  [{ report: { ...report, delivered: [] } }, /^report\.delivered: must be a text, a number/],
];

const FAULTY_TWILIO: Faulty = [
  [{ url: "https://a.example" }, /^url: no such key; known are /],
  [{ accountSid: undefined }, "accountSid: is missing; must be a text"],
  [{ accountSid: "../AC1" }, /^accountSid: takes letters, digits and hyphens/],
  [{ authToken: "short" }, "authToken: is weak: it takes 16 characters or more"],
  [{ authToken: "${NOT_THERE}" }, "authToken: names NOT_THERE, a setting that is not there"],
  [{ from: undefined }, "the file: needs from or messagingServiceSid, one of the two"],
  [{ messagingServiceSid: "MG1" }, "the file: needs from or messagingServiceSid, one of the two"],
  [{ baseUrl: "api.twilio.com" }, /^baseUrl: is not an address/],
  [
    { baseUrl: "http://api.example" },
    "baseUrl: begins with http:// where production needs https://",
  ],
  [{ baseUrl: "https://api.example?a=b" }, "baseUrl: takes no ?"],
  [{ validityMs: 10 }, "validityMs: must be a whole number from 1000 to 36000000"],
];

const FAULTY_SMPP: Faulty = [
  [{ windowMax: 5 }, /^windowMax: no such key/],
  [{ host: undefined }, "host: is missing; must be a text"],
  [{ host: "smsc.example/path" }, "host: is no host like smsc.example"],
  [{ port: 70_000 }, "port: must be a whole number from 1 to 65535"],
  [{ tls: "yes" }, "tls: must be true or false"],
  [{ systemId: "a".repeat(16) }, "systemId: takes at most 15 characters"],
  [{ password: "${NOT_THERE}" }, "password: names NOT_THERE, a setting that is not there"],
  [{ sourceTon: 256 }, "sourceTon: must be a whole number from 0 to 255"],
  [{ enquireLinkMs: 0 }, "enquireLinkMs: must be a whole number from 1000 to 600000"],
];

const ALL_FAULTY = [
  ...FAULTY.map(([changes, fault]) => [changes, fault, gatewayFile(changes)] as const),
  ...FAULTY_TWILIO.map(([changes, fault]) => [changes, fault, twilioFile(changes)] as const),
  ...FAULTY_SMPP.map(([changes, fault]) => [changes, fault, smppFile(changes)] as const),
];

test.each(ALL_FAULTY)("%j is refused", (_changes, fault, file) => {
  const faults = faultsOf(file);
  expect(faults.length, faults.join("\n")).toBeGreaterThan(0);
  if (typeof fault === "string") expect(faults).toContain(fault);
  else
    expect(
      faults.some((found) => fault.test(found)),
      faults.join("\n"),
    ).toBe(true);
});

test("all faults of a file are found at once", () => {
  const faults = {
    name: "",
    url: "nowhere",
    timeoutMs: 1,
    idPath: [],
    report: { ...report, body: 1 },
  };
  expect(faultsOf(gatewayFile(faults))).toHaveLength(5);
  expect(faultsOf(twilioFile({ accountSid: 1, from: 2, validityMs: 3 }))).toHaveLength(3);
  expect(faultsOf(smppFile({ host: 1, tls: 2, port: 0 }))).toHaveLength(3);
});

test.each(["", "{", "[]", "7", "null"])("%p is no gateway file", (text) => {
  expect(parseGateway(text, POLICY).kind).toBe("invalid");
});

test("what is left out has its default", () => {
  const { way, ...shared } = parsed(gatewayFile());
  expect(shared).toEqual({
    name: "example",
    segmentsPerS: 100,
    inFlightMax: 64,
    priceMicros: 0,
    timeoutMs: 8_000,
  });
  const { request, answer, balance: question, report: rules } = httpWayOf();
  expect([way.kind, request.method, question, rules]).toEqual(["http", "POST", null, null]);
  expect(answer.throttleStatuses).toEqual(new Set([429]));
  expect(answer.retryStatuses).toEqual(new Set([503]));
  expect(httpWayOf({ report }).report).toMatchObject({
    form: "json",
    listPath: null,
    delivered: ["DELIVRD"],
    failed: ["UNDELIV", "5"],
  });
});

test("every kind names the rate, the messages under way and the price that were agreed", () => {
  const agreed = { segmentsPerS: 30, inFlightMax: 8, pricePerSegment: "0.35", timeoutMs: 2_000 };
  for (const file of [gatewayFile, twilioFile, smppFile]) {
    const { segmentsPerS, inFlightMax, priceMicros, timeoutMs } = parsed(file(agreed));
    expect([segmentsPerS, inFlightMax, priceMicros, timeoutMs]).toEqual([30, 8, 350_000, 2_000]);
  }
});

test.each([
  ["0.35", 350_000],
  [0.35, 350_000],
  [0.0075, 7_500],
  ["0.000001", 1],
  [2, 2_000_000],
  ["999999.999999", 999_999_999_999],
])("a price of %p is %d millionths, with nothing lost to a double", (price, micros) => {
  expect(parsed(gatewayFile({ pricePerSegment: price })).priceMicros).toBe(micros);
});

test("a Twilio file says who sends, and lets a message wait no longer than a code lives", () => {
  const { way } = parsed(twilioFile());
  expect(way).toMatchObject({
    kind: "twilio",
    baseUrl: "https://api.twilio.com",
    accountSid: "AC0123456789abcdef0123456789abcdef",
    sender: { kind: "from", from: "+15005550006" },
    validityMs: 300_000,
  });
  const changes = {
    from: undefined,
    messagingServiceSid: "MG1",
    baseUrl: "https://a.example/api/",
  };
  expect(parsed(twilioFile(changes)).way).toMatchObject({
    baseUrl: "https://a.example/api",
    sender: { kind: "service", messagingServiceSid: "MG1" },
  });
});

test("an SMPP file needs little, and tells a number from a name", () => {
  expect(parsed(smppFile({ inFlightMax: 10, timeoutMs: 5_000 })).way).toEqual({
    kind: "smpp",
    smpp: {
      name: "operator",
      host: "smsc.example",
      port: 2_775,
      isTls: false,
      systemId: "mela",
      password: "s3cret",
      systemType: "",
      sourceAddress: "MELA",
      sourceTon: 5,
      sourceNpi: 0,
      windowMax: 10,
      responseTimeoutMs: 5_000,
      enquireLinkMs: 30_000,
      registeredDelivery: true,
      validityMs: null,
    },
  });
  const changes = { sourceAddress: "8801712345678", tls: true, registeredDelivery: false };
  expect(parsed(smppFile(changes)).way).toMatchObject({
    smpp: { port: 3_550, isTls: true, sourceTon: 1, sourceNpi: 1, registeredDelivery: false },
  });
});

test("plain http is for this machine alone in production, and for any in development", () => {
  const faultsAt = (host: string, isProduction: boolean) =>
    faultsOf(gatewayFile({ url: `http://${host}:9090/send` }), isProduction);
  for (const host of ["localhost", "127.0.0.1", "[::1]"]) expect(faultsAt(host, true)).toEqual([]);
  expect(faultsAt("localhost.example", true)).toHaveLength(1);
  expect(faultsAt("gateway.example", false)).toEqual([]);
});

test("no fault and no listing of the settings shows a secret", () => {
  const headers = { "x-token": "${GATEWAY_TOKEN}\nx", "x-other": "{text} ${GATEWAY_TOKEN}" };
  const body = { to: "{to} ${GATEWAY_TOKEN} {oops}" };
  const faults = [
    ...faultsOf(
      gatewayFile({ headers, body, report: { ...report, secret: "${GATEWAY_TOKEN}{to}" } }),
    ),
    ...faultsOf(twilioFile({ authToken: "${TWILIO_TOKEN} {oops}", accountSid: "${TWILIO_TOKEN}" })),
    ...faultsOf(smppFile({ password: "${SMPP_PASSWORD}{to}", systemId: "${GATEWAY_TOKEN}" })),
  ];
  expect(faults.length).toBeGreaterThan(6);
  expect(faults.join()).not.toContain("s3cret");
  for (const settings of [parsed(gatewayFile({ report })), parsed(twilioFile())]) {
    const listing = Bun.inspect(settings, { depth: 9 }) + JSON.stringify(settings);
    expect(listing).not.toContain("s3cret");
  }
});

test("every gateway file of the README is one", async () => {
  const page = await Bun.file(join(import.meta.dir, "../../../src/adapters/sms/README.md")).text();
  const files = [...page.matchAll(/^```json\n(.*?)^```/gms)].map(([, json]) => `${json}`);
  const policy = { ...POLICY, isProduction: true, settingOf: () => "given-and-long-enough" };
  const parses = files.map((file) => parseGateway(file, policy));
  const kinds = parses.map((parse) =>
    parse.kind === "gateway" ? parse.gateway.way.kind : parse.faults.join("\n"),
  );
  expect(kinds).toEqual(["http", "http", "http", "twilio", "smpp"]);
});
