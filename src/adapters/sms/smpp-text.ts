/** One short message of a text, as `submit_sm` carries it. */
export interface SmppPart {
  /** SMPP 3.4 section 5.2.19: 0 is the alphabet of the SMSC, 8 is UCS-2. */
  readonly dataCoding: 0 | 8;
  /** Whether the bytes begin with a header that says which part of the text this is. */
  readonly hasHeader: boolean;
  readonly bytes: Buffer;
}

/** Parts of one text: a byte counts them. */
export const PART_COUNT_MAX = 255;

/**
 * A text as the parts it is sent and paid as, no more than `PART_COUNT_MAX` of which can be sent. The reference,
 * 0 to 255, tells the parts of one text from those of the next.
 *
 * A septet of GSM-7 takes an octet: on the air it is packed, but SMSCs take it unpacked and pack it themselves.
 */
export function smppParts(text: string, reference: number): readonly SmppPart[] {
  const characters = Array.from(text);
  const septets = characters.map((character) => GSM7_OCTETS.get(character));
  const isGsm7 = septets.every((octets) => octets !== undefined);
  const { dataCoding, alone, part } = isGsm7 ? GSM7 : UCS2;
  const encoded = isGsm7 ? septets : characters.map(utf16BigEndian);
  const byteCount = encoded.reduce((sum, { length }) => sum + length, 0);
  if (byteCount <= alone)
    return [{ dataCoding, hasHeader: false, bytes: Buffer.from(encoded.flat()) }];
  const bodies = packed(encoded, part);
  return bodies.map((body, index) => {
    const octets = [header(reference, bodies.length, index + 1), ...body].flat();
    return { dataCoding, hasHeader: true, bytes: Buffer.from(octets) };
  });
}

/** Of one character. */
type Octets = readonly number[];

/** In bytes as SMPP carries them: 160 septets or 70 UTF-16 units alone, 153 or 67 beside a header. */
const GSM7 = { dataCoding: 0, alone: 160, part: 153 } as const;
const UCS2 = { dataCoding: 8, alone: 140, part: 134 } as const;

const ESCAPE = 0x1b;
/** In the order of 3GPP TS 23.038, section 6.2.1; what leads to the extension table has no character. */
const DEFAULT_ALPHABET =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\0ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/** Section 6.2.1.1: each of these is the escape and the septet of the character below it. */
const EXTENSION = "\f^{}\\[~]|€";
const EXTENSION_BASE = "\nΛ()/<=>¡e";

const GSM7_OCTETS: ReadonlyMap<string, Octets> = gsm7Octets();

function gsm7Octets(): ReadonlyMap<string, Octets> {
  const septets = Array.from(DEFAULT_ALPHABET);
  const octets = new Map(septets.map((character, septet) => [character, [septet]]));
  octets.delete("\0");
  const bases = Array.from(EXTENSION_BASE);
  Array.from(EXTENSION).forEach((character, index) => {
    octets.set(character, [ESCAPE, septets.indexOf(`${bases[index]}`)]);
  });
  return octets;
}

/** A character beyond the first plane keeps its two halves together. */
function utf16BigEndian(character: string): Octets {
  return Array.from(Buffer.from(character, "utf16le").swap16());
}

/** 3GPP TS 23.040, section 9.2.3.24.1: five bytes follow, element 0 of three bytes. */
function header(reference: number, count: number, number: number): Octets {
  return [5, 0, 3, reference, count, number];
}

/** As many characters in each part as go in whole. */
function packed(characters: readonly Octets[], bytesMax: number): readonly Octets[][] {
  const parts: Octets[][] = [];
  let current: Octets[] = [];
  let used = 0;
  for (const octets of characters) {
    if (used + octets.length > bytesMax) {
      parts.push(current);
      current = [];
      used = 0;
    }
    current.push(octets);
    used += octets.length;
  }
  return [...parts, current];
}
