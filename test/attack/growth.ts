/** Long enough for the clock, short enough that some batch is not interrupted. */
const BATCH_MS_MIN = 0.2;
const BATCH_COUNT = 7;
/** Linear is sixteen times: as long a batch of the large task takes that much fewer of it. */
const LARGER_BY = 16;

/**
 * How many times as long the large task takes as the small one. The quickest of some batches counts: whatever else the
 * machine does can only add. (The processor's own clock would leave that out, but may tick no finer than 10 ms.)
 */
export function growthOf(small: () => unknown, large: () => unknown): number {
  const count = batchSize(small);
  const largeCount = Math.ceil(count / LARGER_BY);
  return quickestMs(large, largeCount) / largeCount / (quickestMs(small, count) / count);
}

/** Doubled until a batch can be measured, by which time the task is compiled as well. */
function batchSize(task: () => unknown): number {
  let count = 1;
  while (batchMs(task, count) < BATCH_MS_MIN) count *= 2;
  return count;
}

function quickestMs(task: () => unknown, count: number): number {
  const batches = Array.from({ length: BATCH_COUNT }, () => batchMs(task, count));
  return Math.min(...batches);
}

function batchMs(task: () => unknown, count: number): number {
  const startMs = performance.now();
  for (let done = 0; done < count; done += 1) task();
  return performance.now() - startMs;
}
