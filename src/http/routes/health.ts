import { Elysia } from "elysia";
import { personalJson } from "../answers.ts";
import { isFromHere } from "../client-address.ts";
import { GUARDED, PERSONAL } from "../headers.ts";
import type { Refusal } from "../problem.ts";
import { problem } from "../problem.ts";
import { secretCheck } from "../shared-secret.ts";
import type { HealthBody } from "../wire.ts";

export interface HealthRoutesOptions {
  readonly isReady: () => Promise<boolean>;
  readonly refusal: () => Refusal | null;
  /** Prometheus' text format, version 0.0.4. */
  readonly metrics: () => Promise<string>;
  /** Lets a scraper read the metrics from elsewhere; null lets nobody. */
  readonly metricsToken: string | null;
  readonly addressOf: (request: Request) => string;
  readonly retryAfterS: number;
}

export function healthRoutes(options: HealthRoutesOptions) {
  const { isReady, refusal, metrics, retryAfterS } = options;
  const mayReadMetrics = metricsGuard(options);
  return new Elysia()
    .get("/healthz", () => personalJson({ status: "ok" } satisfies HealthBody))
    .get("/readyz", async () => {
      const draining = refusal();
      if (draining !== null) return problem(draining);
      // Not being able to tell is not being ready.
      const ready = await isReady().catch(() => false);
      if (!ready) return problem({ kind: "overloaded", retryAfterS });
      return personalJson({ status: "ok" } satisfies HealthBody);
    })
    .get("/metrics", async ({ request }) => {
      if (!mayReadMetrics(request)) return problem({ kind: "not-found" });
      return new Response(await metrics(), { headers: METRICS_HEADERS });
    });
}

const METRICS_HEADERS = {
  ...GUARDED,
  "content-type": "text/plain; version=0.0.4; charset=utf-8",
  "cache-control": PERSONAL,
};

/** Someone at this machine, or whoever has the token. */
function metricsGuard({ addressOf, metricsToken }: HealthRoutesOptions) {
  const isToken = metricsToken === null ? () => false : secretCheck(`Bearer ${metricsToken}`);
  return (request: Request): boolean =>
    isFromHere(request, addressOf(request)) || isToken(request.headers.get("authorization"));
}
