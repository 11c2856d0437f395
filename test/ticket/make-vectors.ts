import { decodeBase45, encodeBase45 } from "../../src/ticket/base45.ts";
import {
  encodeShortCode,
  groupShortCode,
  type ShortCodeFields,
} from "../../src/ticket/short-code.ts";
import type { SigningKey } from "../../src/ticket/signing-key.ts";
import { encodeTicketCode, type TicketCodeFields } from "../../src/ticket/ticket-code.ts";
import { TEST_KEY_RING_TEXT, testKeyRing } from "./make-ticket-sheet.ts";

export interface TicketCodeVector {
  readonly name: string;
  readonly host: string;
  readonly text: string;
  readonly expected: "valid" | "malformed" | "unknown-key" | "bad-signature";
  /** Null unless valid. */
  readonly fields: TicketCodeFields | null;
}

export interface ShortCodeVector {
  readonly name: string;
  /** The event and key version that the gate which reads it stands for. */
  readonly eventId: number;
  readonly keyId: number;
  readonly typed: string;
  readonly expected: "genuine" | "malformed" | "bad-check" | "bad-mac";
  /** Null where nothing can be read. */
  readonly fields: ShortCodeFields | null;
}

export interface Vectors {
  readonly keyRing: string;
  readonly publicKeys: Readonly<Record<string, string>>;
  readonly ticketCodes: readonly TicketCodeVector[];
  readonly shortCodes: readonly ShortCodeVector[];
}

const HOST = "tickets.example.org";
const FIELDS = {
  keyId: 1,
  eventId: 3,
  day: 1,
  saleNumber: 2,
  ordinal: 48_213,
  revision: 0,
  tag: 0x5a17,
};
const ring = testKeyRing();

/** The file `vectors.json`, whole: run this script to write it anew after a new version of a format. */
export function makeVectors(): Vectors {
  const publicKeys = [...ring.versions.values()].map((key) => [
    key.version,
    Buffer.from(key.publicKey).toString("hex"),
  ]);
  return {
    keyRing: TEST_KEY_RING_TEXT,
    publicKeys: Object.fromEntries(publicKeys) as Record<string, string>,
    ticketCodes: [...goodTicketCodes(), ...badTicketCodes()],
    shortCodes: [...goodShortCodes(), ...badShortCodes()],
  };
}

function goodTicketCodes(): TicketCodeVector[] {
  const good = (name: string, change: Partial<TicketCodeFields>, host = HOST): TicketCodeVector => {
    const fields = { ...FIELDS, ...change };
    const text = encodeTicketCode(fields, host, keyOf(fields.keyId).sign);
    return { name, host, text, expected: "valid", fields };
  };
  const least = { eventId: 1, day: 1, saleNumber: 1, ordinal: 1, revision: 0, tag: 0 };
  const most = {
    eventId: 65_535,
    day: 16,
    saleNumber: 16,
    ordinal: 131_071,
    revision: 255,
    tag: 65_535,
  };
  return [
    good("an ordinary ticket", {}),
    good("its second event day", { day: 2 }),
    good("its third event day", { day: 3 }),
    good("the least of every field", least),
    good("the most of every field", most),
    good("the second key version", { keyId: 2 }),
    good("a reissue", { revision: 1 }),
    good("an ordinal over two bytes", { ordinal: 65_536 }),
    good("a host with a port", {}, "localhost:3000"),
    good("another host", {}, "tickets.example.com"),
  ];
}

function badTicketCodes(): TicketCodeVector[] {
  const good = encodeTicketCode(FIELDS, HOST, keyOf(1).sign);
  const other = encodeTicketCode({ ...FIELDS, ordinal: 48_214 }, HOST, keyOf(1).sign);
  const bad = (
    name: string,
    expected: TicketCodeVector["expected"],
    text: string,
    host = HOST,
  ): TicketCodeVector => ({ name, host, text, expected, fields: null });
  const unbound = encodeTicketCode(FIELDS, HOST, (message) => keyOf(1).sign(message.slice(-12)));
  const wrongKey = encodeTicketCode(FIELDS, HOST, keyOf(2).sign);
  return [
    bad("nothing", "malformed", ""),
    bad("the prefix alone", "malformed", "T1:"),
    bad("a link", "malformed", "https://tickets.example.org/t/kZ3v1mQ8s0yJtR5wXaB7cA"),
    bad("the last character lost", "malformed", good.slice(0, -1)),
    bad("the last group lost", "malformed", good.slice(0, -3)),
    bad("a character too many", "malformed", `${good}0`),
    bad("lower case", "malformed", good.toLowerCase()),
    bad("another prefix", "malformed", `T2:${good.slice(3)}`),
    bad("no prefix", "malformed", good.slice(3)),
    bad("a space before", "malformed", ` ${good}`),
    bad("a line end after", "malformed", `${good}\n`),
    bad("a character outside the alphabet", "malformed", `${good.slice(0, 60)}_${good.slice(61)}`),
    bad("a group above 65535", "malformed", `T1::::${good.slice(6)}`),
    bad("format version 2", "malformed", withByte(good, 0, 2)),
    bad("key id 0", "unknown-key", withByte(good, 1, 0)),
    bad("a key id nobody has", "unknown-key", withByte(good, 1, 3)),
    bad("the id of the other key", "bad-signature", withByte(good, 1, 2)),
    bad("signed by the other key", "bad-signature", wrongKey),
    bad("another event", "bad-signature", withByte(good, 3, 4)),
    bad("another day", "bad-signature", withByte(good, 4, 2)),
    bad("another sale", "bad-signature", withByte(good, 5, 1)),
    bad("another ordinal", "bad-signature", withByte(good, 8, 0x56)),
    bad("another revision", "bad-signature", withByte(good, 9, 1)),
    bad("another tag", "bad-signature", withByte(good, 11, 0x16)),
    bad("one bit of the signature", "bad-signature", withByte(good, 12, byteOf(good, 12) ^ 1)),
    bad("the signature's last bit", "bad-signature", withByte(good, 75, byteOf(good, 75) ^ 0x80)),
    bad("the signature of another ticket", "bad-signature", withSignature(good, other)),
    bad("a signature of zeros", "bad-signature", withSignature(good, null)),
    bad("signed without its host", "bad-signature", unbound),
    bad("read at another host", "bad-signature", good, "tickets.example.com"),
    bad("read at its host in capitals", "bad-signature", good, "TICKETS.EXAMPLE.ORG"),
  ];
}

