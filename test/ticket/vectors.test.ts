import { describe, expect, test } from "bun:test";
import { parseShortCode, shortCodeMac } from "../../src/ticket/short-code.ts";
import { parseKeyRing, ringVerifier } from "../../src/ticket/signing-key.ts";
import { parseTicketCode } from "../../src/ticket/ticket-code.ts";
import {
  makeVectors,
  type ShortCodeVector,
  type TicketCodeVector,
  type Vectors,
} from "./make-vectors.ts";
import { hmacSha256, readShortCode, readTicketCode } from "./second-reader.ts";
import json from "./vectors.json";

const vectors = json as Vectors;
const parsed = parseKeyRing(vectors.keyRing);
if (parsed.kind === "invalid") throw new Error(parsed.reason);
const { ring } = parsed;

describe("the test vectors", () => {
  test("are what the script writes", () => {
    expect(makeVectors()).toEqual(vectors);
    expect(vectors.ticketCodes.length + vectors.shortCodes.length).toBeGreaterThanOrEqual(50);
  });

  test.each(vectors.ticketCodes.map((vector) => [vector.name, vector] as const))(
    "ticket code, %s: ours reads it as written down",
    async (_, vector) => {
      const result = await parseTicketCode(vector.text, vector.host, ringVerifier(ring));
      expect(result.kind).toBe(vector.expected);
      if (result.kind === "valid") expect(result.fields).toEqual(requireFields(vector));
    },
  );

  test.each(vectors.ticketCodes.map((vector) => [vector.name, vector] as const))(
    "ticket code, %s: a second reader agrees",
    async (_, vector) => {
      const { kind, fields } = await readTicketCode(vector.text, vector.host, vectors.keyRing);
      expect<string>(kind).toBe(vector.expected);
      expect<object | null>(fields).toEqual(vector.fields);
    },
  );

  test.each(vectors.shortCodes.map((vector) => [vector.name, vector] as const))(
    "short code, %s: ours reads it as written down",
    (_, vector) => {
      const { kind, fields } = judgeShortCode(vector);
      expect(kind).toBe(vector.expected);
      expect<object | null>(fields).toEqual(vector.fields);
    },
  );

  test.each(vectors.shortCodes.map((vector) => [vector.name, vector] as const))(
    "short code, %s: a second reader agrees",
    async (_, vector) => {
      const { eventId, keyId } = vector;
      const hmac = await hmacSha256(vectors.keyRing, keyId);
      const { kind, fields } = await readShortCode(vector.typed, eventId, hmac);
      expect<string>(kind).toBe(vector.expected);
      expect<object | null>(fields).toEqual(vector.fields);
    },
  );
});

function judgeShortCode(
  vector: ShortCodeVector,
): Pick<ShortCodeVector, "fields"> & { kind: string } {
  const result = parseShortCode(vector.typed);
  if (result.kind !== "parsed") return { kind: result.kind, fields: null };
  const hmac = ring.versions.get(vector.keyId)?.hmac;
  if (hmac === undefined) throw new Error(`no test key ${vector.keyId}`);
  const isGenuine = shortCodeMac(vector.eventId, result.fields, hmac) === result.mac;
  return { kind: isGenuine ? "genuine" : "bad-mac", fields: result.fields };
}

function requireFields(vector: TicketCodeVector): NonNullable<TicketCodeVector["fields"]> {
  if (vector.fields === null) throw new Error("a valid vector without fields");
  return vector.fields;
}
