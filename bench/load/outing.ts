import { type LogNormal, logNormal } from "./distributions.ts";
import { ORDINARY_MOOD } from "./habits.ts";
import type { Person } from "./person.ts";
import type { Place } from "./place.ts";
import type { Scene } from "./scene.ts";
import { Timeline } from "./timeline.ts";

/** A person at large in the scene: their time, and how much waiting is left in them. */
export class Outing {
  readonly person: Person;
  readonly scene: Scene;
  readonly time: Timeline;
  /** Files the person's browser has; their names carry hashes, so they are kept for ever. */
  readonly cache = new Set<string>();
  /** The proof of the phone, which the page keeps from one visit to the next. */
  verification: string | null = null;
  /** Kept as well. */
  place: Place | null = null;
  #patienceMs = 0;

  constructor(person: Person, scene: Scene) {
    this.person = person;
    this.verification = person.verification;
    this.scene = scene;
    this.time = new Timeline(scene.opensAtMs + person.arrivesAtMs, scene.journal);
  }

  get patienceMs(): number {
    return this.#patienceMs;
  }

  /** With each visit anew. */
  gatherPatience(): void {
    this.#patienceMs = this.draw((this.scene.mood ?? ORDINARY_MOOD).patienceMs);
  }

  /** Waiting that has been done. */
  spendPatience(ms: number): void {
    this.#patienceMs -= ms;
  }

  /** False when the person would rather give up. */
  async waitOut(ms: number): Promise<boolean> {
    this.#patienceMs -= ms;
    if (this.#patienceMs <= 0) return false;
    await this.time.rest(ms);
    return true;
  }

  /** Reading, typing, thinking: as long as it takes. */
  takeTime(duration: LogNormal): Promise<void> {
    return this.time.rest(this.draw(duration));
  }

  draw(duration: LogNormal): number {
    return this.scene.pace * logNormal(this.person.random, duration);
  }
}
