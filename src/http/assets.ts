import { Packed } from "./compression.ts";
import { DOCS_STYLE_PATH, docsStyle } from "./docs-style.ts";
import { FOR_EVER, GUARDED } from "./headers.ts";
import type { Asset } from "./pages.ts";
import type { PreparedRoutes } from "./tick.ts";

/** Every file a page names, compressed once at the start; names carry hashes, so browsers keep them for ever. */
export function assetRoutes(
  assets: ReadonlyMap<string, Asset>,
  everyAnswer: Readonly<Record<string, string>>,
): PreparedRoutes {
  const style: Asset = { content: docsStyle, contentType: "text/css; charset=utf-8" };
  const routes = [...assets, [DOCS_STYLE_PATH, style] as const].map(([path, asset]) => {
    const packed = Packed.ahead(asset.content);
    const headers = {
      ...GUARDED,
      ...everyAnswer,
      "content-type": asset.contentType,
      "cache-control": FOR_EVER,
    };
    return [path, { GET: (request: Request) => packed.answer(request, headers) }] as const;
  });
  return Object.fromEntries(routes);
}
