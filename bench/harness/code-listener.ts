import { join } from "node:path";
import { TemporaryFolder } from "./temporary-folder.ts";

/** The phones of everyone, on a Unix socket: told of every code as soon as the service has sent it. */
export class CodeListener implements Disposable {
  readonly #folder = new TemporaryFolder();
  readonly socketPath = join(this.#folder.path, "codes.sock");
  readonly #listener: Bun.UnixSocketListener<undefined>;
  readonly #waiting = new Map<string, (code: string) => void>();
  #rest = "";

  /** Of one service at a time. */
  constructor() {
    this.#listener = Bun.listen({
      unix: this.socketPath,
      socket: {
        data: (_socket, bytes) => {
          const lines = (this.#rest + bytes.toString("latin1")).split("\n");
          this.#rest = lines.pop() ?? "";
          for (const line of lines) {
            const [phone = "", code = ""] = line.split(" ");
            this.#waiting.get(phone)?.(code);
            this.#waiting.delete(phone);
          }
        },
      },
    });
  }

  /** Resolves with the next code this phone is sent; to be asked for before the code is. */
  next(phone: string): Promise<string> {
    return new Promise((resolve) => this.#waiting.set(phone, resolve));
  }

  [Symbol.dispose](): void {
    this.#listener.stop(true);
    this.#folder[Symbol.dispose]();
  }
}
