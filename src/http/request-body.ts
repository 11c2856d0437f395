import type { EdgeRefusal } from "./problem.ts";

/** Bounds how long a promise is waited for; the promise itself goes on. */
export interface Deadline {
  race<Value>(promise: Promise<Value>): Promise<Value | { readonly kind: "timed-out" }>;
}

export interface BodyLimits {
  readonly bodyBytesMax: number;
  /** From the request's head to the last byte of its body. */
  readonly readDeadline: Deadline;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export type BodyRead = { readonly kind: "object"; readonly object: JsonObject } | EdgeRefusal;

type TextRead =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "body-too-large" }
  /** The client went away; whatever is answered, nobody hears it. */
  | { readonly kind: "gone" };

const JSON_MEDIA_TYPE = /^application\/json\s*(?:;\s*charset=(?:utf-8|"utf-8")\s*)?$/i;

/** Reads one JSON object, refusing at once what says it is too large and in the end what turns out to be. */
export async function readJsonObject(request: Request, limits: BodyLimits): Promise<BodyRead> {
  const { headers } = request;
  // Nothing is ever unpacked: what a few bytes may grow to has no bound (RFC 9110, section 15.5.16, for the 415).
  if (headers.has("content-encoding") || !JSON_MEDIA_TYPE.test(headers.get("content-type") ?? "")) {
    return { kind: "unsupported-media-type" };
  }
  const declared = headers.get("content-length");
  if (Number(declared) > limits.bodyBytesMax) return { kind: "body-too-large" };
  const reading = declared === null ? streamed(request, limits.bodyBytesMax) : whole(request);
  const read = await limits.readDeadline.race(reading);
  switch (read.kind) {
    case "text":
      return parse(read.text);
    case "body-too-large":
      return read;
    case "gone":
    case "timed-out":
      return { kind: "timeout" };
  }
}

/** Bun keeps to the declared length, so this one needs no counting. */
async function whole(request: Request): Promise<TextRead> {
  try {
    return { kind: "text", text: await request.text() };
  } catch {
    return { kind: "gone" };
  }
}

async function streamed(request: Request, bytesMax: number): Promise<TextRead> {
  if (request.body === null) return { kind: "text", text: "" };
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.body) {
      bytes += chunk.byteLength;
      if (bytes > bytesMax) return { kind: "body-too-large" };
      chunks.push(chunk);
    }
  } catch {
    return { kind: "gone" };
  }
  return { kind: "text", text: Buffer.concat(chunks).toString("utf8") };
}

function parse(text: string): BodyRead {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return { kind: "object", object: value as JsonObject };
    }
    return { kind: "invalid-body", detail: "Send one JSON object as the body." };
  } catch {
    return { kind: "invalid-body", detail: "The body is not valid JSON." };
  }
}
