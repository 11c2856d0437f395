/**
 * On every answer. A document that is not a page of ours loads nothing, runs nothing and stands in no frame,
 * should a browser take it for one.
 */
export const GUARDED = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/** Pages carry no inline scripts or styles, so nothing but our own files may run. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "img-src 'self' data:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** What no page of ours asks for. Reading the code from the SMS (`otp-credentials`) stays allowed to ourselves. */
const PERMISSIONS_POLICY = [
  "accelerometer",
  "camera",
  "display-capture",
  "geolocation",
  "gyroscope",
  "microphone",
  "midi",
  "payment",
  "usb",
]
  .map((feature) => `${feature}=()`)
  .join(", ");

export const PAGE = {
  ...GUARDED,
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": PERMISSIONS_POLICY,
} as const;

/**
 * For everyone the same: a CDN may keep it a second, a browser asks again. While the next one is made, the one before goes
 * out for four seconds more: were it less, a service that is slow would be asked by everybody at once.
 */
export const SHARED = "public, max-age=0, s-maxage=1, stale-while-revalidate=4";
/**
 * `s-maxage` forbids a shared cache to answer with what is too old (RFC 9111, section 5.2.2.10), even by a moment. Others
 * do so all the same where told `stale-while-revalidate`; Cloudflare is told again, in a field of its own, and without it.
 */
export const SHARED_HEADERS = {
  "cache-control": SHARED,
  "cloudflare-cdn-cache-control": "public, max-age=1, stale-while-revalidate=4",
} as const;
/** Follows a description of the service, which changes with its version. */
export const SHARED_LONGER = "public, max-age=300";
/** The name carries a hash of the content. */
export const FOR_EVER = "public, max-age=31536000, immutable";
/** Twice the same, for caches that are told to overlook one of them. */
export const PERSONAL = "private, no-store";

/** RFC 6797; one year and subdomains are what ASVS 5 (3.4.1) asks for. */
export const STRICT_TRANSPORT_SECURITY = "max-age=31536000; includeSubDomains";
