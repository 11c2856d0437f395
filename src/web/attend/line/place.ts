import type { Drawn } from "../../parts/api.ts";

/** Where a pass holds its id: the one fact of the token's form that a browser needs. */
export const PASS_ID_AT = 16;
const PASS_ID_BYTES = 16;
const PLACE_BYTES = 6;

/**
 * The place that was drawn for a pass of the lobby, worked out from what anyone may see: the first 48 bits of
 * HMAC-SHA256 under seed, root and beacon. To be called in secure contexts only.
 */
export async function drawnPlace(pass: string, drawn: Drawn): Promise<number> {
  const { seed, root, beaconValue } = drawn;
  const beacon = new TextEncoder().encode(beaconValue ?? "");
  const key = await crypto.subtle.importKey(
    "raw",
    Uint8Array.of(...bytesOf(seed), ...bytesOf(root), ...beacon),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const passId = bytesOf(pass).slice(PASS_ID_AT, PASS_ID_AT + PASS_ID_BYTES);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, passId));
  return mac.subarray(0, PLACE_BYTES).reduce((place, byte) => place * 256 + byte, 0);
}

function bytesOf(base64Url: string): Uint8Array<ArrayBuffer> {
  const base64 = base64Url.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
