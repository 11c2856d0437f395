/** The PDFs asked for last, bounded by the bytes they and their keys take; the least recently used goes first. */
export class PdfCache {
  readonly #byteCountMax: number;
  /** A map keeps the order of insertion, so its first entry is the one unused for longest. */
  readonly #pdfs = new Map<string, Uint8Array>();
  #byteCount = 0;

  constructor(byteCountMax: number) {
    this.#byteCountMax = byteCountMax;
  }

  get byteCount(): number {
    return this.#byteCount;
  }

  get(key: string): Uint8Array | null {
    const pdf = this.#pdfs.get(key);
    if (pdf === undefined) return null;
    this.#pdfs.delete(key);
    this.#pdfs.set(key, pdf);
    return pdf;
  }

  set(key: string, pdf: Uint8Array): void {
    this.#delete(key);
    this.#pdfs.set(key, pdf);
    this.#byteCount += entryByteCount(key, pdf);
    for (const oldest of this.#pdfs.keys()) {
      if (this.#byteCount <= this.#byteCountMax) return;
      this.#delete(oldest);
    }
  }

  #delete(key: string): void {
    const pdf = this.#pdfs.get(key);
    if (pdf === undefined) return;
    this.#pdfs.delete(key);
    this.#byteCount -= entryByteCount(key, pdf);
  }
}

/** A string takes at most two bytes a unit. */
function entryByteCount(key: string, pdf: Uint8Array): number {
  return 2 * key.length + pdf.byteLength;
}
