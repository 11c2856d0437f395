import type { Event, Sale } from "../../src/sale/event.ts";
import type { Random } from "../support/random.ts";
import type { LineTerms } from "./line-terms.ts";
import type { Swarm } from "./swarm.ts";

export const EVENT_ID = 1;
export const EVENT_SLUG = "mela";
/** The first sale opens here; the world begins a little before. */
export const OPENS_AT_MS = Date.UTC(2027, 0, 10, 4);
export const LEAD_MS = { min: 8_000, max: 40_000 } as const;
const BETWEEN_SALES_MS = 20_000;
const HOUR_MS = 3_600_000;

/** The event of one world: its first sale stays open, or closes in the middle of the chaos, with another after it. */
export function simulatedEvent({ quotas, chaosMs, line }: Swarm, random: Random): Event {
  const closesEarly = quotas.length > 1 || random.chance(0.25);
  const firstMs = closesEarly ? chaosMs * random.between(0.3, 0.9) : HOUR_MS;
  const firstClosesAtMs = OPENS_AT_MS + firstMs;
  const windows = [
    {
      verifyFromMs: OPENS_AT_MS - LEAD_MS.max,
      opensAtMs: OPENS_AT_MS,
      closesAtMs: firstClosesAtMs,
    },
    {
      verifyFromMs: firstClosesAtMs,
      opensAtMs: firstClosesAtMs + BETWEEN_SALES_MS,
      closesAtMs: firstClosesAtMs + HOUR_MS,
    },
  ];
  const sales = windows.slice(0, quotas.length).map((window, index): Sale => {
    const quota = quotas[index] ?? 1;
    const sale = { id: index + 1, number: index + 1, quota, ...window };
    return line === null ? sale : withLobby(sale, line);
  });
  return {
    id: EVENT_ID,
    slug: EVENT_SLUG,
    revision: 1,
    host: "tickets.example",
    keyId: 1,
    isPaused: false,
    proof: "off",
    details: {
      name: "Winter Mela",
      venue: "Suhrawardy Udyan",
      description: "",
      timeZone: "Asia/Dhaka",
      days: [{ day: 1, date: "2027-02-05", doorsAt: "15:00" }],
    },
    sales,
  };
}

/** Only the first sale has a beacon: its list closes before the sale does, and there is time for it. */
function withLobby(sale: Sale, { isVerifiedEarly, lobbyMs, beacon }: LineTerms): Sale {
  const { opensAtMs } = sale;
  const isFirst = opensAtMs === OPENS_AT_MS;
  const leadMs = isFirst ? (beacon?.leadMs ?? 0) : 0;
  const lobbyMsMax = isFirst ? LEAD_MS.max : BETWEEN_SALES_MS;
  const fromMs = opensAtMs - leadMs - Math.min(lobbyMs, lobbyMsMax);
  return {
    ...sale,
    verifyFromMs: isVerifiedEarly ? sale.verifyFromMs - leadMs : opensAtMs,
    lobby: { fromMs, ...(isFirst && beacon !== null && { beacon: beacon.name }) },
  };
}