function goodShortCodes(): ShortCodeVector[] {
  const good = (
    name: string,
    fields: ShortCodeFields,
    spell: (code: string) => string = (code) => code,
  ): ShortCodeVector => {
    const typed = spell(encodeShortCode(3, fields, keyOf(1).hmac));
    return { name, eventId: 3, keyId: 1, typed, expected: "genuine", fields };
  };
  const first = { saleNumber: 1, day: 1, ordinal: 1 };
  return [
    good("an ordinary code", { saleNumber: 2, day: 1, ordinal: 48_213 }),
    good("the least of every field", first),
    good("the most of every field", { saleNumber: 16, day: 16, ordinal: 131_071 }),
    good("in groups", first, groupShortCode),
    good("in lower case", first, (code) => code.toLowerCase()),
    good("O for 0 and I for 1", first, (code) => code.replace(/0/g, "O").replace(/1/g, "I")),
    good("l for 1, spaces and a line end", first, (code) => ` ${code.replace(/1/g, "l")} \r\n`),
  ];
}

function badShortCodes(): ShortCodeVector[] {
  const fields = { saleNumber: 2, day: 1, ordinal: 48_213 };
  const good = encodeShortCode(3, fields, keyOf(1).hmac);
  const bad = (
    name: string,
    expected: ShortCodeVector["expected"],
    typed: string,
    gate = { eventId: 3, keyId: 1 },
  ): ShortCodeVector => ({
    name,
    ...gate,
    typed,
    expected,
    fields: expected === "bad-mac" ? fields : null,
  });
  const swapped = good.slice(0, 6) + good.charAt(7) + good.charAt(6) + good.slice(8);
  const forged = encodeShortCode(3, fields, () => Buffer.alloc(32, 0xa5));
  const noOrdinal = encodeShortCode(3, { ...fields, ordinal: 0 }, keyOf(1).hmac);
  return [
    bad("nothing", "malformed", ""),
    bad("eleven characters", "malformed", good.slice(0, -1)),
    bad("thirteen characters", "malformed", `${good}0`),
    bad("a letter U", "malformed", `${good.slice(0, 4)}U${good.slice(5)}`),
    bad("an ordinal of 0", "malformed", noOrdinal),
    bad(
      "another check character",
      "bad-check",
      good.slice(0, -1) + (good.endsWith("0") ? "1" : "0"),
    ),
    bad("one wrong character", "bad-check", (good.startsWith("0") ? "1" : "0") + good.slice(1)),
    bad("two neighbours swapped", "bad-check", swapped),
    bad("a guessed MAC", "bad-mac", forged),
    bad("read at another event", "bad-mac", good, { eventId: 4, keyId: 1 }),
    bad("read with another key", "bad-mac", good, { eventId: 3, keyId: 2 }),
  ];
}

function keyOf(version: number): SigningKey {
  const key = ring.versions.get(version);
  if (key === undefined) throw new Error(`no test key ${version}`);
  return key;
}

function bytesOf(text: string): Uint8Array {
  const bytes = decodeBase45(text.slice(3));
  if (bytes === null) throw new Error("not a ticket code");
  return bytes;
}

function byteOf(text: string, at: number): number {
  return bytesOf(text)[at] ?? 0;
}

function withByte(text: string, at: number, byte: number): string {
  return `T1:${encodeBase45(bytesOf(text).with(at, byte))}`;
}

function withSignature(text: string, from: string | null): string {
  const bytes = bytesOf(text);
  bytes.set(from === null ? new Uint8Array(64) : bytesOf(from).subarray(12), 12);
  return `T1:${encodeBase45(bytes)}`;
}

if (import.meta.main) {
  await Bun.write(
    new URL("vectors.json", import.meta.url),
    `${JSON.stringify(makeVectors(), null, 2)}\n`,
  );
}
