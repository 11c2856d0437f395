import type { Reading, Readings } from "../../src/mode/readings.ts";

export const READINGS: readonly Reading[] = [
  "answer-p99",
  "loop-lag",
  "claims-waiting",
  "codes-waiting",
  "sms-spend",
];

/** Of a service that has nothing to do, but for what is given. */
export function readings(given: Partial<Readings> = {}): Readings {
  return {
    "answer-p99": 0,
    "loop-lag": 0,
    "claims-waiting": 0,
    "codes-waiting": 0,
    "sms-spend": 0,
    ...given,
  };
}
