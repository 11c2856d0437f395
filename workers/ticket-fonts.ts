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
  readonly #typefaces: Readonly<Record<Weight, Typeface[]>> = { regular: [], bold: [] };

  /** The first typeface that has every character of the text, or null. */
  find(text: string, weight: Weight): Typeface | null {
    for (let index = 0; index < FAMILIES.length; index += 1) {
      const typeface = this.#open(index, weight);
      if (typeface.covers(text)) return typeface;
    }
    return null;
  }

  #open(index: number, weight: Weight): Typeface {
    return (this.#typefaces[weight][index] ??= readTypeface(index, weight));
  }
}

function readTypeface(index: number, weight: Weight): Typeface {
  const { folder, file } = FAMILIES[index] ?? FAMILIES[0];
  const path = `@expo-google-fonts/${folder}/${STYLES[weight]}/${file}_${STYLES[weight]}.ttf`;
  return new Typeface(readFileSync(new URL(import.meta.resolve(path))));
}
