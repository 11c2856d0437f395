import type { Clock } from "../actor/clock.ts";

export interface AttemptBounds {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Ends the attempt early, as a stop of the process does. */
  readonly signal: AbortSignal;
}

/**
 * One try of something in the outside world. Whatever it does there (throw, hang, ignore its signal),
 * an answer comes back in time: its own, or what `otherwise` makes of the reason.
 */
export async function attempt<Answer>(
  task: (signal: AbortSignal) => Promise<Answer>,
  bounds: AttemptBounds,
  otherwise: (reason: string) => Answer,
): Promise<Answer> {
  const { clock, timeoutMs, signal } = bounds;
  const controller = new AbortController();
  const abandoned = Promise.withResolvers<Answer>();
  const cutOff = (reason: string) => {
    controller.abort(new Error(reason));
    // One turn of the loop later, so that a task which knows better what became of it can still say so.
    clock.after(0, () => abandoned.resolve(otherwise(reason)));
  };
  const stop = () => cutOff("cut off by a stop");
  if (signal.aborted) stop();
  // Not AbortSignal.any: this listener goes with the attempt, and the signal lives as long as the process.
  signal.addEventListener("abort", stop);
  const cancelTimeout = clock.after(timeoutMs, () => {
    cutOff(`no answer within ${Math.round(timeoutMs)} ms`);
  });
  try {
    return await Promise.race([task(controller.signal), abandoned.promise]);
  } catch (error) {
    return otherwise(error instanceof Error ? error.message : "threw something that is no error");
  } finally {
    cancelTimeout();
    signal.removeEventListener("abort", stop);
  }
}

/** Resolves after the delay, or at once when the signal aborts. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const finish = () => {
      cancel();
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const cancel = clock.after(delayMs, finish);
    signal.addEventListener("abort", finish);
  });
}
