import { join } from "node:path";
import { Child } from "../harness/child.ts";

const PROGRAM = join(import.meta.dir, "raw-echo-process.ts");

/** The most that a JSON POST can be on this machine: Bun parses it and gives it back. */
export class RawEcho implements AsyncDisposable {
  readonly #child: Child;
  readonly url: string;

  private constructor(child: Child, url: string) {
    this.#child = child;
    this.url = url;
  }

  static async start(): Promise<RawEcho> {
    const child = new Child(PROGRAM);
    return new RawEcho(child, await child.ask<string>({}));
  }

  get pid(): number {
    return this.#child.pid;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#child[Symbol.asyncDispose]();
  }
}
