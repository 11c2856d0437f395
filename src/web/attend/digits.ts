/** The zero of each script's decimal digits in use on phones: Latin, Arabic, Persian, Indic, Thai, fullwidth. */
const ZEROS = [
  0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xff10,
];

/** Only the digits of what was typed or pasted, as `0` to `9`, whatever the script or the spacing. */
export function plainDigits(typed: string): string {
  const values = Array.from(typed, digitValue);
  return values.filter((value) => value !== null).join("");
}

function digitValue(character: string): number | null {
  const codePoint = character.codePointAt(0) ?? 0;
  for (const zero of ZEROS) {
    const value = codePoint - zero;
    if (value >= 0 && value <= 9) return value;
  }
  return null;
}
