import { Packed } from "./compression.ts";
import { DOCS_STYLE_PATH, docsStyle } from "./docs-style.ts";
import { FOR_EVER, GUARDED, PERSONAL } from "./headers.ts";
import type { Asset } from "./pages.ts";
import { problem } from "./problem.ts";
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
  return { ...Object.fromEntries(routes), [OTHER_FILES]: { GET: otherFile(everyAnswer) } };
}

/** Bun looks for whole paths first. */
const OTHER_FILES = "/assets/:file";

/**
 * The page of another build stood in a cache a moment longer than its script did at the service: it comes again, when it
 * can only be of this build. Once, for a cache may be at fault. Started as a worker this fails, which the form heeds.
 */
const RELOAD = `const key = "reloaded for " + import.meta.url;
if (sessionStorage.getItem(key) === null) {
  sessionStorage.setItem(key, "");
  setTimeout(() => location.reload(), 6000);
}
`;

/** A name of no file of this build. Nothing of it is kept: the name may be that of the next build. */
function otherFile(everyAnswer: Readonly<Record<string, string>>) {
  const headers = {
    ...GUARDED,
    ...everyAnswer,
    "content-type": "text/javascript;charset=utf-8",
    "cache-control": PERSONAL,
  };
  return (request: Request): Response => {
    if (request.url.endsWith(".js")) return new Response(RELOAD, { headers });
    const missing = problem({ kind: "not-found" });
    for (const [name, value] of Object.entries(everyAnswer)) missing.headers.set(name, value);
    return missing;
  };
}
