import { availableParallelism } from "node:os";
import type { SeedResult } from "./run-seed.ts";

/** A seed's end, without its timeline. */
export type SeedEnd = Pick<SeedResult, "seed" | "violation" | "hash">;

const CHUNK_COUNT = 10;

/** Runs seeds on all cores until they end or `isEnough` says so; what is under way then still counts. */
export async function runSeeds(
  seeds: Iterator<number>,
  isEnough: (ends: readonly SeedEnd[]) => boolean = () => false,
): Promise<readonly SeedEnd[]> {
  const ends: SeedEnd[] = [];
  const next = () => {
    const chunk: number[] = [];
    while (chunk.length < CHUNK_COUNT) {
      const { value, done } = seeds.next();
      if (done === true) break;
      chunk.push(value);
    }
    return chunk;
  };
  const work = async () => {
    const worker = new Worker(new URL("./seed-worker.ts", import.meta.url));
    for (let chunk = next(); chunk.length > 0 && !isEnough(ends); chunk = next()) {
      ends.push(...(await runOn(worker, chunk)));
    }
    worker.terminate();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return ends.sort((one, other) => one.seed - other.seed);
}

export function* seedsFrom(first: number, count = Number.POSITIVE_INFINITY): Generator<number> {
  for (let index = 0; index < count; index += 1) yield first + index;
}

function runOn(worker: Worker, seeds: readonly number[]): Promise<readonly SeedEnd[]> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<readonly SeedEnd[]>) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(`seeds ${seeds.join(", ")}: ${message}`));
    worker.postMessage(seeds);
  });
}
