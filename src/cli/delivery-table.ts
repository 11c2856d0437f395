type Row = readonly string[];

/** Rows under each other in columns as wide as they need; those of numbers end at one edge. */
export function alignedLines(rows: readonly Row[]): readonly string[] {
  const columnCount = Math.max(...rows.map(({ length }) => length));
  const columns = Array.from({ length: columnCount }, (_, index) => column(rows, index));
  return rows.map((row) =>
    row
      .map((cell, index) => columns[index]?.(cell) ?? cell)
      .join("  ")
      .trimEnd(),
  );
}

/** The first row may be one of headings. */
function column(rows: readonly Row[], index: number): (cell: string) => string {
  const cells = rows.map((row) => row[index] ?? "");
  const width = Math.max(...cells.map(({ length }) => length));
  const isOfNumbers = cells.slice(1).every((cell) => /^[\d,]*$/.test(cell));
  return (cell) => (isOfNumbers ? cell.padStart(width) : cell.padEnd(width));
}
