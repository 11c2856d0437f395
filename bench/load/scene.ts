import type { Books } from "./books.ts";
import type { Journal } from "./journal.ts";
import type { PageFiles } from "./page-files.ts";
import type { PhoneNetwork } from "./phone-network.ts";
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
  readonly files: PageFiles;
  readonly journal: Journal;
  readonly phones: PhoneNetwork;
  readonly books: Books;
  /** Answers nobody should get, in words. */
  readonly faults: string[];
}
