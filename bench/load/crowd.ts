import { Random } from "../../test/support/random.ts";
import { arrivals } from "./arrivals.ts";
import { ENDINGS, type Ending } from "./form.ts";
import { makePerson } from "./person.ts";
import type { Scene } from "./scene.ts";
import type { SurgeOptions } from "./surge-options.ts";
import { sleep } from "./timeline.ts";
import { Visitor } from "./visitor.ts";

/** How many people came to which end; `still there` when the surge was over. */
export type Endings = Readonly<Record<Ending | "still there", number>>;

/** After the last arrival, before people's pace. */
const STAYS_MS = 100_000;

/**
 * Everyone comes when they come, whatever the service does: the loop is open. Resolves when all have gone, or when the
 * last who came has had the time to.
 */
export async function runCrowd(options: SurgeOptions, scene: Scene): Promise<Endings> {
  const { visitorCount, seed, pace } = options;
  const random = new Random(seed);
  const instants = arrivals({ visitorCount, durationMs: durationMs(options), random });
  const endings = new Map<Ending, number>(ENDINGS.map((ending) => [ending, 0]));
  const lives: Promise<void>[] = [];
  for (const [index, atMs] of instants.entries()) {
    const aheadMs = scene.opensAtMs + atMs - performance.now();
    if (aheadMs > 0) await sleep(aheadMs);
    scene.journal.arrived(scene.opensAtMs + atMs);
    const visitor = new Visitor(makePerson(index, visitorCount, atMs, random.fork()), scene);
    lives.push(
      visitor.live().then((ending) => {
        endings.set(ending, (endings.get(ending) ?? 0) + 1);
      }),
    );
  }
  await Promise.race([Promise.all(lives), sleep(pace * STAYS_MS)]);
  const goneCount = [...endings.values()].reduce((sum, count) => sum + count, 0);
  return {
    ...(Object.fromEntries(endings) as Record<Ending, number>),
    "still there": visitorCount - goneCount,
  };
}

/** From the first arrival to the last. */
export function durationMs({ minutes, compress }: SurgeOptions): number {
  return (minutes * 60_000) / compress;
}
