import { PASS_ID_AT } from "../../src/waiting-room/pass.ts";
import { SEAT_KEPT_MS } from "../../src/web/attend/line/held-pass.ts";
import type { PassCost, Tick } from "../../src/web/parts/api.ts";
import type { Json } from "./browser.ts";

/** Whatever the page shows is off by what a request takes and a second is rounded by. */
const GRACE_MS = 1_000;

/** A place in the line as a person's browser keeps it: all that their page knows of their turn. */
export class Place {
  readonly pass: string;
  readonly cost: PassCost;
  /** Null until the lobby is drawn. */
  number: number | null;
  /** How long a seat is kept, as the page shows it, since the epoch; null before their turn. */
  #keptUntilMs: number | null = null;
  /** When the turn had not come yet. */
  #aheadAtMs: number | null = null;
  #isPast = false;
  #hasLapsed = false;

  constructor(told: Json) {
    const { pass, place, cost } = told;
    this.pass = String(pass);
    this.number = typeof place === "number" ? place : null;
    this.cost = cost === "verification" ? "verification" : "proof";
    this.learn(told);
  }

  get isTurn(): boolean {
    return this.#keptUntilMs !== null;
  }

  /** The turn has come, and only the service knows how much of it is left. */
  get isTurnUnclear(): boolean {
    return this.#isPast && !this.isTurn;
  }

  /** The service said so. */
  get hasLapsed(): boolean {
    return this.#hasLapsed;
  }

  lapse(): void {
    this.#hasLapsed = true;
  }

  /** In base64url. */
  get passId(): string {
    const id = Buffer.from(this.pass, "base64url").subarray(PASS_ID_AT, PASS_ID_AT + 16);
    return id.toString("base64url");
  }

  /** As `src/web/attend/line/place-keeper.ts`. */
  see({ line, nowMs }: Tick): void {
    if (line?.phase !== "drawn" || this.number === null || this.isTurn) return;
    if (this.number >= line.threshold) {
      this.#aheadAtMs = nowMs;
      return;
    }
    this.#isPast = true;
    const untilMs = (this.#aheadAtMs ?? 0) + SEAT_KEPT_MS[this.cost];
    if (untilMs > Date.now()) this.#keptUntilMs = untilMs;
  }

  /** What an answer tells of how long the seat is kept. */
  learn({ keptForS }: Json): void {
    if (typeof keptForS === "number") this.#keptUntilMs = Date.now() + keptForS * 1_000;
  }

  /** The page was closed, or loaded anew: the next one does not know when the turn had not come yet. */
  leave(): void {
    this.#aheadAtMs = null;
  }

  /** A code was asked for that lives until then. */
  keepUntil(atMs: number): void {
    if (this.isTurn) this.#keptUntilMs = atMs;
  }

  /** What the page promised of that instant (since the epoch). */
  hasPromisedFor(atMs: number): boolean {
    if (this.#hasLapsed || this.#keptUntilMs === null) return false;
    return atMs <= this.#keptUntilMs - GRACE_MS;
  }
}
