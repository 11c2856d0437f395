import { Elysia } from "elysia";
import { json, PERSONAL } from "../answers.ts";
import type { Refusal } from "../problem.ts";
import { problem } from "../problem.ts";
import type { HealthBody } from "../wire.ts";

export interface HealthRoutesOptions {
  readonly isReady: () => Promise<boolean>;
  readonly refusal: () => Refusal | null;
  /** Prometheus' text format, version 0.0.4. */
  readonly metrics: () => Promise<string>;
  readonly retryAfterS: number;
}

export function healthRoutes({ isReady, refusal, metrics, retryAfterS }: HealthRoutesOptions) {
  return new Elysia()
    .get("/healthz", () => json({ status: "ok" } satisfies HealthBody, PERSONAL))
    .get("/readyz", async () => {
      const draining = refusal();
      if (draining !== null) return problem(draining);
      // Not being able to tell is not being ready.
      const ready = await isReady().catch(() => false);
      if (!ready) return problem({ kind: "overloaded", retryAfterS });
      return json({ status: "ok" } satisfies HealthBody, PERSONAL);
    })
    .get(
      "/metrics",
      async () =>
        new Response(await metrics(), {
          headers: {
            "content-type": "text/plain; version=0.0.4; charset=utf-8",
            "cache-control": PERSONAL,
            "x-content-type-options": "nosniff",
          },
        }),
    );
}
