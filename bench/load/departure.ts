/** That somebody leaves a page, once. As an `AbortController`, which takes longer to make than what a page asks for. */
export class Departure {
  static readonly NEVER = new Departure();
  readonly #underWay = new Set<() => void>();
  #isOver = false;

  get isOver(): boolean {
    return this.#isOver;
  }

  /** What is under way is given up. */
  leave(): void {
    this.#isOver = true;
    for (const giveUp of this.#underWay) giveUp();
  }

  /** `giveUp` is called if the page is left before it is dropped. */
  watch(giveUp: () => void): void {
    this.#underWay.add(giveUp);
  }

  drop(giveUp: () => void): void {
    this.#underWay.delete(giveUp);
  }
}
