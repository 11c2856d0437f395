/** What is counted of a line, from its beginning. */
export interface LineCounts {
  readonly admittedCount: number;
  readonly seatedCount: number;
  readonly lapsedCount: number;
}

const WINDOW_MS = 60_000;
const SAMPLE_EVERY_MS = 1_000;
/** Before so many are done their share says nothing. */
const SETTLED_COUNT_MIN = 20;
const SHARE_UNKNOWN = 90;

/** How fast the line moved in the last minute, and how many of those who were let in have registered so far. */
export class LineStatistics {
  /** In order of time, at most one for each second of the window, and one from before it. */
  #samples: (LineCounts & { readonly atMs: number })[] = [];

  /** By name: what is counted may be getters, which a spread leaves out. */
  sample({ admittedCount, seatedCount, lapsedCount }: LineCounts, nowMs: number): void {
    const newest = this.#samples.at(-1);
    if (newest !== undefined && nowMs - newest.atMs < SAMPLE_EVERY_MS) return;
    this.#samples.push({ admittedCount, seatedCount, lapsedCount, atMs: nowMs });
    const firstInside = this.#samples.findIndex(({ atMs }) => nowMs - atMs < WINDOW_MS);
    this.#samples = this.#samples.slice(Math.max(0, firstInside - 1));
  }

  get admittedPerMinute(): number {
    const [oldest] = this.#samples;
    const newest = this.#samples.at(-1);
    if (oldest === undefined || newest === undefined || newest.atMs === oldest.atMs) return 0;
    const admitted = newest.admittedCount - oldest.admittedCount;
    return Math.round((admitted * 60_000) / (newest.atMs - oldest.atMs));
  }

  /** Of 100 whose time is over, how many have a seat. */
  get seatedPercent(): number {
    const newest = this.#samples.at(-1);
    if (newest === undefined) return SHARE_UNKNOWN;
    const settled = newest.seatedCount + newest.lapsedCount;
    if (settled < SETTLED_COUNT_MIN) return SHARE_UNKNOWN;
    return Math.round((100 * newest.seatedCount) / settled);
  }
}
