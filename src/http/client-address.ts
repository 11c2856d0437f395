/** Whom to believe about a client's address. `direct`: only the socket, whatever the headers say. */
export type TrustMode = "direct";

export interface AddressSource {
  requestIP(request: Request): { readonly address: string } | null;
}

/** The client's IP address; IPv4 in its own form even on a dual-stack socket; empty once the client is gone. */
export function clientAddress(
  request: Request,
  source: AddressSource,
  trustMode: TrustMode,
): string {
  switch (trustMode) {
    case "direct":
      return unmapped(source.requestIP(request)?.address ?? "");
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

function unmapped(address: string): string {
  return address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
}
