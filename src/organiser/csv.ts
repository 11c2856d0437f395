/**
 * Where a cell that a spreadsheet would run begins, after any white space, invisible mark or quote. Not only at the
 * start: where the comma is a decimal sign Excel splits at semicolons, whatever is quoted, and a paste splits at tabs
 * and lines. Signs from OWASP's page on CSV injection, full-width forms included: spreadsheets for Chinese and
 * Japanese take them for the same.
 */
const FORMULA = /(^|[;\t\r\n])([\s\p{Cf}"]*[=+\-@＝＋－＠])|^(?=[\t\r\n])/gu;

/** One record of RFC 4180, its CRLF included; no cell is a formula to a spreadsheet. */
export function csvRecord(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(text: string): string {
  const safe = text.replace(FORMULA, "$1'$2");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
