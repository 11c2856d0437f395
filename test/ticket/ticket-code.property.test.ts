import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeBase45, encodeBase45 } from "../../src/ticket/base45.ts";
import { parseKeyRing, ringVerifier } from "../../src/ticket/signing-key.ts";
import type { TicketCodeFields } from "../../src/ticket/ticket-code.ts";
import { encodeTicketCode, parseTicketCode } from "../../src/ticket/ticket-code.ts";
import { anyText } from "./any-text.ts";
import { testKeyRing } from "./make-ticket-sheet.ts";
import { MUTATION_COUNT, MUTATIONS_WITHIN_MS, mutatedText } from "./mutated-text.ts";

const HOST = "tickets.example.org";
const PREFIX = "T1:";
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const HEAD_BYTES = 12;
/** Order of the Ed25519 group (RFC 8032, section 5.1). */
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const ring = testKeyRing();
const strangers = parseKeyRing(`1:${Buffer.alloc(32, 7).toString("base64url")}`);

const anyFields: fc.Arbitrary<TicketCodeFields> = fc.record({
  keyId: fc.constantFrom(1, 2),
  eventId: fc.integer({ min: 1, max: 65_535 }),
  day: fc.integer({ min: 1, max: 16 }),
  saleNumber: fc.integer({ min: 1, max: 16 }),
  ordinal: fc.integer({ min: 1, max: 131_071 }),
  revision: fc.integer({ min: 0, max: 255 }),
  tag: fc.integer({ min: 0, max: 65_535 }),
});
const someFields = fc.sample(anyFields, { numRuns: 60, seed: 45 });
const genuine = new Map(someFields.map((fields) => [encode(fields, HOST), fields]));
const anyGenuine = fc.constantFrom(...genuine.keys());

const flipped = fc
  .tuple(anyGenuine, fc.array(fc.nat(76 * 8 - 1), { minLength: 1, maxLength: 3 }))
  .map(([code, bits]) => {
    const bytes = bytesOf(code);
    for (const bit of bits) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return textOf(bytes);
  });
const spliced = fc
  .tuple(anyGenuine, anyGenuine)
  .map(([one, other]) =>
    textOf(
      Uint8Array.of(...bytesOf(one).slice(0, HEAD_BYTES), ...bytesOf(other).slice(HEAD_BYTES)),
    ),
  );
const ofAnotherHost = fc
  .tuple(fc.constantFrom(...someFields), fc.constantFrom("", "tickets.example.com", `${HOST}\0`))
  .map(([fields, host]) => encode(fields, host));
const forged = fc.constantFrom(...someFields).map((fields) => {
  if (strangers.kind === "invalid") throw new Error(strangers.reason);
  return encodeTicketCode(fields, HOST, strangers.ring.newest.sign);
});
const random = fc
  .tuple(fc.constantFrom(0, 1, 2), fc.nat(255), fc.uint8Array({ minLength: 74, maxLength: 74 }))
  .map(([version, keyId, rest]) => textOf(Uint8Array.of(version, keyId, ...rest)));

/** Would be another spelling of the same bytes, did a group of three characters wrap around at two bytes. */
const overflowed = fc.tuple(anyGenuine, fc.nat(37)).map(([code, group]) => {
  const bytes = bytesOf(code);
  const value = (bytes[2 * group] ?? 0) * 256 + (bytes[2 * group + 1] ?? 0) + 0x10000;
  const at = PREFIX.length + 3 * group;
  return value < 45 ** 3 ? code.slice(0, at) + base45Group(value) + code.slice(at + 3) : code;
});

/** Most die before their signature is checked, which is what costs. */
const anyMutation = fc.oneof(
  { weight: 12, arbitrary: anyGenuine.chain(mutatedText) },
  { weight: 4, arbitrary: anyText },
  { weight: 1, arbitrary: fc.oneof(flipped, spliced, anyGenuine.map(withOtherScalar)) },
  { weight: 1, arbitrary: fc.oneof(ofAnotherHost, forged, random, overflowed) },
);

test(
  `${MUTATION_COUNT} mutated ticket codes: none is believed, none throws`,
  async () => {
    const property = fc.asyncProperty(anyMutation, async (text) => {
      const parsed = await parseTicketCode(text, HOST, ringVerifier(ring));
      const signed = genuine.get(text);
      if (signed !== undefined) expect(parsed).toEqual({ kind: "valid", fields: signed });
      else expect(["malformed", "unknown-key", "bad-signature"]).toContain(parsed.kind);
    });
    await fc.assert(property, { numRuns: MUTATION_COUNT });
  },
  MUTATIONS_WITHIN_MS,
);

test("the same signature in its other spelling (S + L) is no signature", async () => {
  for (const code of genuine.keys()) {
    const parsed = await parseTicketCode(withOtherScalar(code), HOST, ringVerifier(ring));
    expect(parsed).toEqual({ kind: "bad-signature" });
  }
});

function encode(fields: TicketCodeFields, host: string): string {
  const key = ring.versions.get(fields.keyId);
  if (key === undefined) throw new Error(`no test key ${fields.keyId}`);
  return encodeTicketCode(fields, host, key.sign);
}

/** Adds the group's order to the scalar: a lax verifier takes it for the same signature. */
function withOtherScalar(code: string): string {
  const bytes = bytesOf(code);
  const scalar = bytes.subarray(HEAD_BYTES + 32);
  const other = BigInt(`0x${Buffer.from(scalar).reverse().toString("hex")}`) + GROUP_ORDER;
  scalar.set(Buffer.from(other.toString(16).padStart(64, "0"), "hex").reverse());
  return textOf(bytes);
}

function base45Group(value: number): string {
  const digits = [value % 45, Math.floor(value / 45) % 45, Math.floor(value / 45 ** 2)];
  return digits.map((digit) => ALPHABET.charAt(digit)).join("");
}

function bytesOf(code: string): Uint8Array {
  const bytes = decodeBase45(code.slice(PREFIX.length));
  if (bytes === null) throw new Error("a genuine code decodes");
  return bytes;
}

function textOf(bytes: Uint8Array): string {
  return PREFIX + encodeBase45(bytes);
}
