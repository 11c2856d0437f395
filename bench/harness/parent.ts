import { BenchError } from "./bench.ts";
import { type Line, lines } from "./child.ts";

/**
 * Carries out the orders of the bench one by one, and returns when it is gone. A `BenchError` is told as a sentence;
 * anything else ends the process with its stack.
 */
export async function serveParent<Order>(
  answer: (order: Order) => Promise<unknown>,
): Promise<void> {
  // A Ctrl-C or a closed terminal reaches the whole group; the bench closes our input when it is done with us.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  for await (const line of lines(Bun.stdin.stream())) {
    print(await outcomeOf(() => answer(JSON.parse(line) as Order)));
  }
}

async function outcomeOf(carryOut: () => Promise<unknown>): Promise<Line> {
  try {
    return { kind: "answer", answer: (await carryOut()) ?? null };
  } catch (error) {
    if (error instanceof BenchError) return { kind: "fault", sentence: error.message };
    throw error;
  }
}

function print(line: Line): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
