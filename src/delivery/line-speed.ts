interface Sample {
  readonly atMs: number;
  readonly startId: number;
}

/** An estimate follows what the lane did this long: a stall shows in it, a hiccup does not. */
const WINDOW_MS = 120_000;
/** What fewer seconds say is chance. */
const SPAN_MIN_MS = 5_000;
const SAMPLE_EVERY_MS = 1_000;

/** How fast a line moves, by its own start: in ids, so that gaps between them count alike in place and speed. */
export class LineSpeed {
  /** Oldest first; at most `WINDOW_MS / SAMPLE_EVERY_MS` and one. */
  readonly #samples: Sample[] = [];

  /** Where the line began at an instant; an empty line says nothing of the speed, and what came before it nothing more. */
  take(startId: number, { atMs, isEmpty }: { readonly atMs: number; readonly isEmpty: boolean }) {
    const samples = this.#samples;
    if (isEmpty) samples.length = 0;
    while (samples[0] !== undefined && samples[0].atMs < atMs - WINDOW_MS) samples.shift();
    const newestAtMs = samples.at(-1)?.atMs ?? -Infinity;
    if (!isEmpty && atMs - newestAtMs >= SAMPLE_EVERY_MS) samples.push({ atMs, startId });
  }

  /** How long until the line has moved that far; null while it stands, or was watched too shortly. */
  waitMs(count: number): number | null {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined) return null;
    const spanMs = last.atMs - first.atMs;
    const moved = last.startId - first.startId;
    if (spanMs < SPAN_MIN_MS || moved <= 0) return null;
    return Math.round((count * spanMs) / moved);
  }
}
