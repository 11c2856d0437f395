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
/** In a line, where seats are kept for those who have asked for a code and left, and then for the next who do. */
const STAYS_IN_LINE_MS = 1_500_000;
/** Whatever people's pace is: a hold, the wait for a second code and the machine have their own. */
const STAYS_MS_MIN = 90_000;

/**
 * Everyone comes when they come, whatever the service does: the loop is open. Resolves when all have gone, or when the
 * last who came has had the time to.
 */
export async function runCrowd(
  options: SurgeOptions,
  scene: Scene,
  verificationOf: (phone: string) => string,
): Promise<Endings> {
  const { visitorCount, seed, pace, verifyEarlyShare } = options;
  const random = new Random(seed);
  const instants = arrivals({ visitorCount, durationMs: durationMs(options), random });
  const endings = new Map<Ending, number>(ENDINGS.map((ending) => [ending, 0]));
  const lives: Promise<void>[] = [];
  for (const [index, atMs] of instants.entries()) {
    const aheadMs = scene.opensAtMs + atMs - performance.now();
    if (aheadMs > 0) await sleep(aheadMs);
    scene.journal.arrived(scene.opensAtMs + atMs);
    const usual = makePerson(index, visitorCount, atMs, random.fork());
    const isVerified = verifyEarlyShare > 0 && usual.random.chance(verifyEarlyShare);
    const person = isVerified ? { ...usual, verification: verificationOf(usual.phone) } : usual;
    const visitor = new Visitor(person, scene);
    lives.push(
      visitor.live().then((ending) => {
        endings.set(ending, (endings.get(ending) ?? 0) + 1);
      }),
    );
  }
  const staysMs = pace * (scene.waitingRoom === undefined ? STAYS_MS : STAYS_IN_LINE_MS);
  await Promise.race([Promise.all(lives), sleep(Math.max(staysMs, STAYS_MS_MIN))]);
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
