import { tickDelayMs } from "../../src/web/attend/tick-watch.ts";
import type { ApiResult, Drawn, Tick } from "../../src/web/parts/api.ts";
import { Browser, type Json, type Loaded } from "./browser.ts";
import { StraightWay } from "./edge.ts";
import { HABITS, PAGE_RHYTHM } from "./habits.ts";
import type { Call } from "./journal.ts";
import type { Outing } from "./outing.ts";
import { tickIn } from "./tick-reader.ts";

/** One visit: the pages as they are loaded, and what their scripts do by themselves. */
export class Tab implements Disposable {
  readonly #outing: Outing;
  readonly #browser: Browser;
  #tick: Tick | null = null;
  /** Whoever waits for a certain tick. */
  #see: (tick: Tick) => void = () => {};
  /** Counts pages, so that the script of the one before falls silent. */
  #pageNumber = 0;

  constructor(outing: Outing) {
    const { wires, waitingRoom, journal, host } = outing.scene;
    const way = waitingRoom?.edge ?? new StraightWay(wires);
    this.#outing = outing;
    this.#browser = new Browser({ way, journal, host, address: outing.person.address });
  }

  /** The page has learned that no seat is left. */
  get isFull(): boolean {
    return this.#tick?.sale?.state === "full";
  }

  /** Resolves with the first tick, from the last one on, that is it; never where the page is left before. */
  untilTick(isIt: (tick: Tick) => boolean): Promise<Tick> {
    return new Promise((resolve) => {
      this.#see = (tick) => {
        if (!isIt(tick)) return;
        this.#see = () => {};
        resolve(tick);
      };
      if (this.#tick !== null) this.#see(this.#tick);
    });
  }

  /** The attendee's page, again and again where it does not come; false when the person would rather give up. */
  async insistOnEvent(): Promise<boolean> {
    const outing = this.#outing;
    while (!(await this.openEvent())) {
      if (!(await outing.waitOut(outing.draw(HABITS.correctsMs)))) return false;
    }
    return true;
  }

  /** The attendee's page, whose script asks for the tick from then on; false where it did not come. */
  async openEvent(): Promise<boolean> {
    const { eventSlug } = this.#outing.scene;
    const loaded = await this.openPage("page", `/e/${eventSlug}`);
    if (loaded.kind === "loaded") this.#watchTick(this.#pageNumber, performance.now());
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
    call: PostedCall,
    body: Json,
    timeoutMs: number = PAGE_RHYTHM.callTimeoutMs,
  ): Promise<ApiResult<Json>> {
    const { time } = this.#outing;
    const path = this.#apiPath(call === "pass" ? "passes" : `${call}s`);
    const result = await this.#browser.post({ call, path, dueAtMs: time.atMs, timeoutMs }, body);
    time.catchUp();
    return result;
  }

  /** Null until the lobby has been drawn, and where no answer came. */
  async askDraw(): Promise<Drawn | null> {
    const path = this.#apiPath("draw");
    const result = await this.#browser.ask({ call: "draw", path, dueAtMs: performance.now() });
    if (result.kind !== "ok" || typeof result.body["seed"] !== "string") return null;
    const { seed, root } = result.body;
    return { seed, root: String(root), beaconValue: null };
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
  #watchTick(pageNumber: number, dueAtMs: number): void {
    if (pageNumber !== this.#pageNumber) return;
    const asked = { call: "tick", path: this.#apiPath("tick"), dueAtMs } as const;
    const result = this.#browser.askAtHand(asked);
    if (result !== null) return this.#answered(result, pageNumber);
    // It cannot reject: a browser answers in values.
    void this.#browser.ask(asked).then((late) => this.#answered(late, pageNumber));
  }

  #answered(result: ApiResult<Json>, pageNumber: number): void {
    const { person, scene } = this.#outing;
    if (result.kind === "ok") this.#take(tickIn(result.body));
    const at = { random: person.random.fraction(), hiddenMs: null };
    const nextAtMs = performance.now() + scene.pace * (tickDelayMs(this.#tick, at) ?? 0);
    scene.wheel.at(nextAtMs, () => this.#watchTick(pageNumber, nextAtMs));
  }

  #take(tick: Tick): void {
    const { waitingRoom } = this.#outing.scene;
    this.#tick = tick;
    if (waitingRoom !== undefined && tick.line !== null) waitingRoom.line.told = tick.line;
    this.#see(tick);
  }

  #apiPath(what: string): string {
    return `/api/v1/events/${this.#outing.scene.eventSlug}/${what}`;
  }
}

type PostedCall = Extract<Call, "code" | "proof" | "pass" | "verification" | "registration">;
