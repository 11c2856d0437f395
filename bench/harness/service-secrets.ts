import { deriveOtpKeys, type OtpKeys } from "../../src/otp/otp-keys.ts";

/** Secrets of no other use. */
export const SECRET = "t0gbYVxPzL3n5Yt8uE2b9QmW4kJ7rS1dH6vC0aXeZiM";
export const TICKET_KEYS = "1:Yl0WcmDhV2K9sJxq5T8nR3uBvE7gLpAzOiQ4f6yHk1M";

/** What the service makes of its secret: for a generator that is to know what people's phones would find out. */
export function serviceKeys(): OtpKeys {
  return deriveOtpKeys(Buffer.from(SECRET, "base64"));
}
