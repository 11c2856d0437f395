import { readFileSync } from "node:fs";
import { Typeface } from "./typeface.ts";

export type Weight = "regular" | "bold";

/** In the order they are asked; Noto Sans itself has Latin, Greek, Cyrillic and Devanagari. */
const FAMILIES = [
  { folder: "noto-sans", file: "NotoSans" },
  { folder: "noto-sans-bengali", file: "NotoSansBengali" },
  { folder: "noto-sans-arabic", file: "NotoSansArabic" },
  { folder: "noto-sans-hebrew", file: "NotoSansHebrew" },
  { folder: "noto-sans-jp", file: "NotoSansJP" },
] as const;

const STYLES: Readonly<Record<Weight, string>> = { regular: "400Regular", bold: "700Bold" };

/** The fonts of one thread. A file is read and parsed when a text first needs it, and once. */
export class TicketFonts {
  readonly #typefaces = new Map<string, Typeface>();

  /** The first typeface that has every character of the text, or null. */
  find(text: string, weight: Weight): Typeface | null {
    for (const family of FAMILIES) {
      const typeface = this.#open(`${family.folder}/${STYLES[weight]}/${family.file}`, weight);
      if (typeface.covers(text)) return typeface;
    }
    return null;
  }

  #open(family: string, weight: Weight): Typeface {
    const path = `@expo-google-fonts/${family}_${STYLES[weight]}.ttf`;
    let typeface = this.#typefaces.get(path);
    if (typeface === undefined) {
      typeface = new Typeface(readFileSync(new URL(import.meta.resolve(path))));
      this.#typefaces.set(path, typeface);
    }
    return typeface;
  }
}
