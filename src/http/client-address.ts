import { isIPv4, isIPv6 } from "node:net";

/**
 * Whom to believe about a client's address. `direct`: only the socket, whatever the headers say. `fly`: Fly's proxy.
 * `cloudflare`: Cloudflare, by requests that carry the secret its Transform Rule adds (`front-door.ts`).
 */
export type TrustMode = "direct" | "fly" | "cloudflare";

export interface AddressSource {
  requestIP(request: Request): { readonly address: string } | null;
}

/**
 * The client's IP address; IPv4 in its own form even on a dual-stack socket; empty once the client is gone.
 * A header that is not exactly one address counts as none: then the proxy itself is the client, which shares
 * one client's budgets among all and so errs on the strict side.
 */
export function clientAddress(
  request: Request,
  source: AddressSource,
  trustMode: TrustMode,
): string {
  const peer = unmapped(source.requestIP(request)?.address ?? "");
  switch (trustMode) {
    case "direct":
      return peer;
    case "fly":
      // Fly's proxy reaches a machine over a private network; whoever comes from elsewhere is not it.
      return isPrivate(peer) ? (addressIn(request, "fly-client-ip") ?? peer) : peer;
    case "cloudflare":
      return addressIn(request, "cf-connecting-ip") ?? peer;
  }
}

/** 127.0.0.0/8 and ::1. */
export function isLoopback(address: string): boolean {
  return address === "::1" || /^127(?:\.\d{1,3}){3}$/.test(address);
}

const FORWARDING_HEADERS = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
  "x-client-ip",
  "true-client-ip",
  "cf-connecting-ip",
  "cf-ray",
  "fly-client-ip",
  "cdn-loop",
];

/** Whether a proxy on this machine may stand between the client and us. */
export function isForwarded(request: Request): boolean {
  return FORWARDING_HEADERS.some((name) => request.headers.has(name));
}

/** Someone at this machine, with nothing in between. */
export function isFromHere(request: Request, address: string): boolean {
  return isLoopback(address) && !isForwarded(request);
}

/** Loopback, RFC 1918 and the unique local addresses of RFC 4193. */
function isPrivate(address: string): boolean {
  return isLoopback(address) || PRIVATE.test(address);
}

const PRIVATE = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|f[cd][0-9a-f]{2}:)/;

/** Null where the header holds no address, or more than one: a header sent twice arrives joined by a comma. */
function addressIn(request: Request, name: string): string | null {
  const text = request.headers.get(name)?.trim() ?? "";
  if (isIPv4(text)) return text;
  return isIPv6(text) && !text.includes("%") ? canonical(text) : null;
}

/** One spelling per address (RFC 5952), and none of IPv6 for one that is IPv4. */
function canonical(address: string): string {
  const spelled = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(spelled);
  if (mapped === null) return spelled;
  const pairs = mapped.slice(1).map((group) => Number.parseInt(group, 16));
  return pairs.flatMap((pair) => [pair >> 8, pair & 0xff]).join(".");
}

function unmapped(address: string): string {
  return address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
}
