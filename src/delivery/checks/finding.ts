/** What one check came to. */
export interface Finding {
  /** `unknown`: nobody answered, so nothing is known, which is never taken for `ok`. */
  readonly kind: "ok" | "warning" | "fault" | "unknown";
  /** What was looked at. */
  readonly subject: string;
  /** One sentence; where something is amiss it says what to do. */
  readonly text: string;
}

/** The findings there can be of one subject. */
export function about(subject: string) {
  const finding = (kind: Finding["kind"]) => {
    return (text: string): Finding => ({ kind, subject, text });
  };
  return {
    ok: finding("ok"),
    warning: finding("warning"),
    fault: finding("fault"),
    unknown: finding("unknown"),
  };
}

/** As in `1 segment` and `60,000 segments`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? noun : plural}`;
}

/** Millionths of a currency that is not known, as in `21,000.00` or `0.0083`. */
export function amount(micros: number): string {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 6 };
  return (micros / 1_000_000).toLocaleString("en", digits);
}
