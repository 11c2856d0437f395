import { join } from "node:path";
import { Child } from "../harness/child.ts";

const PROGRAM = join(import.meta.dir, "raw-static-process.ts");

export interface StaticAnswer {
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The most that a GET can be on this machine: one answer that Bun gives by itself, with its 304. */
export class RawStatic implements AsyncDisposable {
  readonly url: string;
  readonly #child: Child;

  private constructor(child: Child, url: string) {
    this.#child = child;
    this.url = url;
  }

  static async start(answer: StaticAnswer): Promise<RawStatic> {
    const child = new Child(PROGRAM);
    return new RawStatic(child, await child.ask<string>(answer));
  }

  get pid(): number {
    return this.#child.pid;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#child[Symbol.asyncDispose]();
  }
}
