/** The only source of time in the core; tests and the simulator supply their own. */
export interface Clock {
  /** Milliseconds since the Unix epoch; never goes back. */
  nowMs(): number;
  /** Runs `task` once after the delay, or as soon as the loop is free for 0; the answer cancels it. */
  after(delayMs: number, task: () => void): () => void;
}

/** Wall-clock time at start carried on by the monotonic clock, so that a step of the wall clock moves nothing. */
export const systemClock: Clock = {
  nowMs: () => performance.timeOrigin + performance.now(),
  after(delayMs, task) {
    if (delayMs === 0) {
      const immediate = setImmediate(task);
      return () => clearImmediate(immediate);
    }
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(delayMs, resolve));
}

/** Runs `task` every so often until the answer is called. */
export function repeat(clock: Clock, everyMs: number, task: () => void): () => void {
  let cancel = clock.after(everyMs, tick);
  function tick(): void {
    cancel = clock.after(everyMs, tick);
    task();
  }
  return () => cancel();
}
