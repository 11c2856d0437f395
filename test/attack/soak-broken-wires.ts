import type { Exchange } from "../../bench/harness/http-connection.ts";
import type { Departure } from "../../bench/load/departure.ts";
import { sleep } from "../../bench/load/timeline.ts";
import { Wires, type WiresOptions } from "../../bench/load/wires.ts";
import type { Random } from "../support/random.ts";

export interface BrokenWiresOptions extends WiresOptions {
  readonly random: Random;
  /** Of all requests. */
  readonly cutShare: number;
}

const CUT_WITHIN_MS = 50;

/**
 * Wires over a network that breaks: some requests, or the first part of one, are sent on a connection that is reset
 * before the answer, and then again as browsers do.
 */
export class BrokenWires extends Wires {
  cutCount = 0;
  readonly #random: Random;
  readonly #cutShare: number;
  readonly #address: { readonly hostname: string; readonly port: number };

  constructor({ random, cutShare, ...options }: BrokenWiresOptions) {
    super(options);
    const { hostname, port } = new URL(options.url);
    this.#random = random;
    this.#cutShare = cutShare;
    this.#address = { hostname, port: Number(port) };
  }

  override async exchange(
    request: Uint8Array,
    timeoutMs: number,
    departure: Departure,
  ): Promise<Exchange> {
    if (this.#random.chance(this.#cutShare)) await this.#cut(request);
    return super.exchange(request, timeoutMs, departure);
  }

  async #cut(request: Uint8Array): Promise<void> {
    const isWhole = this.#random.chance(0.5);
    const length = isWhole ? request.length : this.#random.below(request.length);
    try {
      const socket = await Bun.connect({ ...this.#address, socket: { data() {}, error() {} } });
      socket.write(request.subarray(0, length));
      await sleep(this.#random.between(0, CUT_WITHIN_MS));
      socket.terminate();
      this.cutCount += 1;
    } catch {
      // Not let in: the request that follows tells.
    }
  }
}
