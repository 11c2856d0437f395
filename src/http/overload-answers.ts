import { ok as assert } from "node:assert";
import { isForPerson, refuse } from "./answers.ts";
import type { Pages } from "./pages.ts";
import type { Priority } from "./priority.ts";
import type { Refusal } from "./problem.ts";
import { problem } from "./problem.ts";

/** Those turned away in one instant are told to come back in nine different ones. */
const RETRY_AFTER_S_MIN = 2;
const RETRY_AFTER_S_MAX = 10;

/** `503 overloaded`, prepared once for each wait and handed out in turn; Bun's copies share bytes and headers. */
export class OverloadAnswers {
  readonly #headers: Readonly<Record<string, string>>;
  readonly #pages: Pages;
  readonly #prepared: readonly Response[];
  #nextIndex = 0;

  /** `headers` are those that every answer carries besides its own. */
  constructor(headers: Readonly<Record<string, string>>, pages: Pages) {
    this.#headers = headers;
    this.#pages = pages;
    const count = RETRY_AFTER_S_MAX - RETRY_AFTER_S_MIN + 1;
    this.#prepared = Array.from({ length: count }, (_, index) =>
      this.#finish(problem(overloaded(index))),
    );
  }

  next(request: Request, priority: Priority): Response {
    this.#nextIndex = (this.#nextIndex + 1) % this.#prepared.length;
    const prepared = this.#prepared[this.#nextIndex];
    assert(prepared !== undefined);
    // What people open in a window is of the lower two; those are few, and may cost a page.
    const isCall = priority === "claim" || priority === "code" || !isForPerson(request);
    if (isCall) return prepared.clone();
    return this.#finish(refuse(request, overloaded(this.#nextIndex), this.#pages));
  }

  #finish(answer: Response): Response {
    for (const [name, value] of Object.entries(this.#headers)) answer.headers.set(name, value);
    return answer;
  }
}

function overloaded(index: number): Refusal {
  return { kind: "overloaded", retryAfterS: RETRY_AFTER_S_MIN + index };
}
