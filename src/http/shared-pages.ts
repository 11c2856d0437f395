import type { Language } from "../language/language.ts";
import type { EventView } from "../registration/event-view.ts";
import { Packed } from "./compression.ts";
import { PAGE, SHARED_HEADERS } from "./headers.ts";
import { chooseLanguage } from "./language.ts";
import type { Pages } from "./pages.ts";

/** What `s-maxage` promises of a CDN, we do ourselves: in a rush a page is drawn and compressed once a second. */
const KEPT_FOR_MS = 1_000;

interface KeptPage {
  readonly drawnAtMs: number;
  readonly states: string;
  readonly packed: Packed;
}

/** The pages that are the same for all who read one language. */
export class SharedPages {
  readonly #pages: Pages;
  readonly #countMax: number;
  readonly #kept = new Map<string, KeptPage>();

  constructor(pages: Pages, countMax: number) {
    this.#pages = pages;
    this.#countMax = countMax;
  }

  index(request: Request, views: readonly EventView[]): Response {
    return this.#answer(request, { name: "/", views }, (language) =>
      this.#pages.index(views, language),
    );
  }

  attendee(request: Request, view: EventView): Response {
    return this.#answer(request, { name: view.event.slug, views: [view] }, (language) =>
      this.#pages.attendee(view, language),
    );
  }

  #answer(request: Request, page: PageName, draw: (language: Language) => string): Response {
    const { language, isInAddress } = chooseLanguage(request);
    const packed = this.#keep(`${language} ${page.name}`, page.views, () => draw(language));
    return packed.answer(request, isInAddress ? OF_ADDRESS : OF_READER);
  }

  /** A change of state is shown at once; seats and the time may be a second old. */
  #keep(key: string, views: readonly EventView[], draw: () => string): Packed {
    const nowMs = views[0]?.nowMs ?? 0;
    const states = views.map(({ event, current }) => `${event.revision}${current?.state}`).join();
    const kept = this.#kept.get(key);
    const ageMs = nowMs - (kept?.drawnAtMs ?? 0);
    if (kept?.states === states && ageMs >= 0 && ageMs < KEPT_FOR_MS) return kept.packed;
    if (this.#kept.size >= this.#countMax) this.#kept.clear();
    const packed = new Packed(draw(), "shared");
    this.#kept.set(key, { drawnAtMs: nowMs, states, packed });
    return packed;
  }
}

interface PageName {
  readonly name: string;
  readonly views: readonly EventView[];
}

/** `?lang=` is part of a CDN's key, so that each language is kept by itself. */
export const OF_ADDRESS = { ...PAGE, ...SHARED_HEADERS };

/**
 * Cloudflare keeps one page for an address, whatever `Vary` says of languages, and would hand a Bengali reader the
 * Hebrew page of whoever came before; so it is told to keep none. Other caches honour `Vary`.
 */
export const OF_READER = {
  ...OF_ADDRESS,
  "cloudflare-cdn-cache-control": "no-store",
  vary: "accept-language",
};
