import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Random } from "../../test/support/random.ts";
import { logNormal } from "./distributions.ts";
import { HABITS, type Mood } from "./habits.ts";

export interface PhoneNetworkOptions {
  readonly random: Random;
  /** Every human duration times this. */
  readonly pace: number;
  readonly mood: Pick<Mood, "smsLostShare">;
}

/**
 * The phones of everyone, and the network before them: codes come late, and some never. It listens on a Unix socket to
 * what the gateway in the service's process (`code-gateway.ts`) writes: a line for each SMS, with its last letters.
 */
export class PhoneNetwork implements Disposable {
  /** Where the gateway finds us. */
  readonly socketPath = join(tmpdir(), `floodgate-${crypto.randomUUID().slice(0, 8)}.sock`);
  codeCount = 0;
  lostCount = 0;
  confirmationCount = 0;
  readonly #options: PhoneNetworkOptions;
  readonly #listener: Bun.UnixSocketListener<undefined>;
  /** By phone: what its owner does with the next code. */
  readonly #readers = new Map<string, (code: string) => void>();

  constructor(options: PhoneNetworkOptions) {
    this.#options = options;
    let rest = "";
    this.#listener = Bun.listen({
      unix: this.socketPath,
      socket: {
        data: (_socket, bytes) => {
          const lines = (rest + bytes.toString("latin1")).split("\n");
          rest = lines.pop() ?? "";
          for (const line of lines) this.#take(line);
        },
      },
    });
  }

  /** Resolves with the next code that reaches this phone; to be asked for before the code is. */
  nextCode(phone: string): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#readers.set(phone, resolve);
    return promise;
  }

  [Symbol.dispose](): void {
    this.#listener.stop(true);
    rmSync(this.socketPath, { force: true });
  }

  #take(line: string): void {
    const [phone = "", text = ""] = line.split(" ");
    // A confirmation ends with the key of a ticket.
    if (!/^\d{6}$/.test(text)) {
      this.confirmationCount += 1;
      return;
    }
    this.codeCount += 1;
    const { random, pace, mood } = this.#options;
    if (random.chance(mood.smsLostShare)) {
      this.lostCount += 1;
      return;
    }
    const travelsMs = pace * logNormal(random, HABITS.smsTravelsMs);
    setTimeout(() => this.#readers.get(phone)?.(text), travelsMs).unref();
  }
}
