import { expect, test } from "bun:test";
import type { OpenApiDocument } from "../../src/http/openapi.ts";
import { openApiDocument } from "../../src/http/openapi.ts";
import type { Answer, ProblemOf } from "../../src/http/operations.ts";
import { problemRows } from "../../src/http/problem.ts";
import { readEventFile } from "../../src/organiser/event-file.ts";
import { parseTicketKey } from "../../src/ticket/ticket.ts";
import { requestHead, sendRaw } from "../support/raw-http.ts";
import { post, serve, TICKET_KEY } from "./serve.ts";

/** The table of the wire contract, without what comes later. */
const CONTRACT = [
  "get /",
  "get /e/{event}",
  "get /api/v1/events",
  "get /api/v1/events/{event}",
  "get /api/v1/events/{event}/tick",
  "get /api/v1/events/{event}/draw",
  "get /api/v1/events/{event}/draw/list",
  "get /api/v1/events/{event}/receipt",
  "get /e/{event}/receipt",
  "post /api/v1/events/{event}/proofs",
  "post /api/v1/events/{event}/passes",
  "post /api/v1/events/{event}/codes",
  "post /api/v1/events/{event}/verifications",
  "post /api/v1/events/{event}/registrations",
  "get /t/{key}",
  "get /t/{key}/tickets.pdf",
  "get /t/{key}/status",
  "post /t/{key}/mails",
  "post /t/{key}/address",
  "post /webhooks/sms/{gateway}",
  "get /webhooks/sms/{gateway}",
  "post /webhooks/mail",
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

const statusOf = new Map(Object.values(problemRows).map(([status, code]) => [code, status]));

/** The problem codes that may come with an answer; none for what is no problem. */
function codesOf(answer: Answer | undefined): readonly string[] {
  const schema = answer?.content?.["application/problem+json"]?.schema;
  if (schema === undefined || !("allOf" in schema)) return [];
  return (schema as ProblemOf).allOf[1].properties.code.enum;
}

interface BodyVariant {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, FieldSchema>>;
}

interface FieldSchema {
  readonly type?: string;
  readonly maxLength?: number;
  readonly anyOf?: readonly FieldSchema[];
}

/** The objects a body may be. */
function variantsOf(schema: unknown): readonly BodyVariant[] {
  if (schema === undefined) return [];
  const { anyOf } = schema as { readonly anyOf?: readonly BodyVariant[] };
  return anyOf ?? [schema as BodyVariant];
}

function formOf(field: FieldSchema): { isNullable: boolean; lengthMax: number | null } {
  const forms = field.anyOf ?? [field];
  const lengthMax = forms.find((form) => form.maxLength !== undefined)?.maxLength ?? null;
  return { isNullable: forms.some((form) => form.type === "null"), lengthMax };
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
    properties: {
      phone: { type: "string" },
      purpose: { anyOf: [{ enum: ["register", "recover"] }, { type: "null" }] },
    },
  });
  expect(codes?.responses["202"]?.content?.["application/json"]?.schema).toMatchObject({
    required: ["challenge", "expiresInS", "resendInS", "leavesInS"],
  });
  expect(codes?.responses["429"]?.description).toBe("resend_too_soon, rate_limited");
});

test("every problem tells its status, its codes and, where waiting helps, how long", async () => {
  const everyCall = { 403: "origin_unproven", 413: "body_too_large", 414: "uri_too_long" };
  for (const { name, operation } of callsOf(await served())) {
    for (const [status, code] of Object.entries({ ...everyCall, 500: "internal" })) {
      expect([name, codesOf(operation.responses[status])]).toEqual([
        name,
        expect.arrayContaining([code]) as never,
      ]);
    }
    for (const [status, answer] of Object.entries(operation.responses)) {
      const codes = codesOf(answer);
      expect([name, status, codes.length > 0]).toEqual([name, status, Number(status) >= 400]);
      for (const code of codes) expect(statusOf.get(code)).toBe(Number(status));
      const isWait = status === "429" || status === "503";
      expect([name, status, "Retry-After" in (answer.headers ?? {})]).toEqual([
        name,
        status,
        isWait,
      ]);
    }
  }
});

test("the patterns of paths are those by which paths are read", async () => {
  const { paths } = await served();
  const patternOf = (path: string) =>
    new RegExp(paths[path]?.["get"]?.parameters[0]?.schema.pattern ?? "no pattern");
  const isKey = patternOf("/t/{key}");
  for (const text of [TICKET_KEY, "", `${TICKET_KEY}A`, TICKET_KEY.replace("A", "."), "x\n"]) {
    expect(isKey.test(text)).toBe(parseTicketKey(text) !== null);
  }
  const isSlug = patternOf("/e/{event}");
  for (const slug of ["boi-mela", "", "Boi", "a/b", "a".repeat(40), "a".repeat(41)]) {
    const file = readEventFile({ slug });
    const faults = file.kind === "faulty" ? file.faults : [];
    expect([slug, isSlug.test(slug)]).toEqual([
      slug,
      !faults.some((fault) => fault.startsWith("slug")),
    ]);
  }
});

test("a field takes as many characters as the document says, of any script, and null where it says so", async () => {
  const { paths } = await served();
  await using running = serve();
  for (const [path, calls] of Object.entries(paths)) {
    const body = calls["post"]?.requestBody?.content["application/json"]?.schema;
    for (const variant of variantsOf(body)) {
      const url = running.url + path.replace("{event}", "boi-mela");
      const plain = Object.fromEntries(variant.required.map((name) => [name, "1"]));
      const statusWith = async (name: string, value: unknown) =>
        (await post(url, { ...plain, [name]: value })).status;
      for (const [name, field] of Object.entries(variant.properties)) {
        const { isNullable, lengthMax } = formOf(field);
        expect([path, name, (await statusWith(name, null)) !== 400]).toEqual([
          path,
          name,
          isNullable,
        ]);
        expect([path, name, await statusWith(name, 1)]).toEqual([path, name, 400]);
        if (lengthMax === null) continue;
        expect([name, await statusWith(name, "𝒜".repeat(lengthMax))]).not.toEqual([name, 400]);
        expect([name, await statusWith(name, "a".repeat(lengthMax + 1))]).toEqual([name, 400]);
      }
    }
  }
});

test("a call that is not described is 405 with Allow, even where it brings a body", async () => {
  await using running = serve();
  const path = "/api/v1/events/boi-mela/codes";
  for (const length of [0, 2]) {
    const head = requestHead(`GET ${path}`, { connection: "close", "content-length": `${length}` });
    const { status, headers } = await sendRaw(running.url, `${head}${"{}".slice(0, length)}`);
    expect([status, headers.get("allow")]).toEqual([405, "POST"]);
  }
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
