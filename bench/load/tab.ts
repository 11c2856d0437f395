import type { ApiResult } from "../../src/web/parts/api.ts";
import { Browser, type Json, type Loaded } from "./browser.ts";
import { PAGE_RHYTHM } from "./habits.ts";
import type { Outing } from "./outing.ts";
import { sleep } from "./timeline.ts";

/** One visit: the pages as they are loaded, and what their scripts do by themselves. */
export class Tab implements Disposable {
  readonly #outing: Outing;
  readonly #browser: Browser;
  #isFull = false;
  /** Counts pages, so that the script of the one before falls silent. */
  #pageNumber = 0;

  constructor(outing: Outing) {
    const { wires, journal, host } = outing.scene;
    this.#outing = outing;
    this.#browser = new Browser({ wires, journal, host, address: outing.person.address });
  }

  /** The page has learned that no seat is left. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** The attendee's page, whose script asks for the tick from then on; false where it did not come. */
  async openEvent(): Promise<boolean> {
    const { eventSlug } = this.#outing.scene;
    const loaded = await this.openPage("page", `/e/${eventSlug}`);
    // `#watchTick` cannot reject: a browser answers in values.
    if (loaded.kind === "loaded") void this.#watchTick(this.#pageNumber);
    return loaded.kind === "loaded";
  }

  /** A page with the files it names, in the place of the page before. */
  async openPage(call: "page" | "ticket", path: string): Promise<Loaded> {
    const { scene, time } = this.#outing;
    this.#pageNumber += 1;
    const loaded = await this.#browser.load({ call, path, dueAtMs: time.atMs });
    if (loaded.kind === "loaded") await this.#loadFiles(scene.files.of(call, loaded.document));
    time.catchUp();
    return loaded;
  }

  async download(path: string): Promise<Loaded> {
    const { time } = this.#outing;
    const loaded = await this.#browser.download({ call: "download", path, dueAtMs: time.atMs });
    time.catchUp();
    return loaded;
  }

  /** One of the event's calls. A network that breaks leaves it less time than the page would. */
  async post(
    call: "code" | "proof" | "verification" | "registration",
    body: Json,
    timeoutMs: number = PAGE_RHYTHM.callTimeoutMs,
  ): Promise<ApiResult<Json>> {
    const { scene, time } = this.#outing;
    const path = `/api/v1/events/${scene.eventSlug}/${call}s`;
    const result = await this.#browser.post({ call, path, dueAtMs: time.atMs, timeoutMs }, body);
    time.catchUp();
    return result;
  }

  async askStatus(path: string, dueAtMs: number): Promise<void> {
    await this.#browser.ask({ call: "status", path, dueAtMs });
  }

  [Symbol.dispose](): void {
    this.#pageNumber += 1;
    this.#browser.close();
  }

  async #loadFiles(paths: readonly string[]): Promise<void> {
    const { cache } = this.#outing;
    const dueAtMs = performance.now();
    const loads = paths.map(async (path) => {
      if (cache.has(path)) return;
      const loaded = await this.#browser.load({ call: "asset", path, dueAtMs });
      if (loaded.kind === "loaded") cache.add(path);
    });
    await Promise.all(loads);
  }

  /** As `src/web/attend/tick-watch.ts`: at once, then from time to time, until the page is left. */
  async #watchTick(pageNumber: number): Promise<void> {
    const { person, scene } = this.#outing;
    const path = `/api/v1/events/${scene.eventSlug}/tick`;
    let dueAtMs = performance.now();
    while (pageNumber === this.#pageNumber) {
      const result = await this.#browser.ask({ call: "tick", path, dueAtMs });
      if (result.kind === "ok") this.#isFull = isFullIn(result.body);
      const jitter = 1 + person.random.fraction() * PAGE_RHYTHM.tickJitter;
      dueAtMs = performance.now() + scene.pace * PAGE_RHYTHM.tickEveryMs * jitter;
      await sleep(dueAtMs - performance.now());
    }
  }
}

function isFullIn({ sale }: Json): boolean {
  return typeof sale === "object" && sale !== null && "state" in sale && sale.state === "full";
}
