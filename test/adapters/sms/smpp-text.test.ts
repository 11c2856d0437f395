import { describe, expect, test } from "bun:test";
import { array, assert, constantFrom, nat, property, string } from "fast-check";
import { encodings } from "smpp";
import type { SmppPart } from "../../../src/adapters/sms/smpp-text.ts";
import { smppParts } from "../../../src/adapters/sms/smpp-text.ts";
import { segmentCount } from "../../../src/delivery/sms-segments.ts";

const HEADER_LENGTH = 6;
const GSM7 =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà\f^{}\\[~]|€";

function textOf(parts: readonly SmppPart[]): string {
  const words = parts.map(({ dataCoding, hasHeader, bytes }) => {
    const body = hasHeader ? bytes.subarray(HEADER_LENGTH) : bytes;
    return dataCoding === 8 ? encodings.UCS2.decode(body) : encodings.ASCII.decode(body);
  });
  return words.join("");
}

/** Mixed so that the bounds of parts, escapes and pairs of halves meet. */
const gsm7Texts = array(constantFrom(...Array.from(GSM7), "€", "{", "a"), {
  maxLength: 500,
  size: "max",
}).map((characters) => characters.join(""));
const anyTexts = array(constantFrom("নি", "ব", "a", "🎫", "👩‍👩‍👧", "é", "`"), {
  maxLength: 300,
  size: "max",
}).map((words) => words.join(""));

describe("A text for SMPP", () => {
  test("goes in as many parts as are paid for, and is whole again when they are put together", () => {
    for (const texts of [
      gsm7Texts,
      anyTexts,
      string({ unit: "grapheme", maxLength: 300, size: "max" }),
    ]) {
      assert(
        property(texts, nat(255), (text, reference) => {
          const parts = smppParts(text, reference);
          expect(parts).toHaveLength(segmentCount(text));
          expect(textOf(parts)).toBe(text);
        }),
      );
    }
  });

  test("breaks neither an escape from its character nor a pair of halves", () => {
    assert(
      property(gsm7Texts, (text) => {
        for (const { bytes } of smppParts(text, 0)) expect(bytes.at(-1)).not.toBe(0x1b);
      }),
    );
    assert(
      property(anyTexts, (text) => {
        for (const part of smppParts(text, 0)) expect(textOf([part]).isWellFormed()).toBe(true);
      }),
    );
  });

  test("fits beside its header into the 140 bytes of a message on the air", () => {
    assert(
      property(gsm7Texts, anyTexts, (gsm7, any) => {
        for (const { dataCoding, hasHeader, bytes } of [
          ...smppParts(gsm7, 0),
          ...smppParts(any, 0),
        ]) {
          const headerBits = hasHeader ? 8 * HEADER_LENGTH : 0;
          const body = bytes.length - headerBits / 8;
          // Packed septets begin at a septet's bound after the header: 49 bits, where it takes 48.
          const bits =
            dataCoding === 0 ? Math.ceil(headerBits / 7) * 7 + 7 * body : headerBits + 8 * body;
          expect(bits).toBeLessThanOrEqual(1_120);
        }
      }),
    );
  });

  test("says in each header which part it is, of which text", () => {
    const parts = smppParts("ক".repeat(150), 0xab);
    expect(parts.map(({ bytes }) => Array.from(bytes.subarray(0, HEADER_LENGTH)))).toEqual([
      [5, 0, 3, 0xab, 3, 1],
      [5, 0, 3, 0xab, 3, 2],
      [5, 0, 3, 0xab, 3, 3],
    ]);
  });

  test("is spelled as the standard's tables have it", () => {
    const [part] = smppParts("@_[€]~Δà", 0);
    expect(part?.dataCoding).toBe(0);
    expect(Array.from(part?.bytes ?? [])).toEqual([
      0x00, 0x11, 0x1b, 0x3c, 0x1b, 0x65, 0x1b, 0x3e, 0x1b, 0x3d, 0x10, 0x7f,
    ]);
    const [bangla] = smppParts("ক", 0);
    expect(bangla?.dataCoding).toBe(8);
    expect(Array.from(bangla?.bytes ?? [])).toEqual([0x09, 0x95]);
  });
});
