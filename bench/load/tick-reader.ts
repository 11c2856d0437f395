import type { Tick, TickLine } from "../../src/web/parts/api.ts";
import type { Json } from "./browser.ts";

const READ = new WeakMap<Json, Tick>();

/** As `src/web/parts/api.ts` reads it; once for all who were given the same. */
export function tickIn(json: Json): Tick {
  const known = READ.get(json);
  if (known !== undefined) return known;
  const sale = json["sale"] as Json | null;
  const tick: Tick = {
    nowMs: Date.parse(String(json["now"])),
    sale:
      sale === null
        ? null
        : {
            number: Number(sale["number"]),
            state: sale["state"] as NonNullable<Tick["sale"]>["state"],
            opensAtMs: Date.parse(String(sale["opensAt"])),
            closesAtMs: Date.parse(String(sale["closesAt"])),
          },
    remaining: Number(json["remaining"]),
    line: json["line"] === undefined ? null : lineIn(json["line"] as Json),
  };
  READ.set(json, tick);
  return tick;
}

function lineIn(line: Json): TickLine {
  return {
    phase: line["phase"] as TickLine["phase"],
    lobbyCount: Number(line["size"]),
    threshold: Number(line["to"]),
    heldCount: Number(line["held"]),
    perMinute: Number(line["rate"]),
    registeredShare: Number(line["share"]),
    everyMs: Number(line["every"]) * 1_000,
  };
}
