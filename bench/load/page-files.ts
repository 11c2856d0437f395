import { brotliDecompressSync } from "node:zlib";
import { type HttpAnswer, headerOf } from "../harness/response-reader.ts";

/** Paths of the files that pages name, read from the first page of each kind: the others name the same. */
export class PageFiles {
  readonly #pathsByKind = new Map<string, readonly string[]>();

  of(kind: "page" | "ticket", page: HttpAnswer): readonly string[] {
    const paths = this.#pathsByKind.get(kind) ?? pathsIn(textIn(page));
    this.#pathsByKind.set(kind, paths);
    return paths;
  }
}

/** Of scripts, styles and pictures, in the order in which a page names them. */
function pathsIn(html: string): readonly string[] {
  const paths = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(
    ([, path = ""]) => path,
  );
  if (paths.length === 0) throw new Error("a page names no files");
  return paths;
}

/** Unpacked. */
export function textIn({ head, body }: HttpAnswer): string {
  const encoding = headerOf(head, "content-encoding");
  if (encoding === "br") return brotliDecompressSync(body).toString();
  const bytes = encoding === "gzip" ? Bun.gunzipSync(new Uint8Array(body)) : body;
  return Buffer.from(bytes).toString();
}
