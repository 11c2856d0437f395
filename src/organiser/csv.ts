/**
 * A cell that a spreadsheet would run as a formula, after any white space it may trim. Signs from OWASP's page
 * on CSV injection, full-width forms included: spreadsheets for Chinese and Japanese take them for the same.
 */
const FORMULA = /^(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/u;

/** One record of RFC 4180, its CRLF included; no cell is a formula to a spreadsheet. */
export function csvRecord(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
