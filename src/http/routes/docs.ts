import { Elysia } from "elysia";
import { Packed } from "../compression.ts";
import { docsPage } from "../docs-page.ts";
import { GUARDED, PAGE, SHARED_LONGER } from "../headers.ts";
import type { OpenApiDocument } from "../openapi.ts";

const PAGE_HEADERS = { ...PAGE, "cache-control": SHARED_LONGER };
const JSON_HEADERS = {
  ...GUARDED,
  "content-type": "application/json",
  "cache-control": SHARED_LONGER,
};

/** Takes a function because the document describes these routes too. */
export function docsRoutes(describe: () => OpenApiDocument) {
  let document: Packed | null = null;
  let page: Packed | null = null;
  return new Elysia()
    .get("/openapi.json", ({ request }) => {
      document ??= new Packed(JSON.stringify(describe()), "kept");
      return document.answer(request, JSON_HEADERS);
    })
    .get("/docs", ({ request }) => {
      page ??= new Packed(docsPage(describe()), "kept");
      return page.answer(request, PAGE_HEADERS);
    });
}
