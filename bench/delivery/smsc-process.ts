import { ok as assert } from "node:assert";
import { systemClock } from "../../src/actor/clock.ts";
import { Random } from "../../test/support/random.ts";
import { openSmsc, type Smsc } from "../../test/support/smsc.ts";
import { serveParent } from "../harness/parent.ts";
import type { CodeContract } from "./code-contract.ts";

export type SmscOrder =
  /** Answered with the port it listens on. */
  | { readonly kind: "open"; readonly contract: CodeContract }
  /** Answered with `SmscReport`. */
  | { readonly kind: "report" };

export interface SmscReport {
  /** In the order in which they came. */
  readonly accepted: readonly AcceptedSegment[];
  readonly throttledCount: number;
  readonly processorS: number;
}

export interface AcceptedSegment {
  /** As in `+8801710000000`. */
  readonly phone: string;
  /** Since the epoch. */
  readonly atMs: number;
}

/** Between a submit and its answer, as over the internet to a provider who is not near. */
const ANSWER_MS = { min: 20, max: 80 };
const SEED = 6;

const accepted: AcceptedSegment[] = [];
const random = new Random(SEED);
const opened = new AsyncDisposableStack();
let smsc: Smsc | null = null;

await serveParent(async (order: SmscOrder) => {
  switch (order.kind) {
    case "open":
      smsc = await open(order.contract);
      return smsc.port;
    case "report":
      return report();
  }
});
await opened.disposeAsync();
process.exit();

async function open({ segmentsPerS, inFlightMax }: CodeContract): Promise<Smsc> {
  const smsc = await openSmsc({
    segmentsPerS,
    // What piles up while this process waits for a processor is no breach of the contract.
    burstCountMax: inFlightMax,
    onSubmit: ({ to }) => {
      accepted.push({ phone: `+${to}`, atMs: systemClock.nowMs() });
      return { kind: "accept", delayMs: random.between(ANSWER_MS.min, ANSWER_MS.max) };
    },
  });
  return opened.use(smsc);
}

function report(): SmscReport {
  assert(smsc !== null, "the SMSC was opened first");
  const { user, system } = process.cpuUsage();
  const { throttledSegmentCount: throttledCount } = smsc;
  return { accepted, throttledCount, processorS: (user + system) / 1e6 };
}
