import { expect, test } from "bun:test";
import type { OpenApiDocument } from "../../src/http/openapi.ts";
import { openApiDocument } from "../../src/http/openapi.ts";
import { serve } from "./serve.ts";

/** The table of the wire contract, without what comes later. */
const CONTRACT = [
  "get /",
  "get /e/{event}",
  "get /api/v1/events",
  "get /api/v1/events/{event}",
  "get /api/v1/events/{event}/tick",
  "post /api/v1/events/{event}/codes",
  "post /api/v1/events/{event}/verifications",
  "post /api/v1/events/{event}/registrations",
  "get /t/{key}",
  "get /t/{key}/tickets.pdf",
  "get /t/{key}/status",
  "get /dev/inbox",
  "get /dev/inbox.json",
  "get /dev/inbox/{message}/{filename}",
  "get /healthz",
  "get /readyz",
  "get /metrics",
  "get /openapi.json",
  "get /docs",
];

async function served(): Promise<OpenApiDocument> {
  await using running = serve();
  const answer = await fetch(`${running.url}/openapi.json`);
  expect(answer.headers.get("content-type")).toBe("application/json");
  return (await answer.json()) as OpenApiDocument;
}

function callsOf({ paths }: OpenApiDocument) {
  return Object.entries(paths).flatMap(([path, calls]) =>
    Object.entries(calls).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
  );
}

test("the document describes every call of the wire contract and no other", async () => {
  const names = callsOf(await served()).map(({ name }) => name);
  expect(names.toSorted()).toEqual(CONTRACT.toSorted());
});

test("the document has the structure of OpenAPI 3.1", async () => {
  const document = await served();
  expect(document).toMatchObject({
    openapi: "3.1.0",
    info: { title: expect.any(String), version: expect.any(String) },
    servers: [{ url: "https://tickets.example.org" }],
  });
  const calls = callsOf(document);
  expect(new Set(calls.map(({ operation }) => operation.operationId)).size).toBe(calls.length);
  for (const { name, operation } of calls) {
    const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
    expect(operation.parameters.map((parameter) => parameter.name)).toEqual(inPath as string[]);
    for (const parameter of operation.parameters) {
      expect(parameter).toMatchObject({ in: "path", required: true, schema: { type: "string" } });
    }
    for (const [status, answer] of Object.entries(operation.responses)) {
      expect(status).toMatch(/^[2-5]\d\d$/);
      expect(answer.description).not.toBe("");
    }
  }
});

test("every reference of the document leads somewhere in it", async () => {
  const document = await served();
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)];
  expect(references.length).toBeGreaterThan(0);
  for (const [, path = ""] of references) {
    const target = path
      .split("/")
      .reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], document);
    expect(target).toMatchObject({ type: "object" });
  }
});

test("schemas are plain JSON Schema with the fields of the contract", async () => {
  const { paths } = await served();
  const codes = paths["/api/v1/events/{event}/codes"]?.["post"];
  expect(codes?.requestBody?.content["application/json"]?.schema).toMatchObject({
    type: "object",
    required: ["phone"],
    properties: { phone: { type: "string" }, purpose: { enum: ["register", "recover"] } },
  });
  expect(codes?.responses["202"]?.content?.["application/json"]?.schema).toMatchObject({
    required: ["challenge", "expiresInS", "resendInS"],
  });
  expect(codes?.responses["429"]?.description).toBe("resend_too_soon, rate_limited");
});

test("a route that nobody has described stops the start", () => {
  expect(() => openApiDocument([{ method: "GET", path: "/new" }], "https://x")).toThrow(
    "GET /new is not described",
  );
});

test("the docs page shows every call and problem, and loads nothing from anyone else", async () => {
  await using running = serve();
  const page = await (await fetch(`${running.url}/docs`)).text();
  for (const name of CONTRACT) expect(page).toContain(` ${name.split(" ")[1]}</code>`);
  for (const code of ["sale_full", "code_wrong", "method_not_allowed"]) {
    expect(page).toContain(`<tr id="${code}">`);
  }
  expect(page).not.toMatch(/<script|https?:\/\/|style=/);
  const [, style] = /<link rel="stylesheet" href="([^"]+)">/.exec(page) ?? [];
  expect((await fetch(`${running.url}${style}`)).headers.get("content-type")).toStartWith(
    "text/css",
  );
});
