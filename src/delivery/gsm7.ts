/** The default alphabet of 3GPP TS 23.038, section 6.2.1; each character is one septet. */
const DEFAULT_ALPHABET = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
/** The extension table, section 6.2.1.1; an escape and a septet each. */
const EXTENSION = new Set("\f^{}\\[~]|€");
const SEGMENT_SEPTETS = 160;

/** Whether the text is one SMS of 160 septets; anything outside GSM-7 would go as UCS-2, at 70 a segment. */
export function fitsOneSegment(text: string): boolean {
  const septets = septetCount(text);
  return septets !== null && septets <= SEGMENT_SEPTETS;
}

/** Null for a text that GSM-7 cannot carry. */
export function septetCount(text: string): number | null {
  let septets = 0;
  for (const character of text) {
    if (DEFAULT_ALPHABET.has(character)) septets += 1;
    else if (EXTENSION.has(character)) septets += 2;
    else return null;
  }
  return septets;
}
