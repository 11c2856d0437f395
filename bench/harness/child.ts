import type { Subprocess } from "bun";
import { BenchError } from "./bench.ts";

/** What a child prints, a line for each order. */
export type Line =
  | { readonly kind: "answer"; readonly answer: unknown }
  /** The order cannot be carried out, in a sentence for whoever started the bench. */
  | { readonly kind: "fault"; readonly sentence: string };

/**
 * A part of a bench in a process of its own, so that its processor time is told apart and nothing of it slows the
 * others down: orders go in and answers come out as lines of JSON. It ends when its standard input does, and so never
 * outlives the bench, however that ends. `parent.ts` is the other side.
 */
export class Child implements AsyncDisposable {
  readonly #program: string;
  readonly #process: Subprocess<"pipe", "pipe", "inherit">;
  readonly #lines: AsyncIterator<string>;

  /** `flags` go to Bun, as in `--cpu-prof`. */
  constructor(program: string, flags: readonly string[] = []) {
    this.#program = program;
    this.#process = Bun.spawn([process.execPath, ...flags, program], {
      env: { ...process.env, NODE_ENV: "production" },
      stdin: "pipe",
      stdout: "pipe",
      stderr: "inherit",
    });
    this.#lines = lines(this.#process.stdout);
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** One at a time. Throws `BenchError` with the child's own sentence, or where it ended. */
  async ask<Answer>(order: unknown): Promise<Answer> {
    await this.#process.stdin.write(`${JSON.stringify(order)}\n`);
    await this.#process.stdin.flush();
    const next = await this.#lines.next();
    if (next.done === true) throw new BenchError(`${this.#program} ended before it answered`);
    const line = JSON.parse(next.value) as Line;
    switch (line.kind) {
      case "answer":
        return line.answer as Answer;
      case "fault":
        throw new BenchError(line.sentence);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stdin.end();
    await this.#process.exited;
  }
}

/** Whole lines, without their ends. */
export async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    const parts = text.split("\n");
    text = parts.pop() ?? "";
    yield* parts;
  }
}
