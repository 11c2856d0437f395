import type { ListedSeat } from "./receipt.ts";

export type SeatsRead =
  | { readonly kind: "seats"; readonly seats: readonly ListedSeat[] }
  /** `fault` is a sentence for whoever checks. */
  | { readonly kind: "faulty"; readonly fault: string };

const COLUMNS = ["committed_at", "sale", "ordinal", "registration_id"] as const;

/** The seats of one sale in an export as `exportCsv` writes it. */
export async function readSeats(
  chunks: AsyncIterable<string>,
  saleNumber: number,
): Promise<SeatsRead> {
  const seats: ListedSeat[] = [];
  let places: readonly number[] | null = null;
  for await (const cells of csvRecords(chunks)) {
    if (places === null) {
      places = COLUMNS.map((name) => cells.indexOf(name));
      const missing = COLUMNS.find((name) => !cells.includes(name));
      if (missing !== undefined) {
        return { kind: "faulty", fault: `The export has no column ${missing}.` };
      }
      continue;
    }
    const [committedAt = "", sale, ordinal, registrationId = ""] = places.map(
      (place) => cells[place],
    );
    if (Number(sale) === saleNumber) {
      seats.push({ ordinal: Number(ordinal), registrationId, committedAt });
    }
  }
  if (places === null) return { kind: "faulty", fault: "The export is empty." };
  return { kind: "seats", seats };
}

/** What follows a cell's own text: RFC 4180, lines ended with or without a carriage return. */
const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n)/y;

/** The records of a file that comes in pieces; one record is held, and a piece. */
async function* csvRecords(chunks: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let rest = "";
  let cells: string[] = [];
  for await (const chunk of chunks) {
    rest += chunk;
    let start = 0;
    for (;;) {
      CELL.lastIndex = start;
      const [cell, quoted, plain, end] = CELL.exec(rest) ?? [];
      if (cell === undefined) break;
      cells.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
      start += cell.length;
      if (end === ",") continue;
      yield cells;
      cells = [];
    }
    rest = rest.slice(start);
  }
}
