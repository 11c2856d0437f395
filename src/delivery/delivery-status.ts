import type { Clock } from "../actor/clock.ts";
import type { TicketKey } from "../ticket/ticket.ts";
import { LineWatch } from "./line-watch.ts";
import type {
  ChannelStatus,
  DeliveryRows,
  DeliveryStatus,
  DeliveryStatusStore,
  MessageRow,
  OutboxLane,
} from "./ports.ts";

interface Channel {
  readonly status: ChannelStatus;
  readonly askAgainMs: number | null;
}

/** Between two questions of one page: as rarely as it can be told anything new. */
const ASK_MIN_MS = 5_000;
const ASK_MAX_MS = 60_000;
/** A page asks about four times before its message goes out. */
const ASKS_PER_WAIT = 4;
/** Taken for a wait that nobody can tell. */
const UNTOLD_WAIT_MS = 60_000;
/** After the lease of three minutes, which a sent row keeps: ten minutes at most from its sending. */
const REPORT_WITHIN_MS = 420_000;

/** Tells people where their messages stand, and how soon it is worth asking again. */
export class DeliveryStatusReader implements DeliveryStatusStore {
  readonly #rows: DeliveryRows;
  readonly #lines: LineWatch;

  constructor(rows: DeliveryRows, clock: Clock) {
    this.#rows = rows;
    this.#lines = new LineWatch(rows, clock);
  }

  async findDeliveryStatus(key: TicketKey): Promise<DeliveryStatus | null> {
    const messages = await this.#rows.findMessages(key);
    if (messages === null) return null;
    const [sms, mail] = await Promise.all([
      this.#channel("confirmation-sms", messages.sms),
      this.#channel("mail", messages.mail),
    ]);
    const askAgainMs = Math.min(sms.askAgainMs ?? Infinity, mail.askAgainMs ?? Infinity);
    return {
      sms: sms.status,
      mail: mail.status,
      askAgainMs: Number.isFinite(askAgainMs) ? askAgainMs : null,
    };
  }

  async #channel(lane: OutboxLane, message: MessageRow): Promise<Channel> {
    const { state, tries, leaseEndedAgoMs } = message;
    switch (state) {
      case "queued": {
        if (tries > 0) return beingSent(tries);
        const place = await this.#lines.placeOf(lane, message.id);
        const askAgainMs = askWithin((place.waitMs ?? UNTOLD_WAIT_MS) / ASKS_PER_WAIT);
        return { status: { state, ...place }, askAgainMs };
      }
      case "sent":
        return over(state, leaseEndedAgoMs < REPORT_WITHIN_MS ? ASK_MAX_MS : null);
      case "delivered":
      case "failed":
      case "unknown":
        return over(state, null);
    }
  }
}

/** Out of the line: under way, or put off as long again after each try, so that it is asked for as rarely. */
function beingSent(tries: number): Channel {
  const status = { state: "queued", ahead: 0, waitMs: tries === 1 ? 0 : null } as const;
  return { status, askAgainMs: askWithin(ASK_MIN_MS * 2 ** (tries - 1)) };
}

function over(state: ChannelStatus["state"], askAgainMs: number | null): Channel {
  return { status: { state, ahead: null, waitMs: null }, askAgainMs };
}

function askWithin(afterMs: number): number {
  return Math.min(Math.max(afterMs, ASK_MIN_MS), ASK_MAX_MS);
}
