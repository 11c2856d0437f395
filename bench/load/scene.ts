import type { Books } from "./books.ts";
import type { Edge } from "./edge.ts";
import type { Mood } from "./habits.ts";
import type { Journal } from "./journal.ts";
import type { LineCount } from "./line-count.ts";
import type { PageFiles } from "./page-files.ts";
import type { PhoneNetwork } from "./phone-network.ts";
import type { Wheel } from "./wheel.ts";
import type { Wires } from "./wires.ts";

/** What all visitors share. */
export interface Scene {
  /** Of the service, as in `127.0.0.1:3000`. */
  readonly host: string;
  readonly eventSlug: string;
  /** By `performance.now()`. */
  readonly opensAtMs: number;
  /** Every human duration times this. */
  readonly pace: number;
  readonly wires: Wires;
  /** When whose page asks for the next tick. */
  readonly wheel: Wheel;
  /** `ORDINARY_MOOD` where absent. */
  readonly mood?: Mood;
  /** Absent where all ask the service itself, and at once. */
  readonly waitingRoom?: WaitingRoomScene;
  readonly files: PageFiles;
  readonly journal: Journal;
  readonly phones: PhoneNetwork;
  readonly books: Books;
  /** Answers nobody should get, in words. */
  readonly faults: string[];
}

export interface WaitingRoomScene {
  /** Between all browsers and the wires. */
  readonly edge: Edge;
  readonly line: LineCount;
  /** Whether a place in the lobby takes a verification. */
  readonly isVerifiedEarly: boolean;
}
