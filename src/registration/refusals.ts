import type { ActorRefusal } from "../actor/actor.ts";
import type { ShardRefusal } from "../otp/otp-shards.ts";
import type { SaleState } from "../sale/sale.ts";
import { givesCodes } from "../sale/sale.ts";
import type { RegistrationDependencies } from "./dependencies.ts";
import type { EventView } from "./event-view.ts";
import type { Failed, SaleRefusal, Unavailable } from "./outcome.ts";

export function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}

/** What a sale that gives nothing out in this state tells the person. */
export function saleRefusal(
  state: Exclude<SaleState, "open">,
  view: EventView,
  retryAfterMs: number,
): SaleRefusal {
  switch (state) {
    case "scheduled":
    case "verifying":
    case "lobby":
      return { kind: "not-open", opensInS: opensInS(view) };
    case "paused":
      return { kind: "sale-paused", retryAfterS: seconds(retryAfterMs) };
    case "full":
      return { kind: "sale-full" };
    case "closed":
      return { kind: "sale-closed" };
  }
}

/** Null where codes are sent and taken to register with. */
export function refuseByState(view: EventView, retryAfterMs: number): SaleRefusal | null {
  const { current, nowMs } = view;
  if (current === null) return { kind: "sale-closed" };
  const { sale, state } = current;
  if (state === "open" || givesCodes(sale, state, nowMs)) return null;
  return saleRefusal(state, view, retryAfterMs);
}

/** What the kernel's or a shard's refusal means to the person. */
export function actorRefusal(
  refusal: ShardRefusal | ActorRefusal,
  retryAfterMs: number,
): Unavailable | Failed {
  switch (refusal.kind) {
    case "mailbox-full":
    case "timed-out":
    case "shard-full":
      return { kind: "overloaded", retryAfterS: seconds(retryAfterMs) };
    case "stopping":
      return { kind: "draining", retryAfterS: seconds(retryAfterMs) };
    case "turn-failed":
      return { kind: "failed" };
  }
}

/** What the database said within the request's deadline; one that is away or slow is a wait, not a fault. */
export async function answeredInTime<Answer>(
  asking: Promise<Answer>,
  { deadlines, retryAfterMs }: Pick<RegistrationDependencies, "deadlines" | "retryAfterMs">,
): Promise<Answer | Extract<Unavailable, { readonly kind: "overloaded" }>> {
  const overloaded = { kind: "overloaded", retryAfterS: seconds(retryAfterMs) } as const;
  const answering = asking.then((answer) => ({ kind: "answer", answer }) as const);
  const known = await deadlines.race(answering.catch(() => overloaded));
  return known.kind === "answer" ? known.answer : overloaded;
}

function opensInS(view: EventView): number | null {
  const opensAtMs = view.current?.sale.opensAtMs;
  return opensAtMs === undefined || opensAtMs <= view.nowMs
    ? null
    : seconds(opensAtMs - view.nowMs);
}
