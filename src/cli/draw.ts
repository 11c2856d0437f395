import { systemClock } from "../actor/clock.ts";
import type { Database } from "../adapters/postgres/client.ts";
import type { BeaconWord, DrawOnDesk } from "../adapters/postgres/draw-desk-store.ts";
import { PostgresDrawDeskStore } from "../adapters/postgres/draw-desk-store.ts";
import { PostgresEventStore } from "../adapters/postgres/event-store.ts";
import type { Config } from "../config.ts";
import type { Lobby, Sale } from "../sale/event.ts";
import { currentSale } from "../sale/sale.ts";
import { listClosesAtMs } from "../waiting-room/draw-course.ts";
import { isBeaconLine } from "../waiting-room/draw-file.ts";
import { RefusedError, runCommand, UsageError } from "./command.ts";
import { openDatabase } from "./database.ts";

const USAGE = `bun run draw status EVENT                   how far the draw of the current sale has come
bun run draw beacon EVENT "VALUE"           what the named beacon said, exactly as it said it
bun run draw without-beacon EVENT "REASON"  draw without it; the reason is published with the draw

A beacon is told between the closing of the list and the draw, once: neither can be taken back. A running server draws
within seconds. How a draw works, and what a beacon is good for: src/waiting-room/README.md
`;

await runCommand({
  usage: USAGE,
  async run([verb, slug, text, ...rest], { config }) {
    if (rest.length > 0)
      throw new UsageError("There are too many words; put the text into quotes.");
    if (slug === undefined) throw new UsageError("Name what to do and one event.");
    if (verb === "status" && text === undefined) return tellStatus(config, slug);
    if (text === undefined) throw new UsageError("There are too few words.");
    if (verb === "beacon") return tellBeacon(config, slug, { kind: "value", text });
    if (verb === "without-beacon") return tellBeacon(config, slug, { kind: "missing", text });
    throw new UsageError(`There is no "draw ${verb}".`);
  },
});

/** The current sale of an event, whose places are drawn. */
interface DrawnSale {
  readonly sale: Sale;
  readonly lobby: Lobby;
  readonly draw: DrawOnDesk;
}

async function tellStatus(config: Config, slug: string): Promise<void> {
  await using opened = await openDatabase(config);
  const { sale, lobby, draw } = await findDraw(opened.database, slug);
  const people = (count: number) => count.toLocaleString("en");
  print(`${slug}, sale ${sale.number}, opens ${instant(sale.opensAtMs)}`);
  print(`lobby      ${people(draw.lobbyCount)} people, ${people(draw.verifiedCount)} verified`);
  print(`list       ${listLine(sale, draw)}`);
  print(`seed hash  ${Buffer.from(draw.seedHash).toString("base64url")}`);
  print(`root       ${draw.root ?? "once the list is closed"}`);
  print(`beacon     ${beaconLine(lobby, draw)}`);
  print(`drawn      ${draw.drawnAtMs === null ? "not yet" : instant(draw.drawnAtMs)}`);
}

async function tellBeacon(config: Config, slug: string, word: BeaconWord): Promise<void> {
  if (!isBeaconLine(word.text)) {
    throw new UsageError("Say one line of 1 to 500 characters without spaces at its ends.");
  }
  await using opened = await openDatabase(config);
  const found = await findDraw(opened.database, slug);
  const refusal = refusalOf(found);
  if (refusal !== null) throw new RefusedError(refusal);
  const isTold = await new PostgresDrawDeskStore(opened.database).tellBeacon(found.sale.id, word);
  if (!isTold)
    throw new RefusedError("Somebody told it at the same moment: look with draw status.");
  print(word.kind === "value" ? "the beacon is told" : "it is drawn without the beacon");
}

async function findDraw(database: Database, slug: string): Promise<DrawnSale> {
  const events = await new PostgresEventStore(database).loadEvents();
  const event = events.find((snapshot) => snapshot.event.slug === slug)?.event;
  if (event === undefined) throw new RefusedError(`There is no event ${slug}.`);
  const sale = currentSale(event, systemClock.nowMs());
  if (sale === null) throw new RefusedError(`Every sale of ${slug} is over.`);
  const { lobby } = sale;
  if (lobby === undefined) throw new RefusedError(`Sale ${sale.number} has no waiting room.`);
  const draw = await new PostgresDrawDeskStore(database).find(sale.id);
  if (draw === null) {
    throw new RefusedError(`No server has opened the waiting room of sale ${sale.number} yet.`);
  }
  return { sale, lobby, draw };
}

/** Why the beacon cannot be told now, or null. */
function refusalOf({ sale, lobby, draw }: DrawnSale): string | null {
  if (lobby.beacon === undefined) return `Sale ${sale.number} is drawn without a beacon.`;
  if (draw.drawnAtMs !== null) return "The places are drawn.";
  if (draw.beaconValue !== null) return "The beacon was told already.";
  if (draw.beaconMissing !== null) return "It is drawn without the beacon, as was said already.";
  if (draw.closedAtMs === null) return `The list is open until ${closing(sale)}.`;
  if (draw.root === null) return "The list has no root yet: try again in a moment.";
  return null;
}

function listLine(sale: Sale, { closedAtMs }: DrawOnDesk): string {
  return closedAtMs === null ? `open until ${closing(sale)}` : `closed ${instant(closedAtMs)}`;
}

function beaconLine({ beacon }: Lobby, { beaconValue, beaconMissing }: DrawOnDesk): string {
  if (beacon === undefined) return "none was named";
  if (beaconValue !== null) return `${beacon}: ${beaconValue}`;
  if (beaconMissing !== null) return `${beacon}: missing, ${beaconMissing}`;
  return `${beacon}: not told yet`;
}

function closing(sale: Sale): string {
  return instant(listClosesAtMs(sale));
}

function instant(instantMs: number): string {
  return new Date(instantMs).toISOString();
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
