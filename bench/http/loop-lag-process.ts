import type { App } from "../../src/app.ts";
import type { LatencySummary } from "../harness/histogram.ts";
import { serveParent } from "../harness/parent.ts";
import { type StartOrder, startApp } from "../harness/service-app.ts";
import { BusyRenderPool } from "./busy-render-pool.ts";
import { Heartbeat } from "./heartbeat.ts";

/** The service, with a heartbeat on its thread and a render pool that can be kept at work. */
export type LoopLagOrder = StartOrder | { readonly kind: "strain" } | { readonly kind: "relax" };

/** The answer to `relax`: what came of the time since `strain`. */
export interface Strain {
  readonly delays: LatencySummary;
  readonly renderedCount: number;
}

const pool = new BusyRenderPool();
let app: App | null = null;
let heartbeat: Heartbeat | null = null;

await serveParent(carryOut);
await (app as App | null)?.[Symbol.asyncDispose]();
await pool[Symbol.asyncDispose]();
process.exit();

async function carryOut(order: LoopLagOrder): Promise<string | Strain | null> {
  switch (order.kind) {
    case "start":
      app = await startApp(order);
      return app.url;
    case "strain":
      await pool.start();
      heartbeat = new Heartbeat();
      return null;
    case "relax": {
      const delays = heartbeat?.stop() ?? null;
      const renderedCount = await pool.stop();
      return delays === null ? null : { delays, renderedCount };
    }
  }
}
