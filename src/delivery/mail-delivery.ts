import type { Clock } from "../actor/clock.ts";
import type { TicketSheet } from "../ticket/ticket.ts";
import { attempt, pause } from "./attempt.ts";
import type { Deliver, DeliveryBounds } from "./lane-relay.ts";
import type { Pace } from "./pace.ts";
import type { Mail, Mailer, RenderOutcome, SendOutcome, TicketRenderer } from "./ports.ts";
import type { Slots } from "./slots.ts";
import { ticketMail } from "./ticket-mail.ts";

export interface MailDeliveryOptions {
  readonly mailer: Mailer;
  /** Of sending; the mails that wait for one are drawn already. */
  readonly slots: Slots;
  /** Null sends as fast as the mailer takes mails. */
  readonly pace: Pace | null;
  readonly renderer: TicketRenderer;
  readonly clock: Clock;
  readonly sendTimeoutMs: number;
  readonly renderTimeoutMs: number;
  /** Between an unknown try and its repetition. */
  readonly repeatAfterMs: number;
  readonly publicUrl: string;
}

/** From this try on the mail goes with the link alone; a renderer that is only busy gets more patience. */
const LINK_ONLY_FROM_TRIES = { failed: 3, busy: 8 } as const;
const BUSY_PAUSE_MIN_MS = 50;

/** Renders the ticket shortly before its mail goes, so that no more PDFs are in memory than the lane holds mails. */
export function mailDelivery(options: MailDeliveryOptions): Deliver {
  return async (item, bounds) => {
    if (item.isSuppressed) return { kind: "refused", reason: "the address refuses mail" };
    await turn(options, bounds);
    const rendered = await renderPatiently(item.sheet, bounds, options);
    if (rendered.kind !== "rendered") {
      const reason = rendered.kind === "busy" ? "the renderer is busy" : rendered.reason;
      const mustWait = item.tries < LINK_ONLY_FROM_TRIES[rendered.kind];
      if (mustWait || bounds.signal.aborted) return { kind: "retry", afterMs: 0, reason };
    }
    const pdf = rendered.kind === "rendered" ? rendered.pdf : null;
    const { publicUrl, clock } = options;
    const mail = ticketMail(item, pdf, { publicUrl, nowMs: clock.nowMs() });
    return await options.slots.run(() => sendInTime(mail, bounds, options));
  };
}

/** Mails under way share one pace: each takes its place in it, and waits for that. */
async function turn(
  { pace, clock }: MailDeliveryOptions,
  { signal }: DeliveryBounds,
): Promise<void> {
  if (pace === null) return;
  const waitMs = pace.waitMs(clock.nowMs());
  pace.take(1);
  if (waitMs > 0) await pause(clock, waitMs, signal);
}

/** A busy renderer is waited for while the lease allows, so that its load costs the mail none of its tries. */
async function renderPatiently(
  sheet: TicketSheet,
  { untilMs, signal }: DeliveryBounds,
  options: MailDeliveryOptions,
): Promise<RenderOutcome> {
  const { renderer, clock, renderTimeoutMs, sendTimeoutMs } = options;
  const lastStartMs = untilMs - renderTimeoutMs - sendTimeoutMs;
  for (;;) {
    const outcome = await attempt<RenderOutcome>(
      () => renderer.render(sheet),
      { clock, timeoutMs: renderTimeoutMs, signal },
      (reason) => ({ kind: "failed", reason }),
    );
    if (outcome.kind !== "busy" || signal.aborted) return outcome;
    const pauseMs = Math.max(outcome.retryAfterMs, BUSY_PAUSE_MIN_MS);
    if (clock.nowMs() + pauseMs > lastStartMs) return outcome;
    await pause(clock, pauseMs, signal);
  }
}

/** Its turn may come too late. */
async function sendInTime(
  mail: Mail,
  bounds: DeliveryBounds,
  options: MailDeliveryOptions,
): Promise<SendOutcome> {
  const isLate = bounds.signal.aborted || options.clock.nowMs() >= bounds.untilMs;
  if (isLate) return { kind: "retry", afterMs: 0, reason: "its turn did not come" };
  return await sendRepeatedly(mail, bounds, options);
}

/** An unknown is repeated once, with the same Message-ID: a mail too many is acceptable, a lost ticket is not. */
async function sendRepeatedly(
  mail: Mail,
  bounds: DeliveryBounds,
  options: MailDeliveryOptions,
): Promise<SendOutcome> {
  const outcome = await send(mail, bounds, options);
  if (outcome.kind !== "unknown") return outcome;
  await pause(options.clock, options.repeatAfterMs, bounds.signal);
  if (bounds.signal.aborted) return { kind: "retry", afterMs: 0, reason: outcome.reason };
  if (options.clock.nowMs() >= bounds.untilMs) return outcome;
  return await send(mail, bounds, options);
}

function send(
  mail: Mail,
  { untilMs, signal }: DeliveryBounds,
  { mailer, clock, sendTimeoutMs }: MailDeliveryOptions,
): Promise<SendOutcome> {
  return attempt<SendOutcome>(
    (attemptSignal) => mailer.send(mail, attemptSignal),
    { clock, timeoutMs: Math.min(sendTimeoutMs, untilMs - clock.nowMs()), signal },
    (reason) => ({ kind: "unknown", reason }),
  );
}
