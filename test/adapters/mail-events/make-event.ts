export const SIGNING_KEY = "key-3ax6xnjp29jd6fds4gc373sgvjxteol0";

export interface EventChanges {
  readonly token?: string;
  readonly timestamp?: string;
  readonly signature?: string;
  readonly data?: unknown;
}

/** Beside an instant (ms since the epoch), in Mailgun's own shape; the signature is made by other means than the service's. */
export async function signedEvent(nowMs: number, changes: EventChanges = {}) {
  const timestamp = changes.timestamp ?? String(Math.floor(nowMs / 1_000));
  const token = changes.token ?? crypto.randomUUID().replaceAll("-", "").padEnd(50, "0");
  const signature = changes.signature ?? (await sign(timestamp + token));
  return {
    signature: { timestamp, token, signature },
    "event-data": changes.data ?? eventData("delivered"),
  };
}

export function eventData(event: string, more: Readonly<Record<string, unknown>> = {}) {
  return {
    id: "G9Bn5sl1TC6nu79C8C0bwg",
    timestamp: 1_529_006_854.329_574,
    "log-level": "info",
    event,
    recipient: "Rahim@example.org",
    "recipient-domain": "example.org",
    message: { headers: { "message-id": "row.42@tickets.example.org", subject: "Your ticket" } },
    flags: { "is-test-mode": false },
    ...more,
  };
}

async function sign(text: string, key = SIGNING_KEY): Promise<string> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const bytes = new TextEncoder().encode(key);
  const imported = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
  const digest = await crypto.subtle.sign("HMAC", imported, new TextEncoder().encode(text));
  return Buffer.from(digest).toString("hex");
}
