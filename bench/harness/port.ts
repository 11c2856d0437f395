import { BenchError } from "./bench.ts";

/** Throws `BenchError` where somebody listens on this port of loopback already; 0 is any free port. */
export function checkPort(port: number): void {
  try {
    Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
  } catch (error) {
    throw new BenchError(`Port ${port} is in use by another process: choose another.`, {
      cause: error,
    });
  }
}
