import { csvRecord } from "./csv.ts";
import type { ExportRow } from "./ports.ts";

const HEADER = [
  "committed_at",
  "sale",
  "ordinal",
  "name",
  "phone",
  "email",
  "locale",
  "registration_id",
];

/**
 * The registrations as CSV, one piece of text a page, in the order given. A page is asked for only when the text
 * of the one before is taken, so no more than one is held; `onProgress` hears how many rows are taken so far.
 */
export async function* exportCsv(
  pages: AsyncIterable<readonly ExportRow[]>,
  onProgress: (rowCount: number) => void,
): AsyncGenerator<string, void, void> {
  let rowCount = 0;
  yield csvRecord(HEADER);
  for await (const rows of pages) {
    yield rows.map(rowRecord).join("");
    rowCount += rows.length;
    onProgress(rowCount);
  }
}

function rowRecord(row: ExportRow): string {
  return csvRecord([
    row.committedAt,
    `${row.saleNumber}`,
    `${row.ordinal}`,
    row.name,
    row.phone,
    row.email,
    row.locale,
    row.registrationId,
  ]);
}
