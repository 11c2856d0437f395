import type { Loop } from "../../src/http/overload.ts";

/** A loop whose passes take as long as they are told to. */
export class ManualLoop implements Loop {
  #nowMs = 0;
  #endPass: (() => void) | null = null;

  nowMs(): number {
    return this.#nowMs;
  }

  afterPass(task: () => void): void {
    this.#endPass = task;
  }

  spend(durationMs: number): void {
    this.#nowMs += durationMs;
  }

  endPass(): void {
    const task = this.#endPass;
    this.#endPass = null;
    task?.();
  }
}
