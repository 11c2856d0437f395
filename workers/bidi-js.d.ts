/** What the drawing code uses of bidi-js 1.1, whose own types its package leaves out. */
declare module "bidi-js" {
  export interface EmbeddingLevels {
    /** One for each UTF-16 unit; odd where the text runs from right to left. */
    readonly levels: Uint8Array;
  }

  export interface Bidi {
    /** Without a direction the first strong character of a paragraph decides. */
    getEmbeddingLevels(text: string, baseDirection?: "ltr" | "rtl"): EmbeddingLevels;
  }

  export default function bidiFactory(): Bidi;
}
