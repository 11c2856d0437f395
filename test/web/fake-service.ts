import { callingCodes } from "../../src/attendee/calling-codes.ts";
import { chooseLanguage } from "../../src/http/language.ts";
import type { TicketPage } from "../../src/http/pages.ts";
import { statusBody } from "../../src/http/routes/ticket.ts";
import type { TickBody } from "../../src/http/wire.ts";
import type { EventView } from "../../src/registration/event-view.ts";
import { eventView } from "../../src/registration/event-view.ts";
import type { Event } from "../../src/sale/event.ts";
import { buildAssets } from "../../src/web/assets.ts";
import { createPages } from "../../src/web/pages.ts";
import { makeTicketPage } from "./make.ts";

export interface FakeAnswer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FakeRequest {
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const pages = createPages(
  await buildAssets(),
  callingCodes({ defaultCountry: "BD", countries: null }),
);

export const RIGHT_CODE = "042137";
/** As the service seals one: its id is the 16 bytes from the sixteenth on. */
export const PASS = Buffer.from(Uint8Array.from({ length: 48 }, (_, index) => index)).toString(
  "base64url",
);
export const TICKET_PATH = "/t/AAAAAAAAAAAAAAAAAAAAAA";

/** A server that says what a test wants: the pages are real, the answers are scripted. */
export class FakeService implements AsyncDisposable {
  readonly requests: FakeRequest[] = [];
  event: Event;
  sold: number;
  ticket: TicketPage = makeTicketPage(TICKET_PATH);
  /** How often a ticket page has asked where its messages stand. */
  statusAskCount = 0;
  inbox: object[] = [];
  /** The waiting line as the tick tells it; null while there is none. */
  line: FakeLine | null = null;
  /** What `draw` answers. */
  drawn: object = { phase: "lobby", seed: null, root: null, beacon: null };
  /** What a pass is given out with. */
  place: number | null = null;
  /** How long the seat of a pass that is shown is kept; null while it is not its turn. */
  keptForS: number | null = 60;
  tickCount = 0;
  #startMs: number;
  readonly #server: Bun.Server<undefined>;
  readonly #scripted = new Map<string, FakeAnswer[]>();

  private constructor(server: Bun.Server<undefined>, event: Event, at: FakeTime) {
    this.#server = server;
    this.event = event;
    this.#startMs = at.nowMs - performance.now();
    this.sold = at.sold ?? 0;
  }

  static start(event: Event, at: FakeTime): FakeService {
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request) => answer(request, service),
    });
    const service: FakeService = new FakeService(server, event, at);
    return service;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  get nowMs(): number {
    return this.#startMs + performance.now();
  }

  /** So much later at once. */
  leap(ms: number): void {
    this.#startMs += ms;
  }

  view(): EventView {
    return eventView(this.event, { nowMs: this.nowMs, soldOf: () => this.sold });
  }

  /** The next calls of that name get these, in order; then the usual answers again. */
  script(name: string, ...answers: readonly FakeAnswer[]): void {
    this.#scripted.set(name, [...answers]);
  }

  takeScripted(name: string): FakeAnswer | null {
    return this.#scripted.get(name)?.shift() ?? null;
  }

  bodiesOf(name: string): FakeRequest["body"][] {
    return this.requests.filter((request) => request.name === name).map(({ body }) => body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }
}

export interface FakeLine {
  readonly phase: "lobby" | "closed" | "drawn";
  readonly size: number;
  readonly to: number;
  readonly end: number;
  readonly held: number;
  readonly rate: number;
  readonly share: number;
  readonly every: number;
}

export interface FakeTime {
  readonly nowMs: number;
  readonly sold?: number;
}

export function problem(
  status: number,
  code: string,
  more: Readonly<Record<string, unknown>> = {},
): FakeAnswer {
  return {
    status,
    body: { type: "about:blank", title: code, status, detail: code, code, ...more },
    headers: { "content-type": "application/problem+json" },
  };
}

