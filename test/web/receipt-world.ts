import { systemClock } from "../../src/actor/clock.ts";
import { Deadlines } from "../../src/actor/deadlines.ts";
import { callingCodes } from "../../src/attendee/calling-codes.ts";
import type { ReceiptRoutesOptions } from "../../src/http/routes/receipt.ts";
import { receiptRoutes } from "../../src/http/routes/receipt.ts";
import type { LineTotals, MinuteCount, SaleTotals } from "../../src/organiser/receipt-ports.ts";
import { Receipts } from "../../src/organiser/receipts.ts";
import { eventView } from "../../src/registration/event-view.ts";
import type { Event } from "../../src/sale/event.ts";
import { buildAssets } from "../../src/web/assets.ts";
import { createPages } from "../../src/web/pages.ts";
import { receiptAheadPage, receiptPage } from "../../src/web/receipt/page.ts";
import { ring, totalsOf } from "../organiser/receipt-signed.ts";
import { DAY_MS, HOUR_MS, makeEvent, OPENING_MS } from "./make.ts";

export const RECEIPT_PATH = "/e/river-songs/receipt";
export const RECEIPT_JSON_PATH = "/api/v1/events/river-songs/receipt";

/** How a sale ended. */
export interface Ending {
  readonly totals?: Partial<SaleTotals>;
  readonly event?: Partial<Event>;
  readonly nowMs?: number;
  readonly isAway?: boolean;
}

/** 60,000 seats in 28 minutes and a bit, fewer in each minute than in the one before. */
const FLOOD: readonly MinuteCount[] = (() => {
  const counts = Array.from({ length: 29 }, (_, minute) => Math.round(4_000 / (1 + minute / 12)));
  const missing = 60_000 - counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count, minute) => [minute, minute === 28 ? count + missing : count]);
})();

const LINE: LineTotals = { places: 143_207, lobby: 97_310, verified: 97_310 };

export const fullTotals: SaleTotals = totalsOf([], {
  quota: 60_000,
  seats: 60_000,
  firstSeatAt: "2027-01-10T04:00:00.081503Z",
  lastSeatAt: "2027-01-10T04:28:13.420077Z",
  minutes: FLOOD,
  line: LINE,
});

/** Every way for a sale to end that the page tells differently. */
export const endings = {
  full: {},
  "with seats left": {
    nowMs: OPENING_MS + DAY_MS / 2 + HOUR_MS,
    event: { sales: makeEvent().sales.slice(0, 1) },
    totals: {
      seats: 41_250,
      lastSeatAt: "2027-01-10T15:59:59.000001Z",
      minutes: Array.from(
        { length: 720 },
        (_, minute) => [minute, minute < 210 ? 58 : 57] as const,
      ),
      line: null,
    },
  },
  empty: {
    nowMs: OPENING_MS + DAY_MS / 2 + HOUR_MS,
    totals: { seats: 0, firstSeatAt: null, lastSeatAt: null, minutes: [], line: null },
  },
  "one seat": {
    totals: { quota: 1, seats: 1, lastSeatAt: "2027-01-10T04:00:03.000001Z", minutes: [[0, 1]] },
  },
  "in one minute": {
    totals: { lastSeatAt: "2027-01-10T04:00:43.100001Z", minutes: [[0, 60_000]] },
  },
  "over days": {
    totals: {
      lastSeatAt: "2027-01-13T04:00:00.000001Z",
      minutes: [
        ...Array.from({ length: 1_440 }, (_, minute) => [minute, 40] as const),
        [4_320, 2_400],
      ],
    },
  },
} satisfies Readonly<Record<string, Ending>>;

export interface ServedReceipt extends AsyncDisposable {
  readonly url: string;
  readonly reported: string[];
  /** How often the database was asked. */
  readonly askedCount: () => number;
}

/** The routes on a free port of loopback, over a database that says how the first sale ended. */
export async function serveReceipt(ending: Ending = {}): Promise<ServedReceipt> {
  const totals: SaleTotals = { ...fullTotals, ...ending.totals };
  const event = makeEvent(ending.event);
  const [first, ...others] = event.sales;
  if (first === undefined) throw new Error("the event has a sale");
  const sales = [{ ...first, quota: totals.quota }, ...others];
  const view = eventView(
    { ...event, sales },
    {
      nowMs: ending.nowMs ?? OPENING_MS + HOUR_MS,
      soldOf: (saleId) => (saleId === first.id ? totals.seats : 0),
    },
  );
  const reported: string[] = [];
  let askedCount = 0;
  const options: ReceiptRoutesOptions = {
    events: { all: () => [view], find: (slug) => (slug === event.slug ? view : null) },
    receipts: new Receipts({
      store: {
        async findTotals() {
          askedCount += 1;
          if (ending.isAway === true) throw new Error("the database is away");
          return totals;
        },
      },
      ring,
      countMax: 4,
    }),
    pages: (await assets).pages,
    readDeadline: new Deadlines(systemClock, 10_000),
    retryAfterS: 2,
    report: (message) => void reported.push(message),
  };
  const app = receiptRoutes(options);
  const { files } = await assets;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const asset = files.get(new URL(request.url).pathname);
      if (asset === undefined) return app.fetch(request);
      return new Response(asset.content, { headers: { "content-type": asset.contentType } });
    },
  });
  return {
    url: server.url.origin,
    reported,
    askedCount: () => askedCount,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

const assets = (async () => {
  const { paths, files: built } = await buildAssets();
  const files = new Map(built);
  const styles = files.get(paths.styles);
  const own = await Bun.file(`${import.meta.dir}/../../src/web/receipt/receipt.css`).text();
  if (typeof styles?.content === "string" && !styles.content.includes(".receipt-kind")) {
    files.set(paths.styles, { ...styles, content: `${styles.content}${own}` });
  }
  const pages: ReceiptRoutesOptions["pages"] = {
    ...createPages({ paths, files }, callingCodes({ defaultCountry: "BD", countries: null })),
    receipt: (page, language) => receiptPage(page, paths, language),
    receiptAhead: (page, language) => receiptAheadPage(page, paths, language),
  };
  return { files, pages };
})();
