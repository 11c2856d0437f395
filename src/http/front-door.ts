import type { EdgeRefusal } from "./problem.ts";
import type { SecretCheck } from "./shared-secret.ts";
import { secretCheck } from "./shared-secret.ts";

export interface FrontDoorOptions {
  readonly urlBytesMax: number;
  /** What Cloudflare adds to each request; null where requests may come from anywhere. */
  readonly originSecret: string | null;
  /** The methods a path takes, as an `Allow` header lists them; null for a path that is not served. */
  readonly allow: (path: string) => string | null;
}

/** Added by a Transform Rule ("set static"), which replaces whatever a client sent under this name. */
const ORIGIN_SECRET_HEADER = "x-origin-secret";

/** Probes come from the platform itself, not through Cloudflare; they tell nothing of anyone. `/metrics` has its own guard. */
const PROBES = /^https?:\/\/[^/]+\/(?:healthz|readyz|metrics)$/;

/**
 * Refuses what needs no reading, by its head alone; null lets the request in. Ticks and assets do not pass here: they
 * are the same for everyone, and cost no more to give than to refuse.
 */
export function frontDoor({
  urlBytesMax,
  originSecret,
  allow,
}: FrontDoorOptions): (request: Request) => EdgeRefusal | null {
  const isProven = originSecret === null ? null : proofOf(secretCheck(originSecret));
  return (request) => {
    if (hasNoHost(request.url)) return { kind: "origin-unproven" };
    if (isTooLong(request.url, urlBytesMax)) return { kind: "uri-too-long" };
    if (isProven !== null && !isProven(request)) return { kind: "origin-unproven" };
    return bringsUnaskedBody(request) ? refuseBody(request, allow) : null;
  };
}

function proofOf(isSecret: SecretCheck): (request: Request) => boolean {
  return (request) =>
    isSecret(request.headers.get(ORIGIN_SECRET_HEADER)) || PROBES.test(request.url);
}

/**
 * Bun makes the URL of the Host header, and of the target alone where that names no host: then the path would be looked
 * for in the middle of it.
 */
function hasNoHost(url: string): boolean {
  return !url.startsWith("http");
}

/** Counts the target alone: what stands before it comes from the Host header. */
function isTooLong(url: string, bytesMax: number): boolean {
  return url.length > bytesMax && url.length - url.indexOf("/", "https://".length) > bytesMax;
}

/** That the path takes no GET at all says more than that its body is too large. */
function refuseBody({ url }: Request, allow: FrontDoorOptions["allow"]): EdgeRefusal {
  const allowed = allow(URL.parse(url)?.pathname ?? "");
  return allowed === null || /\bGET\b/.test(allowed)
    ? { kind: "body-too-large" }
    : { kind: "method-not-allowed", allow: allowed };
}

/** Nobody reads the body of a GET, but Bun would hold it in memory until the answer. */
function bringsUnaskedBody({ method, headers }: Request): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  return Number(headers.get("content-length")) > 0 || headers.has("transfer-encoding");
}
