import { Elysia } from "elysia";
import { html, json } from "../answers.ts";
import { docsPage } from "../docs-page.ts";
import type { OpenApiDocument } from "../openapi.ts";

const CACHE_CONTROL = "public, max-age=300";

/** Takes a function because the document describes these routes too. */
export function docsRoutes(describe: () => OpenApiDocument) {
  return new Elysia()
    .get("/openapi.json", () => json(describe(), CACHE_CONTROL))
    .get("/docs", () => html(docsPage(describe()), CACHE_CONTROL));
}
