const SLOT_MS = 10;

/** Calls each task in the ten milliseconds in which it is due: one timer for a hundred thousand who poll. */
export class Wheel implements Disposable {
  readonly #slots = new Map<number, (() => void)[]>();
  #turned = slotOf(performance.now());
  readonly #timer = setInterval(() => this.#turn(), SLOT_MS).unref();

  /** By `performance.now()`; what is due already comes with the next turn. */
  at(dueMs: number, task: () => void): void {
    const slot = Math.max(this.#turned + 1, slotOf(dueMs));
    const tasks = this.#slots.get(slot);
    if (tasks === undefined) this.#slots.set(slot, [task]);
    else tasks.push(task);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #turn(): void {
    const now = slotOf(performance.now());
    while (this.#turned < now) {
      this.#turned += 1;
      const tasks = this.#slots.get(this.#turned) ?? [];
      this.#slots.delete(this.#turned);
      for (const task of tasks) task();
    }
  }
}

function slotOf(atMs: number): number {
  return Math.floor(atMs / SLOT_MS);
}
