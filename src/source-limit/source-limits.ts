import { narrowBlock, wideBlock } from "./address-block.ts";
import type { BucketPolicy } from "./bucket-sketch.ts";
import { BucketSketch } from "./bucket-sketch.ts";

export interface SourceLimitsOptions {
  /** A keyed hash, so that nobody can pick addresses that are counted as another's. */
  readonly mac: { digest(text: string): Buffer };
  /** Of an IPv4 address or an IPv6 /64. */
  readonly narrow: BucketPolicy;
  /** Of an IPv4 /24 or an IPv6 /48. */
  readonly wide: BucketPolicy;
  /** What those who waited may take of an empty bucket; failures cannot, so that they leave it to them. */
  readonly waiterCountMax: number;
  /** A power of two up to 65,536; one costs 64 bytes over both levels. */
  readonly cellsPerRow: number;
}

interface Level {
  readonly sketch: BucketSketch;
  readonly digestOf: (address: string) => Buffer;
}

/**
 * What each block of addresses may still fail at before it is asked for proofs. Only failures are charged: a crowd
 * behind one address that makes no mistakes is never seen here.
 */
export class SourceLimits {
  readonly #levels: readonly Level[];
  readonly #waiterCountMax: number;

  constructor({ mac, narrow, wide, waiterCountMax, cellsPerRow }: SourceLimitsOptions) {
    this.#waiterCountMax = waiterCountMax;
    this.#levels = [
      {
        sketch: new BucketSketch(narrow, cellsPerRow),
        digestOf: (address) => mac.digest(narrowBlock(address)),
      },
      {
        sketch: new BucketSketch(wide, cellsPerRow),
        digestOf: (address) => mac.digest(wideBlock(address)),
      },
    ];
  }

  /** Whether one of its blocks has failed too often of late. */
  isSpent(address: string, nowMs: number): boolean {
    return this.#waitMs(address, nowMs, 0) > 0;
  }

  /** What a spent block fails at costs nothing further, so that one address cannot spend its whole network. */
  charge(address: string, nowMs: number): void {
    if (!this.isSpent(address, nowMs)) this.#take(address, nowMs);
  }

  /** Lets in one who waited instead of proving: 0, or how long until there is room for one. */
  admitWaiter(address: string, nowMs: number): number {
    const waitMs = this.#waitMs(address, nowMs, this.#waiterCountMax);
    if (waitMs === 0) this.#take(address, nowMs);
    return waitMs;
  }

  #take(address: string, nowMs: number): void {
    for (const { sketch, digestOf } of this.#levels) sketch.take(digestOf(address), nowMs);
  }

  #waitMs(address: string, nowMs: number, owedCountMax: number): number {
    const waits = this.#levels.map(({ sketch, digestOf }) =>
      sketch.isUnspent(nowMs, owedCountMax)
        ? 0
        : sketch.waitMs(digestOf(address), nowMs, owedCountMax),
    );
    return Math.max(...waits);
  }
}
