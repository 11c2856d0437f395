/** The WebOTP API (https://wicg.github.io/web-otp/), which TypeScript's DOM library does not know yet. */
interface OtpCredential extends Credential {
  readonly code: string;
}

/**
 * Where the browser can, offers to read the code from the SMS that ends in `@host #code`. The promise stays
 * open until a code comes; null when it cannot, was declined, or the signal said stop.
 */
export async function codeFromSms(signal: AbortSignal): Promise<string | null> {
  if (!("OTPCredential" in window)) return null;
  const request = { otp: { transport: ["sms"] }, signal };
  try {
    const credential = await navigator.credentials.get(request);
    return credential === null ? null : (credential as OtpCredential).code;
  } catch {
    return null;
  }
}
