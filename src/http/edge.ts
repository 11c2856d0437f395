import { Elysia } from "elysia";
import { refuse } from "./answers.ts";
import { assetRoutes } from "./assets.ts";
import { frontDoor } from "./front-door.ts";
import { STRICT_TRANSPORT_SECURITY } from "./headers.ts";
import type { OpenApiDocument } from "./openapi.ts";
import { openApiDocument } from "./openapi.ts";
import type { OverloadFigures } from "./overload.ts";
import { Overload } from "./overload.ts";
import { OverloadAnswers } from "./overload-answers.ts";
import { priorityOf } from "./priority.ts";
import type { Refusal } from "./problem.ts";
import { problem } from "./problem.ts";
import { routeTable } from "./route-table.ts";
import { docsRoutes } from "./routes/docs.ts";
import { drawRoutes } from "./routes/draw.ts";
import { eventRoutes } from "./routes/events.ts";
import { healthRoutes } from "./routes/health.ts";
import { inboxRoutes } from "./routes/inbox.ts";
import { passRoutes } from "./routes/passes.ts";
import { proofRoutes } from "./routes/proofs.ts";
import { receiptRoutes } from "./routes/receipt.ts";
import { registrationRoutes } from "./routes/registration.ts";
import { ticketRoutes } from "./routes/ticket.ts";
import { ticketChangeRoutes } from "./routes/ticket-changes.ts";
import { webhookRoutes } from "./routes/webhooks.ts";
import type { HttpLog, ServerOptions } from "./server-options.ts";
import { SharedPages } from "./shared-pages.ts";
import type { PreparedRoutes } from "./tick.ts";

/** The whole of the wire contract, from request to response. */
export interface Edge {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** Headers that answers given without `fetch` must carry as well. */
  readonly everyAnswer: Readonly<Record<string, string>>;
  readonly assets: PreparedRoutes;
  readonly overload: OverloadFigures;
}

/** What only the socket knows. */
export interface Connection {
  readonly addressOf: (request: Request) => string;
  /** Rendering may take longer than a silent connection lives. */
  readonly keepWaiting: (request: Request) => void;
}

export function createEdge(options: ServerOptions, connection: Connection): Edge {
  const { limits, log, pages } = options;
  const everyAnswer = everyAnswerOf(options.publicUrl);
  const assets = assetRoutes(pages.assets, everyAnswer);
  const overload = new Overload(options.loop);
  const app = assemble(counted(options, overload), connection, () => document);
  const document = openApiDocument(app.routes, options.publicUrl);
  const assetPaths = Object.keys(assets).map((path) => ({ method: "GET", path }));
  const table = routeTable([...app.routes, ...assetPaths]);
  app.onError(({ code, error, request, route }) => {
    if (code !== "NOT_FOUND") {
      return refuse(request, internal(error, { request, route, log }), pages);
    }
    const allow = table.allow(pathOf(request));
    const refusal: Refusal =
      allow === null ? { kind: "not-found" } : { kind: "method-not-allowed", allow };
    return refuse(request, refusal, pages);
  });
  app.compile();
  const { originSecret } = options;
  const refusalOf = frontDoor({
    urlBytesMax: limits.urlBytesMax,
    originSecret,
    allow: (path) => table.allow(path),
  });
  const answer = (request: Request): Response | Promise<Response> => {
    const refusal = refusalOf(request);
    return refusal === null ? app.fetch(request) : problem(refusal);
  };
  const taken = finished(answer, everyAnswer, options.isDraining);
  const answers = new OverloadAnswers(everyAnswer, pages);
  const fetch = (request: Request): Response | Promise<Response> => {
    const priority = priorityOf(request.url);
    const isTaken = priority === null || options.isDraining() || overload.admits(priority);
    return isTaken ? taken(request) : answers.next(request, priority);
  };
  return { fetch, everyAnswer, assets, overload };
}

/** Counts what waits for the database. */
function counted(options: ServerOptions, { claims, reads }: Overload): ServerOptions {
  const { registration, tickets, deliveryStatus } = options;
  return {
    ...options,
    registration: {
      ...registration,
      confirm: (command) => claims.during(() => registration.confirm(command)),
    },
    tickets: { findTicket: (key) => reads.during(() => tickets.findTicket(key)) },
    deliveryStatus: {
      findDeliveryStatus: (key) => reads.during(() => deliveryStatus.findDeliveryStatus(key)),
    },
  };
}

function assemble(options: ServerOptions, connection: Connection, describe: () => OpenApiDocument) {
  const retryAfterS = Math.ceil(options.limits.retryAfterMs / 1_000);
  const { bodyBytesMax } = options.limits;
  const { addressOf, keepWaiting } = connection;
  const shared = {
    ...options,
    addressOf,
    keepWaiting,
    retryAfterS,
    bodyLimits: { bodyBytesMax, readDeadline: options.readDeadline },
    sharedPages: new SharedPages(options.pages, options.limits.pageCacheCountMax),
    refusal: (): Refusal | null =>
      options.isDraining() ? { kind: "draining", retryAfterS } : null,
    report: (message: string, error: unknown) => options.log.error(faultOf(error), message),
  };
  // A standard hostname is one of four characters or more: behind a shorter, `/xx/healthz` would be `/healthz`.
  return new Elysia({ aot: true, precompile: true, handler: { standardHostname: false } })
    .use(registrationRoutes(shared))
    .use(proofRoutes(shared))
    .use(passRoutes(shared))
    .use(drawRoutes(shared))
    .use(eventRoutes(shared))
    .use(receiptRoutes(shared))
    .use(ticketRoutes(shared))
    .use(ticketChangeRoutes(shared))
    .use(webhookRoutes(shared))
    .use(inboxRoutes(shared))
    .use(healthRoutes(shared))
    .use(docsRoutes(describe));
}

function internal(
  error: unknown,
  at: { readonly request: Request; readonly route: string; readonly log: HttpLog },
): Refusal {
  const requestId = crypto.randomUUID();
  const { request, route, log } = at;
  // The route and not the path: a path may hold a ticket's key.
  log.error({ requestId, method: request.method, route, ...faultOf(error) }, "a request failed");
  const detail = `Something broke on our side. Please try again; if it stays broken, tell the organiser this number: ${requestId}`;
  return { kind: "internal", detail };
}

/** Without the message: a driver's may quote the row it stumbled over (invariant 10). */
function faultOf(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { errorName: typeof error };
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const errorCode = "code" in error ? error.code : undefined;
  return { errorName: error.name, errorCode, frames: frames.map((line) => line.trim()) };
}

/** Over plain http, browsers must not be told to ask for https ever after. */
function everyAnswerOf(publicUrl: string): Readonly<Record<string, string>> {
  if (!publicUrl.startsWith("https:")) return {};
  return { "strict-transport-security": STRICT_TRANSPORT_SECURITY };
}

/**
 * Gives every answer its headers. While draining it says that the connection closes, or a client that reuses it would
 * send its next request into the closing socket (RFC 9112, section 9.6).
 */
function finished(
  answer: Edge["fetch"],
  headers: Readonly<Record<string, string>>,
  isDraining: () => boolean,
): Edge["fetch"] {
  const entries = Object.entries(headers);
  const finish = (response: Response): Response => {
    for (const [name, value] of entries) response.headers.set(name, value);
    if (isDraining()) response.headers.set("connection", "close");
    return response;
  };
  return (request) => {
    const response = answer(request);
    return response instanceof Promise ? response.then(finish) : finish(response);
  };
}

function pathOf(request: Request): string {
  return URL.parse(request.url)?.pathname ?? "";
}
