import type { Asset } from "../http/pages.ts";
import type { Language } from "../language/language.ts";
import { LANGUAGES } from "../language/language.ts";
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
  const script = async (name: string, entry: ScriptEntry) =>
    add(name, "js", { content: await bundle(entry), contentType: "text/javascript;charset=utf-8" });
  const attendIn = async (language: Language) =>
    [language, await script(`attend-${language}`, attendEntry(language))] as const;
  const [styles, icon, attend, proofWorker, ticket, inbox] = await Promise.all([
    joinStyles(),
    sourceText("parts/icon.svg"),
    Promise.all(LANGUAGES.map(attendIn)),
    script("proof", { path: "proof/solver-worker.ts" }),
    script("ticket", { path: "ticket/main.ts" }),
    script("inbox", { path: "inbox/main.ts" }),
  ]);
  const paths: AssetPaths = {
    styles: add("pages", "css", { content: styles, contentType: "text/css;charset=utf-8" }),
    icon: add("icon", "svg", { content: icon, contentType: "image/svg+xml" }),
    attend: Object.fromEntries(attend) as Record<Language, string>,
    proofWorker,
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
  "ticket/change.css",
  "index/index.css",
  "receipt/receipt.css",
  "inbox/inbox.css",
];

interface ScriptEntry {
  /** Within this folder. */
  readonly path: string;
  /** In place of what lies at the path. */
  readonly text?: string;
}

/** The form tied to the texts of one language, so that only these are sent. */
function attendEntry(language: Language): ScriptEntry {
  const text = `import { start } from "./main.tsx";
import { texts } from "./texts/${language}.ts";
start({ language: "${language}", texts });`;
  return { path: `attend/entry-${language}.ts`, text };
}

async function bundle({ path, text }: ScriptEntry): Promise<string> {
  const entry = sourcePath(path);
  const built = await Bun.build({
    entrypoints: [entry],
    files: text === undefined ? {} : { [entry]: text },
    target: "browser",
    minify: true,
    define: { "process.env.NODE_ENV": '"production"' },
  });
  const [output] = built.outputs;
  if (output === undefined) throw new Error(`${path} built to nothing`);
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
