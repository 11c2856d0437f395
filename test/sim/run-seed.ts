import { Random } from "../support/random.ts";
import type { Swarm } from "./swarm.ts";
import { drawSwarm } from "./swarm.ts";
import type { Violation } from "./world.ts";
import { World } from "./world.ts";

export interface SeedResult {
  readonly seed: number;
  readonly violation: Violation | null;
  /** Of the whole timeline: the same seed gives the same hash. */
  readonly hash: string;
  readonly timeline: readonly string[];
}

/** Lives one seed's world from beginning to end, in no real time and without leaving this call. */
export function runSeed(
  seed: number,
  change: (swarm: Swarm) => Swarm = (swarm) => swarm,
): SeedResult {
  const random = new Random(seed);
  const swarm = change(drawSwarm(random.fork()));
  const world = new World(random.fork(), swarm);
  using _ = borrowGlobals(world);
  world.run();
  const { violation, timeline } = world;
  return { seed, violation, hash: timeline.hash, timeline: timeline.lines };
}

/**
 * While a world runs, whatever reads the machine's own time gets the wall clock of the simulated one, and whatever
 * draws from the machine's own chance or timers is a bug.
 */
function borrowGlobals(world: World): Disposable {
  const { setTimeout: timer, setInterval: interval, setImmediate: immediate } = globalThis;
  const [now, random] = [Date.now, Math.random];
  const refuse = (what: string) => () => {
    throw new Error(`the core used ${what}, which no port gave it`);
  };
  Date.now = () => world.wallMs;
  Math.random = refuse("Math.random");
  Object.assign(globalThis, {
    setTimeout: refuse("setTimeout"),
    setInterval: refuse("setInterval"),
    setImmediate: refuse("setImmediate"),
  });
  return {
    [Symbol.dispose]() {
      Date.now = now;
      Math.random = random;
      Object.assign(globalThis, {
        setTimeout: timer,
        setInterval: interval,
        setImmediate: immediate,
      });
    },
  };
}
