import type { FileValue } from "../../organiser/file-value.ts";
import type { BlankValues, Template } from "./template.ts";
import { asIs, percentEncoded } from "./template.ts";
import type { TemplateReader } from "./template-reader.ts";

/** The HTTP request that carries one message. */
export interface RequestTemplate {
  readonly method: Method;
  readonly url: Template;
  readonly headers: readonly Header[];
  /** Null for a request without one. */
  readonly body: ((values: BlankValues) => string) | null;
}

type Method = (typeof METHODS)[number];
type Header = readonly [name: string, value: Template];

const METHODS = ["POST", "GET"] as const;
const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";
/** Scheme, host and port stand as they are: no blank, no setting, no password. */
const ADDRESS = /^(https?):\/\/(\[[\d:a-f]+\]|[\w.-]+)(:\d+)?([/?]|$)/i;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i;
const PROBE: BlankValues = { to: "+1", toDigits: "1", text: "x", id: "x" };

/** `headers` and `body` are what the file holds there, of any shape. */
export function readRequest(
  file: { readonly method: FileValue; readonly url: FileValue },
  { headers, body }: { readonly headers: unknown; readonly body: unknown },
  { reader, isProduction }: { readonly reader: TemplateReader; readonly isProduction: boolean },
): RequestTemplate {
  const method = readMethod(file.method);
  if (method === "GET" && body !== undefined) reader.refuse("body", "a GET has none");
  const given = readHeaders(headers, reader);
  const type = given.find(([name]) => name.toLowerCase() === "content-type")?.[1].fill(PROBE);
  const isJson = typeof body === "object" && type === undefined;
  return {
    method,
    url: readUrl(file.url, reader, isProduction),
    headers: isJson ? [...given, ["content-type", reader.read(JSON_TYPE, "", asIs)]] : given,
    body: body === undefined ? null : readBody(body, type ?? "", reader),
  };
}

function readMethod(value: FileValue): Method {
  const text = value.isPresent ? value.text() : "POST";
  const method = METHODS.find((known) => known === text);
  if (method === undefined && text !== "") value.refuse(`is none of ${METHODS.join(", ")}`);
  return method ?? "POST";
}

function readUrl(value: FileValue, reader: TemplateReader, isProduction: boolean): Template {
  const text = value.text();
  const template = reader.read(text, value.path, percentEncoded);
  const [, scheme, host = ""] = ADDRESS.exec(text) ?? [];
  if (text === "") return template;
  if (scheme === undefined || text.includes("#") || URL.parse(template.fill(PROBE)) === null) {
    value.refuse("is not an address like https://gateway.example/send");
  } else if (isProduction && scheme.toLowerCase() === "http" && !LOOPBACK.test(host)) {
    value.refuse("begins with http:// where production needs https://");
  }
  // A text of dots alone would climb out of its folder, however it is spelled.
  if (text.split("?", 1)[0]?.includes("{text}")) value.refuse("{text} goes behind the ?");
  return template;
}

function readHeaders(headers: unknown, reader: TemplateReader): readonly Header[] {
  if (headers === undefined) return [];
  if (!isObject(headers)) {
    reader.refuse("headers", "must be an object { … }");
    return [];
  }
  return Object.entries(headers).flatMap(([name, text]) => {
    const path = `headers.${name}`;
    if (typeof text !== "string") {
      reader.refuse(path, "must be a text");
      return [];
    }
    const value = reader.read(text, path, asIs);
    if (value.blanks.includes("text")) reader.refuse(path, "a header cannot carry {text}");
    if (!isHeader(name, value.fill(PROBE))) reader.refuse(path, "is no header that can be sent");
    return [[name, value] as const];
  });
}

function isHeader(name: string, value: string): boolean {
  try {
    return new Headers([[name, value]]).has(name);
  } catch {
    return false;
  }
}

/** A text that is JSON is read as JSON, so that every value is spelled with the whole and cannot leave its string. */
function readBody(
  body: unknown,
  contentType: string,
  reader: TemplateReader,
): (values: BlankValues) => string {
  const [type = ""] = contentType.toLowerCase().split(";");
  if (typeof body === "string" && type.trim() === FORM_TYPE) {
    const template = reader.read(body, "body", percentEncoded);
    return (values) => template.fill(values);
  }
  if (typeof body === "string" && type.trim() !== JSON_TYPE) {
    reader.refuse("body", `a text needs the header content-type: ${JSON_TYPE} or ${FORM_TYPE}`);
  }
  if (typeof body === "object" && type.trim() === FORM_TYPE) {
    reader.refuse("body", "a form is a text, as in to={to}&text={text}");
  }
  const json = typeof body === "string" ? parseJson(body, reader) : body;
  const filled = readJson(json, "body", reader);
  return (values) => JSON.stringify(filled(values));
}

function parseJson(text: string, reader: TemplateReader): unknown {
  try {
    return JSON.parse(text);
  } catch {
    reader.refuse("body", 'is not JSON; a blank stands inside a string, as in "{to}"');
    return null;
  }
}

function readJson(
  json: unknown,
  path: string,
  reader: TemplateReader,
): (values: BlankValues) => unknown {
  if (typeof json === "string") {
    const template = reader.read(json, path, asIs);
    return (values) => template.fill(values);
  }
  if (Array.isArray(json)) {
    const items = json.map((item, index) => readJson(item, `${path}[${index}]`, reader));
    return (values) => items.map((item) => item(values));
  }
  if (!isObject(json)) return () => json;
  const members = Object.entries(json).map(
    ([key, value]) => [key, readJson(value, `${path}.${key}`, reader)] as const,
  );
  return (values) => Object.fromEntries(members.map(([key, member]) => [key, member(values)]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
