import { Packed } from "./compression.ts";
import { GUARDED, PAGE, PERSONAL, SHARED_HEADERS } from "./headers.ts";
import { chooseLanguage } from "./language.ts";
import type { Pages } from "./pages.ts";
import type { Refusal } from "./problem.ts";
import { problem, problemBody, problemHeaders } from "./problem.ts";

const JSON_HEADERS = { ...GUARDED, "content-type": "application/json" };

/** Made once: a response takes a copy of it for a third of what it takes to read an object. */
const PERSONAL_JSON_HEADERS = new Headers({ ...JSON_HEADERS, "cache-control": PERSONAL });

/** For one caller alone: small, never compressed (BREACH), never kept. */
export function personalJson(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: PERSONAL_JSON_HEADERS });
}

/** The same for everyone. */
export function sharedJson(request: Request, body: unknown): Response {
  const headers = { ...JSON_HEADERS, ...SHARED_HEADERS };
  return new Packed(JSON.stringify(body), "shared").answer(request, headers);
}

/** A page for one reader. What it compresses holds nothing that a stranger could have put there. */
export function personalPage(request: Request, document: string): Response {
  const headers = { ...PAGE, "cache-control": PERSONAL };
  return new Packed(document, "personal").answer(request, headers);
}

/** A page for a person who opened a link, a problem document for a program. */
export function refuse(request: Request, refusal: Refusal, pages: Pages): Response {
  if (!isForPerson(request)) return problem(refusal);
  const body = problemBody(refusal);
  const { language } = chooseLanguage(request);
  return new Response(pages.problem(body, language), {
    status: body.status,
    headers: { ...problemHeaders(refusal), ...PAGE, vary: "accept-language" },
  });
}

/** Opened in a browser's window, not asked for by a script. */
export function isForPerson(request: Request): boolean {
  return request.headers.get("accept")?.includes("text/html") === true;
}