async function answer(request: Request, service: FakeService): Promise<Response> {
  const { pathname } = new URL(request.url);
  const asset = pages.assets.get(pathname);
  if (asset !== undefined) {
    return new Response(asset.content, { headers: { "content-type": asset.contentType } });
  }
  const name = pathname.split("/").at(-1) ?? "";
  if (pathname.startsWith("/api/v1/")) {
    if (request.method === "POST") {
      const body = (await request.json()) as FakeRequest["body"];
      service.requests.push({ name, body });
    }
    return jsonAnswer(service.takeScripted(name) ?? usualAnswer(name, service));
  }
  if (pathname === "/dev/inbox.json") return Response.json(service.inbox);
  if (name === "status") {
    service.statusAskCount += 1;
    const { delivery } = service.ticket;
    const body = delivery === null ? {} : statusBody(delivery);
    return jsonAnswer(service.takeScripted(name) ?? { status: 200, body });
  }
  return new Response(pageAt(request, service), {
    headers: {
      "content-type": "text/html;charset=utf-8",
      "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'none'; base-uri 'none'",
    },
  });
}

function pageAt(request: Request, service: FakeService): string {
  const { pathname } = new URL(request.url);
  const { language } = chooseLanguage(request);
  if (pathname === "/") return pages.index([service.view()], language);
  if (pathname.startsWith("/e/")) return pages.attendee(service.view(), language);
  if (pathname === "/dev/inbox") return pages.inbox([]);
  if (pathname === TICKET_PATH) return pages.ticket(service.ticket, language);
  const notFound = {
    status: 404,
    code: "not_found",
    title: "Not found",
    detail: "There is nothing at this address. Check the link for missing characters.",
  };
  return pages.problem(notFound, language);
}

function usualAnswer(name: string, service: FakeService): FakeAnswer {
  const body = service.requests.at(-1)?.body ?? {};
  if (name === "tick") {
    service.tickCount += 1;
    const { line } = service;
    return { status: 200, body: { ...tickBody(service.view()), ...(line && { line }) } };
  }
  if (name === "draw") return { status: 200, body: service.drawn };
  if (name === "passes") {
    const cost = "verification" in body ? "verification" : "proof";
    const { place } = service;
    const keptForS = "pass" in body ? service.keptForS : null;
    return { status: 200, body: { pass: PASS, place, cost, keptForS } };
  }
  if (name === "codes") {
    return { status: 202, body: { challenge: "challenge-1", expiresInS: 300, resendInS: 30 } };
  }
  if ("code" in body && body["code"] !== RIGHT_CODE) {
    return problem(403, "code_wrong", { attemptsLeft: 4 });
  }
  if (name === "verifications") return { status: 200, body: { verification: "verification-1" } };
  return registered(service, "verification" in body ? 201 : 200);
}

export function registered(service: FakeService, status: 200 | 201): FakeAnswer {
  const ticketUrl = `${service.origin}${TICKET_PATH}`;
  const ids = { registrationId: "0d6c3b0e-6a34-4c6e-9d0b-0f6f2b5f6f11", ordinal: 12_345 };
  return { status, body: { ...ids, ticketUrl, pdfUrl: `${ticketUrl}/tickets.pdf` } };
}

function tickBody({ nowMs, current, nextInstantMs }: EventView): TickBody {
  const instant = (instantMs: number) => new Date(instantMs).toISOString();
  return {
    now: instant(nowMs),
    sale:
      current === null
        ? null
        : {
            number: current.sale.number,
            state: current.state,
            opensAt: instant(current.sale.opensAtMs),
            closesAt: instant(current.sale.closesAtMs),
          },
    next: nextInstantMs === null ? null : instant(nextInstantMs),
    remaining: current?.remaining ?? 0,
  };
}

function jsonAnswer({ status, body, headers = {} }: FakeAnswer): Response {
  return Response.json(body, {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  });
}
