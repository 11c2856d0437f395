import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { csvRecord } from "../../src/organiser/csv.ts";

describe("no cell is a formula to a spreadsheet", () => {
  const table: readonly [cell: string, written: string][] = [
    ["=1+1", "'=1+1"],
    ["+8801712345678", "'+8801712345678"],
    ["-2", "'-2"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'\t=1"],
    ["\r=1", `"'\r=1"`],
    ["\n=1", `"'\n=1"`],
    ["  =1", "'  =1"],
    ["＝1", "'＝1"],
    ["＋1", "'＋1"],
    ["－1", "'－1"],
    ["＠x", "'＠x"],
    [`=HYPERLINK("https://evil.example","a")`, `"'=HYPERLINK(""https://evil.example"",""a"")"`],
    ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
    ["Anna-Maria", "Anna-Maria"],
    ["O'Neil", "O'Neil"],
    ["a=b", "a=b"],
    ["", ""],
    ["রহিম", "রহিম"],
  ];
  for (const [cell, written] of table) {
    test(JSON.stringify(cell), () => expect(csvRecord([cell])).toBe(`${written}\r\n`));
  }
});

test("a record reads back as its cells, whatever they hold", () => {
  const text = fc.string({ unit: fc.constantFrom("a", ",", '"', "\r", "\n", "é", ";") });
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (cells) => {
      const read = readRecord(csvRecord(cells)).map((cell) => cell.replace(/^'/, ""));
      expect(read).toEqual(cells);
    }),
  );
});

/** RFC 4180 read the other way: quoted or bare fields between commas, one CRLF at the end. */
function readRecord(record: string): string[] {
  const fields = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const cells: string[] = [];
  for (let match = fields.exec(record); match !== null; match = fields.exec(record)) {
    cells.push((match[1] ?? match[2] ?? "").replaceAll('""', '"'));
    if (match[3] === "\r\n") break;
  }
  expect(fields.lastIndex).toBe(record.length);
  return cells;
}
