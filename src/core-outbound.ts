import { repeat } from "./actor/clock.ts";
import { aborted, within } from "./actor/within.ts";
import type { CorePorts, CoreSettings } from "./core-ports.ts";
import type { SmsRoute } from "./delivery/gateway-route.ts";
import { OutboxRelay } from "./delivery/outbox-relay.ts";
import { SmsBudget } from "./delivery/sms-budget.ts";
import { SmsDispatcher } from "./delivery/sms-dispatcher.ts";
import { SmsSender } from "./delivery/sms-sender.ts";
import type { Limits } from "./limits.ts";
import type { ModeKeeper } from "./mode/mode-keeper.ts";

export interface Outbound {
  readonly relay: OutboxRelay;
  readonly sender: SmsSender;
  readonly dispatcher: SmsDispatcher;
  readonly budget: SmsBudget;
}

/** All that sends: the outbox's lanes, the codes, and the money they share. */
export function openOutbound(
  ports: CorePorts,
  { limits, publicUrl, smsBudget }: CoreSettings,
  mode: Pick<ModeKeeper, "areMailsPaused" | "areMailPdfsPaused">,
  opening: AsyncDisposableStack,
): Outbound {
  const { clock, smsRoutes, mail, renderer, outbox, random, observer } = ports;
  const budget = new SmsBudget({
    limits: smsBudget,
    store: ports.smsBudget,
    clock,
    random: random.jitter,
    observer: {
      onRoom: () => dispatcher.refilled(),
      onReached: (reached) => observer.budgetReached(reached),
      onStoreFailed: (error) => observer.databaseFailed(error),
    },
  });
  const dispatcher = new SmsDispatcher({
    routes: smsRoutes,
    spending: budget,
    clock,
    limits,
    onRouteChanged: (stats) => observer.routeChanged(stats),
  });
  const relay = new OutboxRelay({
    store: outbox,
    sms: smsRoutes.length === 0 ? null : { dispatcher, heldCountMax: heldCount(smsRoutes, limits) },
    mail,
    mayMail: () => !mode.areMailsPaused,
    renderer: {
      render: (sheet) =>
        mode.areMailPdfsPaused
          ? Promise.resolve({ kind: "busy", retryAfterMs: limits.mailPdfPauseMs })
          : renderer.render(sheet),
    },
    publicUrl,
    clock,
    random: random.jitter,
    limits,
    observer: {
      settled: (lane, kind) => observer.sendTried(lane, kind),
      deliveryFailed: (lane, error) => observer.sendFailed(lane, error),
      storeFailed: (_lane, error) => observer.databaseFailed(error),
    },
  });
  const sender = new SmsSender({ dispatcher, clock, random: random.jitter, limits });
  relay.start();
  opening.defer(() =>
    within(clock, limits.budgetDrainTimeoutMs, (signal) =>
      Promise.race([budget.giveBack(), aborted(signal)]),
    ),
  );
  opening.defer(() => within(clock, limits.relayDrainTimeoutMs, (signal) => relay.drain(signal)));
  opening.defer(() => within(clock, limits.codeDrainTimeoutMs, (signal) => sender.drain(signal)));
  opening.defer(followCodeLane(ports, dispatcher, limits));
  return { relay, sender, dispatcher, budget };
}

/** A code lane that an operator pauses sends nothing within a poll; while the database is away it stays as it was. */
function followCodeLane(
  { clock, lanes, observer }: CorePorts,
  dispatcher: SmsDispatcher,
  { outboxPollMs }: Limits,
): () => void {
  const look = () =>
    void lanes.isPaused("code").then(
      (isPaused) => dispatcher.setPaused("code", isPaused),
      (error) => observer.databaseFailed(error),
    );
  look();
  return repeat(clock, outboxPollMs, look);
}

/** How near codes are to be refused: by how many wait, and by how long. An outage is no load: nothing helps it. */
export function codesWaitingShare(
  { dispatcher, sender: { stats } }: Pick<Outbound, "dispatcher" | "sender">,
  limits: Limits,
): number {
  const waitMs = dispatcher.expectedWaitMs("code");
  const ofWait = Number.isFinite(waitMs) ? waitMs / limits.codeWaitMsMax : 0;
  return Math.max(ofWait, (stats.dispatched + stats.backingOff) / limits.codeQueueCountMax);
}

/** Confirmations claimed at once: what the gateways take in some two seconds. */
function heldCount(routes: readonly SmsRoute[], limits: Limits): number {
  const perSecond = routes.reduce((sum, { segmentsPerS }) => sum + segmentsPerS, 0);
  const { confirmationHeldCountMin, confirmationHeldCountMax } = limits;
  return Math.min(confirmationHeldCountMax, Math.max(confirmationHeldCountMin, 2 * perSecond));
}
