import { createHash, timingSafeEqual } from "node:crypto";

/** Whether a text is the secret; takes as long however much of it is right. */
export type SecretCheck = (text: string | null) => boolean;

export function secretCheck(secret: string): SecretCheck {
  const expected = digest(secret);
  return (text) => text !== null && timingSafeEqual(digest(text), expected);
}

/** Of one length whatever the text's, as the comparison needs it. */
function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
