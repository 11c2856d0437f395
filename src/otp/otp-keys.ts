import { hkdfSync } from "node:crypto";
import { Mac } from "./mac.ts";

/** The secrets of one-time codes, each derived from the service's one secret for its own use. */
export interface OtpKeys {
  readonly challenge: Mac;
  readonly phone: Mac;
  readonly code: Mac;
  /** Of AES-256. */
  readonly verification: Uint8Array;
  readonly source: Mac;
  /** Of proofs-of-work. */
  readonly proof: Mac;
  /** Of the waiting room. */
  readonly pass: Mac;
  /** 32 bits. */
  readonly shardSeed: number;
}

const KEY_BYTES = 32;

/** HKDF-SHA-256 (RFC 5869) with one info string per use. */
export function deriveOtpKeys(secret: Uint8Array): OtpKeys {
  const derive = (use: string) =>
    new Uint8Array(hkdfSync("sha256", secret, "", `floodgate otp ${use} 1`, KEY_BYTES));
  return {
    challenge: new Mac(derive("challenge")),
    phone: new Mac(derive("phone")),
    code: new Mac(derive("code")),
    verification: derive("verification"),
    source: new Mac(derive("source")),
    proof: new Mac(derive("proof")),
    pass: new Mac(derive("pass")),
    shardSeed: new DataView(derive("shard").buffer).getUint32(0),
  };
}
