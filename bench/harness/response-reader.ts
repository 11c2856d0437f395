/** One answer of a server. */
export interface HttpAnswer {
  readonly status: number;
  /** The status line and the headers, as they came. */
  readonly head: string;
  readonly body: Uint8Array;
}

/** What a server sent is not an answer of HTTP/1.1 as we know it. */
export class ResponseError extends Error {
  override readonly name = "ResponseError";
}

const HEAD_END = Buffer.from("\r\n\r\n");
const LINE_END = Buffer.from("\r\n");
/** After the last chunk comes an empty line; nobody we measure sends trailers. */
const LAST_CHUNK = "0";
const NONE = Buffer.alloc(0);

/**
 * Cuts the bytes of a keep-alive connection into answers, by length or by chunks (RFC 9112 section 6). Nothing is
 * copied where an answer comes in one piece, as small ones do.
 */
export class ResponseReader {
  #rest: Buffer = NONE;

  /** Something of an answer came, and not all of it. */
  get isMidway(): boolean {
    return this.#rest.length > 0;
  }

  /** Forgets what came; for the next connection. */
  reset(): void {
    this.#rest = NONE;
  }

  /** The next whole answer, or null until more bytes come. Throws `ResponseError`. */
  read(bytes: Buffer): HttpAnswer | null {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const headEnd = all.indexOf(HEAD_END);
    const answer = headEnd === -1 ? null : this.#readBody(all, headEnd);
    if (answer === null) this.#rest = all;
    return answer;
  }

  #readBody(all: Buffer, headEnd: number): HttpAnswer | null {
    const head = all.toString("latin1", 0, headEnd);
    const status = Number(head.slice(9, 12));
    if (!head.startsWith("HTTP/1.1 ") || !(status >= 200)) throw new ResponseError(head);
    const bodyStart = headEnd + HEAD_END.length;
    if (headerOf(head, "transfer-encoding") === "chunked") {
      return this.#readChunks(all, bodyStart, { status, head });
    }
    // These tell the length of what they spare us.
    const isBodiless = status === 304 || status === 204;
    const bodyEnd = bodyStart + (isBodiless ? 0 : Number(headerOf(head, "content-length") ?? 0));
    if (all.length < bodyEnd) return null;
    this.#rest = all.subarray(bodyEnd);
    return { status, head, body: all.subarray(bodyStart, bodyEnd) };
  }

  #readChunks(all: Buffer, bodyStart: number, answer: Omit<HttpAnswer, "body">): HttpAnswer | null {
    const chunks: Buffer[] = [];
    let at = bodyStart;
    for (;;) {
      const lineEnd = all.indexOf(LINE_END, at);
      if (lineEnd === -1) return null;
      const size = all.toString("latin1", at, lineEnd);
      const chunkEnd = lineEnd + LINE_END.length + Number.parseInt(size, 16);
      if (all.length < chunkEnd + LINE_END.length) return null;
      chunks.push(all.subarray(lineEnd + LINE_END.length, chunkEnd));
      at = chunkEnd + LINE_END.length;
      if (size === LAST_CHUNK) break;
    }
    this.#rest = all.subarray(at);
    return { ...answer, body: Buffer.concat(chunks) };
  }
}

/** The value of a header by its name in lower case; null where it is absent. */
export function headerOf(head: string, name: string): string | null {
  const pattern = PATTERNS.get(name) ?? new RegExp(`\\r\\n${name}:[ \\t]*([^\\r\\n]*)`, "i");
  PATTERNS.set(name, pattern);
  return pattern.exec(head)?.[1]?.trimEnd() ?? null;
}

const PATTERNS = new Map<string, RegExp>();
