import type { FileValue } from "../../organiser/file-value.ts";
import { judgeAddress } from "./address.ts";
import type { FileSection } from "./file-section.ts";
import type { BlankValues, Template } from "./template.ts";
import { asIs, fixedText, percentEncoded } from "./template.ts";
import type { TemplateReader } from "./template-reader.ts";

/** An HTTP request, filled in for each message. */
export interface RequestTemplate {
  readonly method: Method;
  readonly url: Template;
  readonly headers: readonly Header[];
  /** Null for a request without one. */
  readonly body: ((values: BlankValues) => string) | null;
}

type Method = (typeof METHODS)[number];
type RequestSection = FileSection<"method" | "url" | "headers" | "body">;
type Header = readonly [name: string, value: Template];

const METHODS = ["POST", "GET"] as const;
const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";
const PROBE: BlankValues = { to: "+1", toDigits: "1", text: "x", id: "x" };

export function readRequest(file: RequestSection, reader: TemplateReader): RequestTemplate {
  const method = file.choice("method", METHODS, "POST");
  if (method === "GET" && file.has("body")) file.at("body").refuse("a GET has none");
  const given = readHeaders(file, reader);
  const type = given.find(([name]) => name.toLowerCase() === "content-type")?.[1].fill(PROBE);
  const isJson = typeof file.raw("body") === "object" && type === undefined;
  return {
    method,
    url: readUrl(file.at("url"), reader),
    headers: isJson ? [...given, ["content-type", fixedText(JSON_TYPE)]] : given,
    body: file.has("body") ? readBody(file, type ?? "", reader) : null,
  };
}

function readUrl(value: FileValue, reader: TemplateReader): Template {
  const text = value.text();
  const template = reader.read(text, value.path, percentEncoded);
  if (text === "") return template;
  judgeAddress(value, { text, filled: template.fill(PROBE), isProduction: reader.isProduction });
  // A text of dots alone would climb out of its folder, however it is spelled.
  if (text.split("?", 1)[0]?.includes("{text}")) value.refuse("{text} goes behind the ?");
  return template;
}

function readHeaders(file: RequestSection, reader: TemplateReader): readonly Header[] {
  const headers = file.raw("headers");
  if (headers === undefined) return [];
  if (!isObject(headers)) {
    file.at("headers").refuse("must be an object { … }");
    return [];
  }
  return Object.entries(headers).flatMap(([name, text]) => {
    const path = `${file.at("headers").path}.${name}`;
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
  file: RequestSection,
  contentType: string,
  reader: TemplateReader,
): (values: BlankValues) => string {
  const [body, value] = [file.raw("body"), file.at("body")];
  const [type = ""] = contentType.toLowerCase().split(";");
  if (typeof body === "string" && type.trim() === FORM_TYPE) {
    const template = reader.read(body, value.path, percentEncoded);
    return (values) => template.fill(values);
  }
  if (typeof body === "string" && type.trim() !== JSON_TYPE) {
    value.refuse(`a text needs the header content-type: ${JSON_TYPE} or ${FORM_TYPE}`);
  }
  if (typeof body === "object" && type.trim() === FORM_TYPE) {
    value.refuse("a form is a text, as in to={to}&text={text}");
  }
  const json = typeof body === "string" ? parseJson(body, value) : body;
  const filled = readJson(json, value.path, reader);
  return (values) => JSON.stringify(filled(values));
}

function parseJson(text: string, value: FileValue): unknown {
  try {
    return JSON.parse(text);
  } catch {
    value.refuse('is not JSON; a blank stands inside a string, as in "{to}"');
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
