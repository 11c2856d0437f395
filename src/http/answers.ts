import type { Pages } from "./pages.ts";
import type { Refusal } from "./problem.ts";
import { problem, problemBody, problemHeaders } from "./problem.ts";

/** For everyone the same: a CDN may keep it a second, a browser asks again. */
export const SHARED = "public, max-age=0, s-maxage=1, stale-while-revalidate=1";
export const PERSONAL = "no-store";

/** Pages carry no inline scripts or styles, so nothing but our own files may run. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

export function json(body: unknown, cacheControl: string, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      "content-type": "application/json",
      "cache-control": cacheControl,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    },
  });
}

export function html(document: string, cacheControl: string): Response {
  return new Response(document, {
    headers: { "cache-control": cacheControl, ...htmlHeaders },
  });
}

/** A page for a person who opened a link, a problem document for a program. */
export function refuse(request: Request, refusal: Refusal, pages: Pages): Response {
  const isForPerson = request.headers.get("accept")?.includes("text/html") === true;
  if (!isForPerson) return problem(refusal);
  const body = problemBody(refusal);
  const headers = { ...problemHeaders(refusal, "text/html; charset=utf-8"), ...htmlHeaders };
  return new Response(pages.problem(body), { status: body.status, headers });
}

const htmlHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};
