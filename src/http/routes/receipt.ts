import { Elysia } from "elysia";
import type { Language } from "../../language/language.ts";
import { receiptText } from "../../organiser/receipt.ts";
import type { Receipts, SignedStatement } from "../../organiser/receipts.ts";
import type { EventView, EventViews, SaleView } from "../../registration/event-view.ts";
import type { Event } from "../../sale/event.ts";
import { refuse } from "../answers.ts";
import { Packed } from "../compression.ts";
import { GUARDED, PAGE, PERSONAL, SHARED_HEADERS } from "../headers.ts";
import { chooseLanguage } from "../language.ts";
import type { Pages, ReceiptAheadPage } from "../pages.ts";
import { problem } from "../problem.ts";
import type { Deadline } from "../request-body.ts";
import { OF_ADDRESS, OF_READER } from "../shared-pages.ts";

export interface ReceiptRoutesOptions {
  readonly events: EventViews;
  readonly receipts: Pick<Receipts, "find">;
  readonly pages: Pages;
  readonly readDeadline: Deadline;
  readonly retryAfterS: number;
  /** Tells of a fault that is not the caller's. */
  readonly report: (message: string, error: unknown) => void;
}

/** What anyone may see and keep of a sale that has ended: of `?sale=N`, or of the last one that has. */
export function receiptRoutes(options: ReceiptRoutesOptions) {
  const { pages } = options;
  const drawn = new DrawnReceipts(pages);
  return new Elysia()
    .get("/e/:event/receipt", async ({ request, params: { event }, query }) => {
      const look = await findReceipt(event, query["sale"], options);
      switch (look.kind) {
        case "receipt":
          return drawn.answer(request, look);
        case "not-ended":
          return aheadPage(request, look, pages);
        case "not-found":
        case "overloaded":
          return refuse(request, look, pages);
      }
    })
    .get("/api/v1/events/:event/receipt", async ({ request, params: { event }, query }) => {
      const look = await findReceipt(event, query["sale"], options);
      switch (look.kind) {
        case "receipt":
          return receiptJson(request, look.signed);
        case "not-ended":
          return problem({ kind: "sale-not-ended" });
        case "not-found":
        case "overloaded":
          return problem(look);
      }
    });
}

interface ReceiptFound {
  readonly kind: "receipt";
  readonly event: Event;
  readonly signed: SignedStatement;
}

interface NotEnded extends ReceiptAheadPage {
  readonly kind: "not-ended";
}

type ReceiptLook =
  | ReceiptFound
  | NotEnded
  | { readonly kind: "not-found" }
  | { readonly kind: "overloaded"; readonly retryAfterS: number };

async function findReceipt(
  slug: string,
  saleText: string | undefined,
  { events, receipts, readDeadline, retryAfterS, report }: ReceiptRoutesOptions,
): Promise<ReceiptLook> {
  const view = events.find(slug);
  const chosen = view === null ? null : chooseSale(view, saleText);
  if (view === null || chosen === null) return { kind: "not-found" };
  const { event, nowMs } = view;
  const { sale, remaining } = chosen;
  try {
    const finding = receipts.find({ event, sale, remaining, nowMs });
    const answer = await readDeadline.race(
      finding.then((signed) => ({ kind: "answer", signed }) as const),
    );
    if (answer.kind === "timed-out") return { kind: "overloaded", retryAfterS };
    const { signed } = answer;
    if (signed === null) return { kind: "not-ended", event, saleNumber: sale.number };
    return { kind: "receipt", event, signed };
  } catch (error) {
    report("a receipt was not made", error);
    return { kind: "overloaded", retryAfterS };
  }
}

/** The sale named or, where none is, the last that has ended; before any has, the first. */
function chooseSale({ sales }: EventView, saleText: string | undefined): SaleView | null {
  if (saleText === undefined) {
    const ended = sales.findLast(({ state }) => state === "full" || state === "closed");
    return ended ?? sales[0] ?? null;
  }
  return sales.find(({ sale }) => String(sale.number) === saleText) ?? null;
}

interface DrawnPage {
  readonly revision: number;
  readonly packed: Packed;
}

/** The pages of receipts, one for each language, drawn once and forgotten with the receipt. */
class DrawnReceipts {
  readonly #pages: Pages;
  readonly #drawn = new WeakMap<SignedStatement, Map<Language, DrawnPage>>();

  constructor(pages: Pages) {
    this.#pages = pages;
  }

  answer(request: Request, found: ReceiptFound): Response {
    const { language, isInAddress } = chooseLanguage(request);
    const headers = isInAddress ? OF_ADDRESS : OF_READER;
    return this.#draw(found, language).answer(request, headers);
  }

  #draw({ event, signed }: ReceiptFound, language: Language): Packed {
    const drawn = this.#drawn.get(signed) ?? new Map<Language, DrawnPage>();
    this.#drawn.set(signed, drawn);
    const known = drawn.get(language);
    if (known?.revision === event.revision) return known.packed;
    const jsonPath = `/api/v1/events/${encodeURIComponent(event.slug)}/receipt?sale=${signed.statement.sale}`;
    const page = this.#pages.receipt({ event, ...signed, jsonPath }, language);
    const packed = new Packed(page, "shared");
    drawn.set(language, { revision: event.revision, packed });
    return packed;
  }
}

function receiptJson(request: Request, { receipt }: SignedStatement): Response {
  const headers = { ...GUARDED, ...SHARED_HEADERS, "content-type": "application/json" };
  return new Packed(receiptText(receipt), "shared").answer(request, headers);
}

function aheadPage(request: Request, page: ReceiptAheadPage, pages: Pages): Response {
  const { language } = chooseLanguage(request);
  const headers = { ...PAGE, "cache-control": PERSONAL };
  return new Packed(pages.receiptAhead(page, language), "shared").answer(request, headers, 409);
}
