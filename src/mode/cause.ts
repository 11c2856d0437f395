import type { Reading } from "./readings.ts";

/** Why the ladder moved to where it stands. */
export type Cause =
  | { readonly kind: "start" }
  /** The reading passed its line. */
  | { readonly kind: Reading; readonly value: number; readonly line: number }
  | { readonly kind: "calm" }
  | { readonly kind: "hold" };

/** As an operator reads it, with the numbers: `event loop late by 83 ms at p90, line 50 ms`. */
export function tellCause(cause: Cause): string {
  switch (cause.kind) {
    case "start":
      return "the service started";
    case "calm":
      return "all was calm for a while";
    case "hold":
      return "an operator holds it here";
    case "answer-p99":
      return `calls answered in ${ms(cause.value)} at p99, line ${ms(cause.line)}`;
    case "loop-lag":
      return `event loop late by ${ms(cause.value)} at p90, line ${ms(cause.line)}`;
    case "claims-waiting":
      return `queue of claims ${percent(cause.value)} full, line ${percent(cause.line)}`;
    case "codes-waiting":
      return `queue of codes ${percent(cause.value)} full, line ${percent(cause.line)}`;
    case "sms-spend":
      return `${percent(cause.value)} of the day's SMS budget gone, line ${percent(cause.line)}`;
  }
}

function ms(value: number): string {
  return `${Math.round(value).toLocaleString("en")} ms`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
