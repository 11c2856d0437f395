import { Mailbox } from "../actor/mailbox.ts";

/** What an SMS is for, the most urgent first. */
export const SMS_LANES = ["code", "confirmation"] as const;

export type SmsLane = (typeof SMS_LANES)[number];

/**
 * A confirmation that waits is served at the latest when so many segments of codes have gone before it: a tenth of the
 * rate is its own, so that no flood of codes starves it.
 */
const OTHERS_FIRST_SEGMENTS: Readonly<Record<SmsLane, number>> = { code: 0, confirmation: 9 };

interface Line<Order> {
  readonly orders: Mailbox<Order>;
  /** Put back, and the first to go again. */
  readonly returned: Order[];
  isPaused: boolean;
  /** Segments of other lanes that went while this one waited. */
  passedOverSegments: number;
  waitingSegments: number;
}

/** Orders that wait, by lane: the most urgent first, but for the share that each lane has for its own. Bounded. */
export class FairLanes<Order extends { readonly lane: SmsLane; readonly segmentCount: number }> {
  readonly #lines: Readonly<Record<SmsLane, Line<Order>>>;

  /** `countMax`: orders of each lane. */
  constructor(countMax: Readonly<Record<SmsLane, number>>) {
    const line = (lane: SmsLane): Line<Order> => ({
      orders: new Mailbox(countMax[lane]),
      returned: [],
      isPaused: false,
      passedOverSegments: 0,
      waitingSegments: 0,
    });
    this.#lines = { code: line("code"), confirmation: line("confirmation") };
  }

  /** False where the lane is full. */
  offer(order: Order): boolean {
    const line = this.#lines[order.lane];
    if (!line.orders.offer(order)) return false;
    line.waitingSegments += order.segmentCount;
    return true;
  }

  /** What was taken and could not go is the first of its lane again. */
  putBack(order: Order): void {
    const line = this.#lines[order.lane];
    line.returned.push(order);
    line.waitingSegments += order.segmentCount;
  }

  setPaused(lane: SmsLane, isPaused: boolean): void {
    this.#lines[lane].isPaused = isPaused;
  }

  isPaused(lane: SmsLane): boolean {
    return this.#lines[lane].isPaused;
  }

  waitingSegments(lane: SmsLane): number {
    return this.#lines[lane].waitingSegments;
  }

  waitingCount(lane: SmsLane): number {
    const { orders, returned } = this.#lines[lane];
    return orders.count + returned.length;
  }

  /** The lane whose turn it is; null when nothing waits that may go. `isBarred` keeps a lane out of this turn. */
  nextLane(isBarred: (lane: SmsLane) => boolean): SmsLane | null {
    let next: SmsLane | null = null;
    for (const lane of SMS_LANES) {
      if (this.#lines[lane].isPaused || this.waitingCount(lane) === 0 || isBarred(lane)) continue;
      if (next === null) next = lane;
      else if (this.#lines[lane].passedOverSegments >= OTHERS_FIRST_SEGMENTS[lane]) return lane;
    }
    return next;
  }

  take(lane: SmsLane): Order | undefined {
    const line = this.#lines[lane];
    const order = line.returned.pop() ?? line.orders.take();
    if (order !== undefined) line.waitingSegments -= order.segmentCount;
    return order;
  }

  /** An order of this lane went; the others that wait were passed over. */
  went({ lane, segmentCount }: Order): void {
    for (const other of SMS_LANES) {
      const line = this.#lines[other];
      const isServed = other === lane || this.waitingCount(other) === 0;
      line.passedOverSegments = isServed ? 0 : line.passedOverSegments + segmentCount;
    }
  }
}
