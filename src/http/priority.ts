/** What is given up first when there is too much to do stands last. */
export type Priority = "claim" | "code" | "status" | "download";

/** By the last part of the path. */
const CALLS: ReadonlyMap<string, Priority> = new Map([
  ["registrations", "claim"],
  ["verifications", "claim"],
  ["passes", "code"],
  ["proofs", "code"],
  ["codes", "code"],
  ["tickets.pdf", "download"],
]);

const ORIGIN_LENGTH_MIN = "https://".length;

/**
 * Of a request by its URL; null for what is never turned away: probes, and pages and assets that lie ready and cost no
 * more to give than to refuse.
 */
export function priorityOf(url: string): Priority | null {
  const start = url.indexOf("/", ORIGIN_LENGTH_MIN);
  const isCall = url.startsWith("/api/", start) || url.startsWith("/t/", start);
  if (isCall) return CALLS.get(url.slice(url.lastIndexOf("/") + 1)) ?? "status";
  return url.startsWith("/webhooks/", start) ? "status" : null;
}
