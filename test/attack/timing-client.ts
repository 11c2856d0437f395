/** A request that can be sent to another thread. */
export interface TimedRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

declare const self: Worker;

/** Answers each request with how long its answer took, in milliseconds. */
self.onmessage = async ({ data: { url, ...init } }: MessageEvent<TimedRequest>) => {
  const startMs = performance.now();
  const response = await fetch(url, init);
  await response.text();
  self.postMessage(performance.now() - startMs);
};
