import { brotliCompressSync, constants } from "node:zlib";

/** `kept` is compressed once, at the start; `shared` for a second of answers; `personal` for a single one. */
export type Effort = "kept" | "shared" | "personal";

type Encoding = "br" | "gzip";
type Bytes = Uint8Array<ArrayBuffer>;

/** In bytes. What fits one packet arrives no sooner for being smaller. */
const COMPRESSED_FROM_BYTES = 1_000;

/** A body with its compressed forms, each made when it is first asked for and kept from then on. */
export class Packed {
  readonly #plain: Bytes;
  readonly #effort: Effort;
  readonly #forms = new Map<Encoding, Bytes>();

  constructor(content: string | Bytes, effort: Effort) {
    this.#plain = typeof content === "string" ? new TextEncoder().encode(content) : content;
    this.#effort = effort;
  }

  /** Compresses now, so that nobody waits for it later. */
  static ahead(content: string | Bytes): Packed {
    const packed = new Packed(content, "kept");
    if (packed.#isWorthwhile)
      for (const encoding of ["br", "gzip"] as const) packed.#form(encoding);
    return packed;
  }

  /** The smallest form the client takes. `vary` is completed by what this choice follows. */
  answer(request: Request, headers: Readonly<Record<string, string>>, status = 200): Response {
    if (!this.#isWorthwhile) return new Response(this.#plain, { status, headers });
    const { vary } = headers;
    const varying = vary === undefined ? "accept-encoding" : `accept-encoding, ${vary}`;
    const first = this.#effort === "personal" ? "gzip" : "br";
    const encoding = encodingFor(request.headers.get("accept-encoding") ?? "", first);
    if (encoding === null) {
      return new Response(this.#plain, { status, headers: { ...headers, vary: varying } });
    }
    return new Response(this.#form(encoding), {
      status,
      headers: { ...headers, vary: varying, "content-encoding": encoding },
    });
  }

  get #isWorthwhile(): boolean {
    return this.#plain.byteLength > COMPRESSED_FROM_BYTES;
  }

  #form(encoding: Encoding): Bytes {
    const made = this.#forms.get(encoding) ?? compress(this.#plain, encoding, this.#effort);
    this.#forms.set(encoding, made);
    return made;
  }
}

/** `first` where the client takes both. RFC 9110, section 12.5.3, as far as browsers and CDNs use it: a list, `q=0` for never. */
export function encodingFor(acceptEncoding: string, first: Encoding = "br"): Encoding | null {
  const accepted = new Set(
    acceptEncoding
      .toLowerCase()
      .split(",")
      .map((entry) => entry.replaceAll(/\s/g, ""))
      .filter((entry) => !/;q=0(?:\.0*)?$/.test(entry))
      .map((entry) => entry.split(";")[0]),
  );
  const tried: readonly Encoding[] = [first, "br", "gzip"];
  return tried.find((encoding) => accepted.has(encoding)) ?? null;
}

/**
 * Brotli 11, the most, saves 6 % more than 9 and would hold up the start by half a second. Sixty thousand pages of tickets
 * come within minutes: each takes 0.55 ms and 4.5 kB by brotli 4, 0.09 ms and 5.3 kB by brotli 1, and 0.07 ms and 5.0 kB by
 * the first level of libdeflate's gzip.
 */
const QUALITY = {
  kept: { br: 9, gzip: 12 },
  shared: { br: 4, gzip: 6 },
  personal: { br: 1, gzip: 1 },
} as const satisfies Readonly<Record<Effort, Readonly<Record<Encoding, number>>>>;

function compress(bytes: Bytes, encoding: Encoding, effort: Effort): Bytes {
  const { br, gzip } = QUALITY[effort];
  switch (encoding) {
    case "br":
      return new Uint8Array(
        brotliCompressSync(bytes, {
          params: {
            [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
            [constants.BROTLI_PARAM_QUALITY]: br,
            [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength,
          },
        }),
      );
    case "gzip":
      return Bun.gzipSync(bytes, { level: gzip, library: "libdeflate" });
  }
}
