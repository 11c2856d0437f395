import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { Elysia } from "elysia";
import type { EventView, EventViews } from "../../registration/event-view.ts";
import type { Sale } from "../../sale/event.ts";
import { seedHash } from "../../waiting-room/draw.ts";
import type { DrawnStage, DrawStage } from "../../waiting-room/draw-course.ts";
import { base64url, DRAW_METHOD, writeDrawFile } from "../../waiting-room/draw-file.ts";
import type { DrawRecords } from "../../waiting-room/draw-records.ts";
import { sharedJson } from "../answers.ts";
import { instant } from "../event-answers.ts";
import { FOR_EVER, GUARDED, SHARED_HEADERS } from "../headers.ts";
import { problem } from "../problem.ts";
import type { DrawBody } from "../wire.ts";

export interface DrawRoutesOptions {
  readonly events: EventViews;
  readonly draws: Pick<DrawRecords, "stageOf">;
  readonly retryAfterS: number;
  /** Tells of a fault that is not the caller's. */
  readonly report: (message: string, error: unknown) => void;
}

/** What proves that places were drawn as was promised. */
export function drawRoutes(options: DrawRoutesOptions) {
  const lists = new DrawLists();
  return new Elysia()
    .get("/api/v1/events/:event/draw", ({ request, params: { event } }) =>
      withStage(request, event, options, ({ sale, stage }) =>
        stage.kind === "opening"
          ? problem({ kind: "overloaded", retryAfterS: options.retryAfterS })
          : sharedJson(request, drawBody(sale, stage)),
      ),
    )
    .get("/api/v1/events/:event/draw/list", ({ request, params: { event } }) =>
      withStage(request, event, options, async ({ sale, stage, isNamed }) =>
        stage.kind === "drawn"
          ? listAnswer(request, await lists.find(event, sale, stage), isNamed)
          : problem({ kind: "not-drawn" }),
      ),
    );
}

interface SaleDraw {
  readonly sale: Sale;
  readonly stage: DrawStage;
  /** The address names the sale, so that it means the same for ever. */
  readonly isNamed: boolean;
}

async function withStage(
  request: Request,
  slug: string,
  { events, draws, retryAfterS, report }: DrawRoutesOptions,
  answer: (draw: SaleDraw) => Response | Promise<Response>,
): Promise<Response> {
  const view = events.find(slug);
  const number = URL.parse(request.url)?.searchParams.get("sale") ?? null;
  const sale = view === null ? null : saleOf(view, number);
  if (view === null || sale === null) return problem({ kind: "not-found" });
  try {
    const stage = await draws.stageOf(view.event.id, sale);
    return await answer({ sale, stage, isNamed: number !== null });
  } catch (error) {
    report("the database did not answer a read", error);
    return problem({ kind: "overloaded", retryAfterS });
  }
}

/** The one of that number, without one the current one; null where it keeps no line. */
function saleOf({ sales, current }: EventView, number: string | null): Sale | null {
  const view = number === null ? current : sales.find(({ sale }) => String(sale.number) === number);
  const sale = view?.sale;
  return sale?.lobby === undefined ? null : sale;
}

function drawBody(sale: Sale, stage: Exclude<DrawStage, { kind: "opening" }>): DrawBody {
  const isClosed = stage.kind !== "lobby";
  const drawn = stage.kind === "drawn" ? stage : null;
  const drawnAtMs = drawn?.room.drawnAtMs ?? null;
  return {
    method: DRAW_METHOD,
    sale: sale.number,
    phase: stage.kind,
    seedHash: base64url(seedHash(stage.room.seed)),
    closedAt: isClosed ? instant(stage.closedAtMs) : null,
    count: isClosed ? stage.members.length : null,
    root: isClosed ? base64url(stage.root) : null,
    beacon: beaconOf(sale, stage),
    drawnAt: drawnAtMs === null ? null : instant(drawnAtMs),
    seed: drawn === null ? null : base64url(drawn.terms.seed),
  };
}

function beaconOf({ lobby }: Sale, { room }: Exclude<DrawStage, { kind: "opening" }>) {
  if (lobby?.beacon === undefined) return null;
  return { name: lobby.beacon, value: room.beaconValue, missing: room.beaconMissing };
}

/** The published files, each written and compressed once: they are megabytes, and for ever the same. */
class DrawLists {
  readonly #bySale = new Map<number, Promise<Uint8Array>>();

  find(slug: string, sale: Sale, stage: DrawnStage): Promise<Uint8Array> {
    const kept = this.#bySale.get(sale.id);
    if (kept !== undefined) return kept;
    if (this.#bySale.size >= LIST_COUNT_MAX) this.#bySale.clear();
    const written = compressedList(slug, sale, stage);
    this.#bySale.set(sale.id, written);
    return written;
  }
}

/** Of some megabytes each. */
const LIST_COUNT_MAX = 2;

const compress = promisify(gzip);

async function compressedList(slug: string, sale: Sale, stage: DrawnStage): Promise<Uint8Array> {
  const { terms, closedAtMs, root, members, room } = stage;
  const text = await writeDrawFile(
    {
      event: slug,
      sale: sale.number,
      seed: terms.seed,
      root,
      closedAtMs,
      drawnAtMs: room.drawnAtMs ?? closedAtMs,
      beacon: beaconOf(sale, stage),
      places: members,
    },
    () => Bun.sleep(0),
  );
  return compress(text);
}

function listAnswer(request: Request, list: Uint8Array, isNamed: boolean): Response {
  const isGzipTaken = request.headers.get("accept-encoding")?.includes("gzip") === true;
  const headers: Record<string, string> = {
    ...GUARDED,
    ...(isNamed ? { "cache-control": FOR_EVER } : SHARED_HEADERS),
    "content-type": "application/json",
    vary: "accept-encoding",
  };
  if (isGzipTaken) headers["content-encoding"] = "gzip";
  const bytes = new Uint8Array(list);
  return new Response(isGzipTaken ? bytes : Bun.gunzipSync(bytes), { headers });
}
