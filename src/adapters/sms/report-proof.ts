import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { ReportRequest } from "../../delivery/report-ports.ts";
import type { Secret } from "./secret.ts";

/** How a provider proves that a report is its own. */
export type ReportProof =
  /** HMAC-SHA256 of the body. */
  | {
      readonly kind: "body-signature";
      readonly secret: Secret;
      readonly header: string;
      readonly encoding: "hex" | "base64";
      /** Stands before the signature, as in `sha256=`; mostly "". */
      readonly prefix: string;
    }
  /** The secret itself in a header, or in a parameter of the address. */
  | { readonly kind: "header-token"; readonly secret: Secret; readonly header: string }
  | { readonly kind: "query-token"; readonly secret: Secret; readonly parameter: string }
  /** `X-Twilio-Signature`, as https://www.twilio.com/docs/usage/security has it. */
  | { readonly kind: "twilio-signature"; readonly secret: Secret };

/**
 * Takes as long however much of a wrong proof is right. No nonce is kept: a report says the same however often it
 * is heard, so a replay changes nothing.
 */
export function isProven(proof: ReportProof, { url, headers, body }: ReportRequest): boolean {
  const secret = proof.secret.reveal();
  switch (proof.kind) {
    case "body-signature": {
      const digest = createHmac("sha256", secret).update(body).digest(proof.encoding);
      const given = headers.get(proof.header);
      if (proof.encoding === "base64") return isSame(given, proof.prefix + digest);
      return isSame(given?.toLowerCase() ?? null, proof.prefix.toLowerCase() + digest);
    }
    case "header-token":
      return isSame(headers.get(proof.header), secret);
    case "query-token":
      return isSame(URL.parse(url)?.searchParams.get(proof.parameter) ?? null, secret);
    case "twilio-signature": {
      const fields = joinedFields(body);
      const given = headers.get("x-twilio-signature");
      const signed = spellingsOf(url).map((spelling) =>
        createHmac("sha1", secret)
          .update(spelling + fields)
          .digest("base64"),
      );
      return signed.some((signature) => isSame(given, signature));
    }
  }
}

/** Hashed first, as the comparison needs texts of one length. */
function isSame(given: string | null, expected: string): boolean {
  return given !== null && timingSafeEqual(hash(given), hash(expected));
}

function hash(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

/** Names and values of a form, decoded, sorted by name and put together without anything between them. */
function joinedFields(form: Uint8Array): string {
  return Array.from(new URLSearchParams(new TextDecoder().decode(form)))
    .toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .flat()
    .join("");
}

/** Without the port and with it: Twilio's own libraries accept both, as it signs now one and now the other. */
function spellingsOf(text: string): readonly string[] {
  const url = URL.parse(text);
  if (url === null) return [];
  const { protocol, hostname, pathname, search } = url;
  const port = url.port || (protocol === "https:" ? "443" : "80");
  return [hostname, `${hostname}:${port}`].map(
    (host) => `${protocol}//${host}${pathname}${search}`,
  );
}
