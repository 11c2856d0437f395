/** What the service measures of itself to know whether it bends. */
export type Reading = "answer-p99" | "loop-lag" | "claims-waiting" | "codes-waiting" | "sms-spend";

/**
 * The first two in milliseconds, the others as shares of their bounds; 0 where nobody can say. Codes have two bounds, how
 * many may wait and how long the next one may: the larger share counts.
 */
export type Readings = Readonly<Record<Reading, number>>;

/** Of a service at rest. */
export const NOTHING_READ: Readings = {
  "answer-p99": 0,
  "loop-lag": 0,
  "claims-waiting": 0,
  "codes-waiting": 0,
  "sms-spend": 0,
};
