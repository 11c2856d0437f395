import { Elysia } from "elysia";
import type {
  ChannelStatus,
  DeliveryStatus,
  DeliveryStatusStore,
  TicketRenderer,
} from "../../delivery/ports.ts";
import type { EventViews } from "../../registration/event-view.ts";
import type { TicketStore } from "../../ticket/ports.ts";
import type { TicketKey, TicketSheet } from "../../ticket/ticket.ts";
import { parseTicketKey } from "../../ticket/ticket.ts";
import { personalJson, personalPage, refuse } from "../answers.ts";
import { GUARDED, PERSONAL } from "../headers.ts";
import { chooseLanguage } from "../language.ts";
import type { Pages, TicketDayCodes } from "../pages.ts";
import type { Refusal } from "../problem.ts";
import type { Deadline } from "../request-body.ts";
import type { StatusBody } from "../wire.ts";

export interface TicketRoutesOptions {
  readonly tickets: TicketStore;
  readonly events: EventViews;
  readonly deliveryStatus: DeliveryStatusStore;
  readonly renderer: TicketRenderer;
  readonly ticketCodes: (sheet: TicketSheet) => readonly TicketDayCodes[];
  readonly pages: Pages;
  readonly readDeadline: Deadline;
  readonly retryAfterS: number;
  /** Tells of a fault that is not the caller's. */
  readonly report: (message: string, error: unknown) => void;
  /** Rendering may take longer than a silent connection lives. */
  readonly keepWaiting: (request: Request) => void;
}

/** Whoever has the key sees the ticket; nobody in between keeps it. */
export function ticketRoutes(options: TicketRoutesOptions) {
  const { tickets, deliveryStatus, renderer, ticketCodes, pages, readDeadline, keepWaiting } =
    options;
  const refused = (request: Request, refusal: Refusal) => refuse(request, refusal, pages);
  const findTicket = (key: string) => look(key, (parsed) => tickets.findTicket(parsed), options);
  const findStatus = (key: string) =>
    look(key, (parsed) => deliveryStatus.findDeliveryStatus(parsed), options);
  return new Elysia()
    .get("/t/:key", async ({ request, params: { key } }) => {
      const [found, delivery] = await Promise.all([findTicket(key), findStatus(key)]);
      if (found.kind !== "found") return refused(request, found);
      const page = {
        sheet: found.value,
        codes: ticketCodes(found.value),
        eventSlug: slugOf(found.value.eventId, options.events),
        delivery: delivery.kind === "found" ? delivery.value : null,
        pdfPath: `/t/${key}/tickets.pdf`,
        statusPath: `/t/${key}/status`,
      };
      const { language } = chooseLanguage(request);
      return personalPage(request, pages.ticket(page, language));
    })
    .get("/t/:key/tickets.pdf", async ({ request, params: { key } }) => {
      keepWaiting(request);
      const found = await findTicket(key);
      if (found.kind !== "found") return refused(request, found);
      // A render that takes longer goes on, and is there for whoever comes again.
      const outcome = await readDeadline.race(renderer.render(found.value));
      switch (outcome.kind) {
        case "rendered":
          return pdf(outcome.pdf, found.value);
        case "busy": {
          const retryAfterS = Math.ceil(outcome.retryAfterMs / 1_000);
          return refused(request, { kind: "overloaded", retryAfterS });
        }
        case "timed-out":
          return refused(request, { kind: "overloaded", retryAfterS: options.retryAfterS });
        case "failed":
          options.report("a ticket was not rendered", new Error(outcome.reason));
          return refused(request, { kind: "failed" });
      }
    })
    .get("/t/:key/status", async ({ request, params: { key } }) => {
      const found = await findStatus(key);
      if (found.kind !== "found") return refused(request, found);
      return personalJson(statusBody(found.value));
    });
}

export function statusBody({ sms, mail, askAgainMs }: DeliveryStatus): StatusBody {
  return { sms: channelBody(sms), mail: channelBody(mail), askAgainS: secondsUp(askAgainMs) };
}

function channelBody({ state, ahead, waitMs }: ChannelStatus): StatusBody["sms"] {
  return { state, ahead, waitS: secondsUp(waitMs) };
}

function secondsUp(durationMs: number | null): number | null {
  return durationMs === null ? null : Math.ceil(durationMs / 1_000);
}

function slugOf(eventId: number, events: EventViews): string | null {
  return events.all().find(({ event }) => event.id === eventId)?.event.slug ?? null;
}

type Look<Value> =
  | { readonly kind: "found"; readonly value: Value }
  | { readonly kind: "not-found" }
  | { readonly kind: "overloaded"; readonly retryAfterS: number };

/** A database that is away or slow is a wait, not a broken ticket. */
async function look<Value>(
  key: string,
  find: (key: TicketKey) => Promise<Value | null>,
  { readDeadline, retryAfterS, report }: TicketRoutesOptions,
): Promise<Look<Value>> {
  const parsed = parseTicketKey(key);
  if (parsed === null) return { kind: "not-found" };
  try {
    const finding = find(parsed).then((value) => ({ kind: "answer", value }) as const);
    const answer = await readDeadline.race(finding);
    if (answer.kind === "timed-out") return { kind: "overloaded", retryAfterS };
    if (answer.value === null) return { kind: "not-found" };
    return { kind: "found", value: answer.value };
  } catch (error) {
    report("the database did not answer a read", error);
    return { kind: "overloaded", retryAfterS };
  }
}

function pdf(bytes: Uint8Array, sheet: TicketSheet): Response {
  const name = `${sheet.event.name} ${sheet.saleNumber}-${sheet.ordinal}.pdf`;
  const plainName = `tickets-${sheet.saleNumber}-${sheet.ordinal}.pdf`;
  return new Response(new Uint8Array(bytes), {
    headers: {
      ...GUARDED,
      "content-type": "application/pdf",
      "content-disposition": `attachment; filename="${plainName}"; filename*=UTF-8''${extended(name)}`,
      "cache-control": PERSONAL,
    },
  });
}

/** The value of RFC 8187, with nothing in it that a file system minds. */
function extended(name: string): string {
  const safe = name.toWellFormed().replace(/[\p{Cc}/\\:*?"<>|]/gu, "-");
  return encodeURIComponent(safe).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16)}`,
  );
}
