import { ok as assert } from "node:assert";

interface Member<Item, Outcome> {
  readonly item: Item;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitLimits {
  readonly batchCountMax: number;
  readonly waitingCountMax: number;
}

/**
 * Gathers the items that arrive while one commit is in flight and commits them together next.
 *
 * No timer: the duration of the running commit is the batching window, so an idle system commits at
 * once and a busy one fills its batches. A caller's promise settles only after its own commit did,
 * with its own outcome: the commit answers one outcome per item, in the items' order.
 */
export class GroupCommit<Item, Outcome> {
  readonly #commit: (items: readonly Item[]) => Promise<readonly Outcome[]>;
  readonly #limits: GroupCommitLimits;
  #waiting: Member<Item, Outcome>[] = [];
  #running: Promise<void> | null = null;

  constructor(
    commit: (items: readonly Item[]) => Promise<readonly Outcome[]>,
    limits: GroupCommitLimits,
  ) {
    assert(limits.batchCountMax > 0);
    assert(limits.batchCountMax <= limits.waitingCountMax);
    this.#commit = commit;
    this.#limits = limits;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Returns null, at once, when the queue is full: the caller must shed the request. */
  submit(item: Item): Promise<Outcome> | null {
    if (this.#waiting.length === this.#limits.waitingCountMax) return null;
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    this.#waiting.push({ item, resolve, reject });
    this.#running ??= this.#run();
    return promise;
  }

  /** Resolves when everything submitted so far has settled. */
  async drain(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    // Let the turns already queued on this tick join the first batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#limits.batchCountMax);
      try {
        const outcomes = await this.#commit(batch.map((member) => member.item));
        assert(outcomes.length === batch.length, "a commit answers one outcome per item");
        batch.forEach((member, index) => member.resolve(outcomes[index] as Outcome));
      } catch (error) {
        for (const member of batch) member.reject(error);
      }
    }
    this.#running = null;
  }
}
