import { createPublicKey } from "node:crypto";
import type { DnsAnswer } from "./dns-port.ts";
import type { Finding } from "./finding.ts";
import { about } from "./finding.ts";
import { parseTagList } from "./tag-list.ts";

/** RFC 8301 section 3.2: signers use at least so many, and verifiers may turn shorter keys away. */
const RSA_BITS_MIN = 2_048;

/** The key under which the provider signs, at `selector._domainkey` of the sender's domain (RFC 6376 section 3.6). */
export function checkDkim(selector: string, answer: DnsAnswer): Finding {
  const finding = about(`DKIM ${selector}`);
  if (answer.kind === "unknown") return finding.unknown(answer.reason);
  if (answer.records.length === 0) {
    return finding.fault("no record: publish the key your mail provider names");
  }
  // A selector has one record, so what comes in pieces is one.
  const tags = parseTagList(answer.records.join(""));
  const key = tags?.get("p")?.replace(/\s+/g, "");
  if (tags === null || key === undefined) return finding.fault("the record is no key");
  if (key === "") return finding.fault("the key is revoked: sign with another selector");
  const type = tags.get("k") ?? "rsa";
  if (type === "ed25519") return finding.ok("an Ed25519 key");
  const bits = type === "rsa" ? rsaBits(key) : null;
  if (bits === null) return finding.fault("the key cannot be read: publish it once more, whole");
  if (bits >= RSA_BITS_MIN) return finding.ok(`an RSA key of ${bits} bits`);
  return finding.fault(`an RSA key of ${bits} bits: make one of ${RSA_BITS_MIN}`);
}

function rsaBits(base64: string): number | null {
  try {
    const key = Buffer.from(base64, "base64");
    const { asymmetricKeyDetails } = createPublicKey({ key, format: "der", type: "spki" });
    return asymmetricKeyDetails?.modulusLength ?? null;
  } catch {
    return null;
  }
}
