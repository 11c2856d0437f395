import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Subprocess } from "bun";

const MAIN = join(import.meta.dir, "edge-main.ts");

/** The edge in a process of its own, over use cases that say yes: what it costs is seen from outside. */
export class EdgeProcess implements AsyncDisposable {
  readonly url: string;
  readonly #child: Subprocess<"pipe", "pipe", "inherit">;

  private constructor(url: string, child: Subprocess<"pipe", "pipe", "inherit">) {
    this.url = url;
    this.#child = child;
  }

  /** With at most so many file handles, its own included. */
  static async start(handleCountMax: number): Promise<EdgeProcess> {
    const limited = 'ulimit -n "$0" && exec "$@"';
    const command = [String(handleCountMax), process.execPath, MAIN];
    const child = Bun.spawn(["/bin/sh", "-c", limited, ...command], {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "inherit",
    });
    const { value = "" } = await child.stdout
      .pipeThrough(new TextDecoderStream())
      .getReader()
      .read();
    if (!value.startsWith("http")) throw new Error("the edge did not start");
    return new EdgeProcess(value.trim(), child);
  }

  get handleCount(): number {
    return readdirSync(`/proc/${this.#child.pid}/fd`).length;
  }

  get residentBytes(): number {
    return this.#kilobytes("VmRSS") * 1024;
  }

  /** The most it ever was. */
  get residentBytesMax(): number {
    return this.#kilobytes("VmHWM") * 1024;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.exited;
  }

  #kilobytes(field: string): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]);
  }
}
