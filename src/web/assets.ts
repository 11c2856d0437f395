import type { Asset } from "../http/pages.ts";
import type { AssetPaths } from "./parts/document.ts";

export interface PageAssets {
  readonly paths: AssetPaths;
  readonly files: ReadonlyMap<string, Asset>;
}

/**
 * Bundles the pages' scripts in memory and joins their styles. Each path carries a hash of its content, so
 * that browsers may keep a file for ever. Throws where a script does not build.
 */
export async function buildAssets(): Promise<PageAssets> {
  const files = new Map<string, Asset>();
  const add = (name: string, extension: string, asset: Asset): string => {
    const path = `/assets/${name}-${Bun.hash(asset.content).toString(36)}.${extension}`;
    files.set(path, asset);
    return path;
  };
  const script = async (name: string, entry: string) =>
    add(name, "js", { content: await bundle(entry), contentType: "text/javascript;charset=utf-8" });
  const [styles, icon, attend, ticket, inbox] = await Promise.all([
    joinStyles(),
    sourceText("parts/icon.svg"),
    script("attend", "attend/main.tsx"),
    script("ticket", "ticket/main.ts"),
    script("inbox", "inbox/main.ts"),
  ]);
  const paths: AssetPaths = {
    styles: add("pages", "css", { content: styles, contentType: "text/css;charset=utf-8" }),
    icon: add("icon", "svg", { content: icon, contentType: "image/svg+xml" }),
    attend,
    ticket,
    inbox,
  };
  return { paths, files };
}

const STYLES = [
  "parts/tokens.css",
  "parts/base.css",
  "attend/attend.css",
  "ticket/ticket.css",
  "index/index.css",
  "inbox/inbox.css",
];

async function bundle(entry: string): Promise<string> {
  const built = await Bun.build({
    entrypoints: [sourcePath(entry)],
    target: "browser",
    minify: true,
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const [output] = built.outputs;
  if (output === undefined) throw new Error(`${entry} built to nothing`);
  return output.text();
}

/** Joined, not bundled: Bun's bundler rewrites logical properties into long lists of languages. */
async function joinStyles(): Promise<string> {
  const sheets = await Promise.all(STYLES.map(sourceText));
  return sheets
    .join("\n")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\n\s*/g, "\n");
}

function sourceText(name: string): Promise<string> {
  return Bun.file(sourcePath(name)).text();
}

function sourcePath(name: string): string {
  return `${import.meta.dir}/${name}`;
}
