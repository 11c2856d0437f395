import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportCsv } from "../../src/organiser/export.ts";
import type { ExportRow } from "../../src/organiser/ports.ts";
import { TicketPress } from "../../workers/ticket-press.ts";
import { needs } from "../support/needs.ts";
import { makeTicketSheet, testKeyRing } from "../ticket/make-ticket-sheet.ts";
import { TAKEN_EMAILS, TAKEN_NAMES } from "./hostile-names.ts";

setDefaultTimeout(60_000);

const PLAIN_NAME = "Rahim Uddin";

describe.if(needs("qpdf") && needs("pdftotext"))("the PDF of a hostile name", () => {
  const press = new TicketPress(testKeyRing());

  test("has the structure of a plain one's, and the name as its text", async () => {
    await using plain = await taken(await press.print(sheetOf(PLAIN_NAME)));
    for (const [attempt, name] of TAKEN_NAMES) {
      await using pdf = await taken(await press.print(sheetOf(name)));
      expect(pdf.complaints, attempt).toBe("");
      expect(pdf.actions, attempt).toEqual(plain.actions);
      expect(pdf.pageCount, attempt).toBe(plain.pageCount);
      expect(lettersOf(pdf.text), attempt).toContain(lettersOf(name));
    }
  });
});

function sheetOf(holderName: string) {
  return makeTicketSheet({ holderName, dayCount: 1 });
}

/** A PDF as qpdf and poppler read it. */
async function taken(pdf: Uint8Array) {
  const folder = await mkdtemp(join(tmpdir(), "hostile-"));
  const file = join(folder, "ticket.pdf");
  await Bun.write(file, pdf);
  const run = (...command: readonly string[]) => Bun.spawnSync([...command]);
  const check = run("qpdf", "--check", file);
  const plain = run("qpdf", "--qdf", "--object-streams=disable", file, "-");
  const words = plain.stdout.toString("latin1");
  return {
    complaints: check.success ? check.stderr.toString() : check.stdout.toString(),
    pageCount: run("qpdf", "--show-npages", file).stdout.toString(),
    /** The keys by which a PDF does something, of dictionaries and not of text. */
    actions: words.match(/^ *\/(?:OpenAction|AA|A|JS|JavaScript|URI|Annots|Launch|AcroForm)\b/gm),
    text: run("pdftotext", "-raw", file, "-").stdout.toString(),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

/** Letters, digits and signs of ASCII: what no shaping, wrapping or missing glyph takes away. */
function lettersOf(text: string): string {
  return text.normalize("NFD").replace(/[^!-~]/g, "");
}

/** What a spreadsheet takes for the start of a formula, after what it may trim. */
const FORMULA = /^[\s\p{Cf}"]*[=+\-@＝＋－＠]/u;

describe.if(needs("python3"))("the CSV of hostile people", () => {
  const people = [
    ...TAKEN_NAMES.map(([, name]) => ({ name: name as string, email: "rahim@example.org" })),
    ...Object.values(TAKEN_EMAILS).map((email) => ({ name: PLAIN_NAME, email })),
  ];

  test("has to Python a row for each, with what they typed behind at most an apostrophe, and no formula", async () => {
    const [header, ...rows] = await read(",");
    expect(rows).toHaveLength(people.length);
    for (const [index, person] of people.entries()) {
      const row = rows[index] ?? [];
      expect(row).toHaveLength(header?.length ?? 0);
      const [name, email] = [row[3] ?? "", row[5] ?? ""];
      expect(name.replaceAll(/(^|;)'/g, "$1")).toBe(person.name);
      expect(email.replace(/^'/, "")).toBe(person.email);
      expect(row.filter((cell) => FORMULA.test(cell))).toEqual([]);
    }
  });

  test.each([";", "\t"])("has no formula for a reader that splits at %j", async (delimiter) => {
    const cells = (await read(delimiter)).flat();
    expect(cells.filter((cell) => FORMULA.test(cell))).toEqual([]);
  });

  /** Read by Python's own reader of CSV. */
  async function read(delimiter: string): Promise<readonly (readonly string[])[]> {
    async function* pages(): AsyncGenerator<readonly ExportRow[]> {
      yield people.map(({ name, email }, index) => ({
        saleNumber: 1,
        ordinal: index + 1,
        committedAt: "2027-01-10T04:00:00.000000Z",
        name,
        phone: "+8801712345678",
        email,
        locale: "en",
        registrationId: "id",
      }));
    }
    const text = (await Array.fromAsync(exportCsv(pages(), () => {}))).join("");
    const program = `
import csv, io, json, sys
text = sys.stdin.buffer.read().decode("utf-8")
rows = csv.reader(io.StringIO(text, newline=""), delimiter=sys.argv[1])
sys.stdout.buffer.write(json.dumps(list(rows)).encode())`;
    const { stdout, stderr } = Bun.spawnSync(["python3", "-c", program, delimiter], {
      stdin: Buffer.from(text),
    });
    expect(stderr.toString()).toBe("");
    return JSON.parse(stdout.toString()) as string[][];
  }
});
