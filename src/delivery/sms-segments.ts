/** The default alphabet of 3GPP TS 23.038, section 6.2.1; each character is one septet. */
const DEFAULT_ALPHABET = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** The extension table, section 6.2.1.1; an escape and a septet each. */
const EXTENSION = new Set("\f^{}\\[~]|€");

/** Units of a message that goes alone, and of each part of a longer one, whose header takes the rest. */
interface Capacity {
  readonly alone: number;
  readonly part: number;
}

/** 140 bytes in septets, less a header of six bytes in each part (3GPP TS 23.040, section 9.2.3.24.1). */
const GSM7: Capacity = { alone: 160, part: 153 };
/** The same in UTF-16 code units. */
const UCS2: Capacity = { alone: 70, part: 67 };

/** Most codes: one look tells what would otherwise take one for each character. */
const PLAIN_SEGMENT = /^[\w\n !"#%&'()*+,./:;<=>?@-]{0,160}$/;

/** How many SMS the text is sent and paid as; one character outside GSM-7 makes the whole text UCS-2. */
export function segmentCount(text: string): number {
  if (PLAIN_SEGMENT.test(text)) return 1;
  const septets = septetWidths(text);
  return septets === null ? packed(utf16Widths(text), UCS2) : packed(septets, GSM7);
}

/** Of each character; null for a text that GSM-7 cannot carry. */
function septetWidths(text: string): readonly number[] | null {
  const widths: number[] = [];
  for (const character of text) {
    if (DEFAULT_ALPHABET.has(character)) widths.push(1);
    else if (EXTENSION.has(character)) widths.push(2);
    else return null;
  }
  return widths;
}

function utf16Widths(text: string): readonly number[] {
  return Array.from(text, (character) => character.length);
}

/** No character is split between two parts, so a part may end a unit early. */
function packed(widths: readonly number[], { alone, part }: Capacity): number {
  const units = widths.reduce((sum, width) => sum + width, 0);
  if (units <= alone) return 1;
  let count = 1;
  let used = 0;
  for (const width of widths) {
    if (used + width > part) {
      count += 1;
      used = 0;
    }
    used += width;
  }
  return count;
}
