import type { SeedResult } from "./run-seed.ts";
import { runSeed } from "./run-seed.ts";
import type { Faults, Swarm } from "./swarm.ts";
import { NO_FAULTS } from "./swarm.ts";

const LINE_COUNT_MAX = 80;

/** A failed seed for a person: what broke, how to see it again, which faults it takes, what happened last. */
export function report(result: SeedResult): string {
  const { seed, violation, hash, timeline } = result;
  const shown = timeline.slice(-LINE_COUNT_MAX);
  const leftOut = timeline.length - shown.length;
  return [
    `seed ${seed} at commit ${commit()}: invariant ${violation?.invariant}: ${violation?.what}`,
    `again: bun run sim ${seed}    (the same timeline has the hash ${hash})`,
    `faults it takes: ${neededFaults(seed).join(", ") || "none"}`,
    "",
    `seconds     who          what${leftOut > 0 ? `    (${leftOut} lines before these)` : ""}`,
    ...shown,
  ].join("\n");
}

/** Kinds of faults without which the seed's world breaks nothing; the rest only make noise. */
function neededFaults(seed: number): readonly string[] {
  const kinds = Object.keys(NO_FAULTS) as (keyof Faults)[];
  let without: Partial<Faults> = {};
  const needed: string[] = [];
  for (const kind of kinds) {
    const lighter = { ...without, [kind]: NO_FAULTS[kind] };
    const { violation } = runSeed(seed, withFaults(lighter));
    if (violation === null) needed.push(kind);
    else without = lighter;
  }
  return needed;
}

function withFaults(changes: Partial<Faults>): (swarm: Swarm) => Swarm {
  return (swarm) => ({ ...swarm, faults: { ...swarm.faults, ...changes } });
}

function commit(): string {
  const { stdout, success } = Bun.spawnSync(["git", "describe", "--always", "--dirty"]);
  return success ? stdout.toString().trim() : "unknown";
}
