import { compress, INITIAL_STATE } from "./sha-256.ts";

/** What of a challenge its solution depends on. */
export interface Puzzle {
  readonly salt: string;
  /** Hexadecimal SHA-256 of salt and number. */
  readonly challenge: string;
  readonly maxnumber: number;
}

const BLOCK_BYTES = 64;
/** Of SHA-256: one bit set, and the length. */
const PADDING_BYTES_MIN = 9;
const ZERO = 0x30;

/** Tries the numbers from 0 on, as many at a time as asked. The salt's whole blocks are hashed once. */
export class Solver {
  readonly #numberMax: number;
  readonly #salt: Uint8Array;
  readonly #target: Int32Array;
  /** After the salt's whole blocks. */
  readonly #start = INITIAL_STATE.slice();
  readonly #state = new Int32Array(8);
  /** What follows those: the rest of the salt, a number, and the padding for one of so many digits. */
  #ending = new Ending(new Uint8Array(), 0, 0);
  #next = 0;

  constructor({ salt, challenge, maxnumber }: Puzzle) {
    this.#numberMax = maxnumber;
    this.#salt = new TextEncoder().encode(salt);
    const words = challenge.match(/.{8}/g) ?? [];
    this.#target = Int32Array.from(words, (hex) => Number.parseInt(hex, 16) | 0);
    const block = new DataView(this.#salt.buffer);
    for (let at = 0; at < this.#wholeBytes; at += BLOCK_BYTES) compress(this.#start, block, at);
  }

  /** Of all the numbers there are, from 0 to 1. */
  get triedShare(): number {
    return this.#next / (this.#numberMax + 1);
  }

  /** The number if it is among the next ones; null if it is not. */
  tryNext(count: number): number | null {
    const end = Math.min(this.#next + count, this.#numberMax + 1);
    for (; this.#next < end; this.#next += 1) if (this.#isSolvedBy(this.#next)) return this.#next;
    return null;
  }

  get #wholeBytes(): number {
    return this.#salt.length - (this.#salt.length % BLOCK_BYTES);
  }

  #isSolvedBy(number: number): boolean {
    const digitCount = String(number).length;
    if (this.#ending.digitCount !== digitCount) {
      const rest = this.#salt.subarray(this.#wholeBytes);
      this.#ending = new Ending(rest, digitCount, this.#salt.length);
    }
    this.#ending.write(number);
    this.#state.set(this.#start);
    const { block } = this.#ending;
    for (let at = 0; at < block.byteLength; at += BLOCK_BYTES) compress(this.#state, block, at);
    for (let index = 0; index < 8; index += 1) {
      if (this.#state[index] !== this.#target[index]) return false;
    }
    return true;
  }
}

class Ending {
  readonly block: DataView;
  readonly digitCount: number;
  readonly #restBytes: number;

  constructor(rest: Uint8Array, digitCount: number, saltBytes: number) {
    const usedBytes = rest.length + digitCount;
    const blockCount = Math.ceil((usedBytes + PADDING_BYTES_MIN) / BLOCK_BYTES);
    const bytes = new Uint8Array(blockCount * BLOCK_BYTES);
    bytes.set(rest);
    bytes[usedBytes] = 0x80;
    this.block = new DataView(bytes.buffer);
    this.block.setUint32(bytes.length - 4, (saltBytes + digitCount) * 8);
    this.digitCount = digitCount;
    this.#restBytes = rest.length;
  }

  write(number: number): void {
    let left = number;
    for (let place = this.digitCount - 1; place >= 0; place -= 1) {
      this.block.setUint8(this.#restBytes + place, ZERO + (left % 10));
      left = Math.floor(left / 10);
    }
  }
}
