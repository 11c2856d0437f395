import { join } from "node:path";
import type { Subprocess } from "bun";
import { freePort } from "./free-port.ts";

const MAIN = join(import.meta.dir, "../../src/main.ts");
const READY = /is ready after/;

/** The service as a person starts it: a process of its own, watched through what it prints. */
export class ServiceProcess implements AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly #child: Subprocess<"ignore", "pipe", "pipe">;
  readonly #output: Promise<string>;
  readonly #errors: Promise<string>;
  readonly #ready = Promise.withResolvers<boolean>();

  constructor(environment: Readonly<Record<string, string>>, port = freePort()) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    const { PATH = "" } = process.env;
    this.#child = Bun.spawn(["bun", MAIN], {
      env: { PATH, PORT: String(port), PUBLIC_URL: this.url, ...environment },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    this.#output = this.#watch();
    this.#errors = new Response(this.#child.stderr).text();
  }

  /** Resolves when the service says so; throws with what it printed when it ends first. */
  async ready(): Promise<this> {
    if (await this.#ready.promise) return this;
    throw new Error(`the service ended: ${await this.#output}${await this.#errors}`);
  }

  /** Sends the signal and answers how the process ended. */
  async end(signal: NodeJS.Signals = "SIGTERM"): Promise<Ended> {
    this.#child.kill(signal);
    return this.ended();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async ended(): Promise<Ended> {
    const exitCode = await this.#child.exited;
    return { exitCode, output: await this.#output, errors: await this.#errors };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  async #watch(): Promise<string> {
    let output = "";
    for await (const chunk of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      output += chunk;
      if (READY.test(output)) this.#ready.resolve(true);
    }
    this.#ready.resolve(false);
    return output;
  }
}

export interface Ended {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}
