import { basename, join } from "node:path";
import { Child } from "./child.ts";
import { readRequestLines, requestBytes } from "./http-request.ts";
import { type LoadOptions, type LoadReport, type LoadRequest, runLoad } from "./load.ts";

/** Requests from a file of request lines (`http-request.ts`). */
export interface DriveOrder extends Omit<LoadOptions, "next"> {
  readonly requestFile: string;
  /** As in a `Bombardment`. */
  readonly lines: "once" | "again";
}

export interface DriveReport extends LoadReport {
  /** Requests that were sent. */
  readonly sentCount: number;
  /** Processor time of the driver itself, seconds. */
  readonly processorS: number;
}

const PROGRAM = join(import.meta.dir, "driver-process.ts");

/** Our own load generator in a process of its own. */
export class Driver implements AsyncDisposable {
  readonly #child = new Child(PROGRAM);

  drive(order: DriveOrder): Promise<DriveReport> {
    return this.#child.ask(order);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#child[Symbol.asyncDispose]();
  }
}

/** What the driver's process does with an order. */
export async function drive(order: DriveOrder): Promise<DriveReport> {
  const requests = await prepare(order);
  let sentCount = 0;
  const before = process.cpuUsage();
  const report = await runLoad({
    ...order,
    next() {
      const request =
        requests[order.lines === "again" ? sentCount % requests.length : sentCount] ?? null;
      if (request !== null) sentCount += 1;
      return request;
    },
  });
  const { user, system } = process.cpuUsage(before);
  return { ...report, sentCount, processorS: (user + system) / 1e6 };
}

/** All bytes are there before the first is sent. */
async function prepare({ url, requestFile }: DriveOrder): Promise<LoadRequest[]> {
  const { host } = new URL(url);
  const requests = await readRequestLines(requestFile);
  return requests.map((request) => ({
    call: basename(request.path),
    bytes: requestBytes(request, host),
  }));
}
