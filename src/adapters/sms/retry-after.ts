/** Milliseconds a `Retry-After` asks to wait; 0 for none and for what is neither seconds nor a date (RFC 9110, section 10.2.3). */
export function retryAfterMs(text: string | null, nowMs: number): number {
  if (text === null) return 0;
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const untilMs = Date.parse(text);
  return Number.isNaN(untilMs) ? 0 : Math.max(0, untilMs - nowMs);
}
