import { runSeed } from "./run-seed.ts";

declare const self: Worker;

/** A thread that runs the seeds it is sent and answers what became of each. */
self.onmessage = ({ data }: MessageEvent<readonly number[]>) => {
  const results = data.map((seed) => {
    const { violation, hash } = runSeed(seed);
    return { seed, violation, hash };
  });
  self.postMessage(results);
};
