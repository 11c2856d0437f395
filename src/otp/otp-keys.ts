import { hkdfSync } from "node:crypto";

/** The secrets of one-time codes, each derived from the service's one secret for its own use. */
export interface OtpKeys {
  readonly challenge: Uint8Array;
  readonly phone: Uint8Array;
  readonly code: Uint8Array;
  readonly verification: Uint8Array;
  readonly source: Uint8Array;
  /** 32 bits. */
  readonly shardSeed: number;
}

const KEY_BYTES = 32;

/** HKDF-SHA-256 (RFC 5869) with one info string per use. */
export function deriveOtpKeys(secret: Uint8Array): OtpKeys {
  const derive = (use: string) =>
    new Uint8Array(hkdfSync("sha256", secret, "", `floodgate otp ${use} 1`, KEY_BYTES));
  return {
    challenge: derive("challenge"),
    phone: derive("phone"),
    code: derive("code"),
    verification: derive("verification"),
    source: derive("source"),
    shardSeed: new DataView(derive("shard").buffer).getUint32(0),
  };
}
