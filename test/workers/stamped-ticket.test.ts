import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { TicketSheet } from "../../src/ticket/ticket.ts";
import { TicketPress } from "../../workers/ticket-press.ts";
import { needs } from "../support/needs.ts";
import { anyText } from "../ticket/any-text.ts";
import { makeTicketSheet, testKeyRing } from "../ticket/make-ticket-sheet.ts";
import { drawTicket } from "./drawn-ticket.ts";
import { difference, paintPages } from "./gray-image.ts";
import { MANY_HANDS } from "./many-hands.ts";
import { SIX_SCRIPTS } from "./six-scripts.ts";

setDefaultTimeout(60_000);

/** Mean of 255, at 60 dots an inch: one letter of the name drawn otherwise is above. */
const DIFFERENCE_MAX = 0.02;

const hasPoppler = needs("pdftoppm") && needs("pdftotext");
const hasQpdf = needs("qpdf");
const press = new TicketPress(testKeyRing());
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stamped-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Names made of the words of one script, in which letters join, stack, move and turn. */
const WORDS: readonly [script: keyof typeof SIX_SCRIPTS, words: readonly string[]][] = [
  [
    "latin",
    ["Zoë", "Łukasiewicz", "Ñandú", "Nguyễn", "AVATAR", "O'Neill", "fi", "(Jr.)", "ı̇", "Ö"],
  ],
  ["bengali", ["কৃষ্ণেন্দু", "লক্ষ্মী", "চক্রবর্তী", "(স্কুল)", "র‍্যাব", "আন্দ্রে", "কৌশিক", "৭", "Ann"]],
  ["devanagari", ["श्रीमती", "कृष्णा", "क्षत्रिय", "किरण", "वर्मा", "ज्ञानेश्वर", "डॉ.", "२"]],
  ["arabic", ["محمد", "بن", "سلمان", "الأحمد", "مُحَمَّد", "لالا", "(٣)", "Lee", "12"]],
  ["hebrew", ["יצחק", "בן-אברהם", "יִצְחָק", "לוי", "(7)", "Isaac", "ז״ל"]],
  ["japanese", ["山田", "花子", "ワールド", "ひらがな", "王小明", "、", "Ken"]],
];

describe.skipIf(!hasPoppler).each(WORDS)("a stamped ticket in %s", (script, words) => {
  test("looks and reads like one that pdfkit drew whole, whatever its name", async () => {
    const base = SIX_SCRIPTS[script] ?? makeTicketSheet({ dayCount: 1 });
    const names = fc
      .array(fc.constantFrom(...words), { minLength: 1, maxLength: 9 })
      .map((parts) => parts.join(" "));
    const property = fc.asyncProperty(names, async (holderName) => {
      await expectAlike({ ...base, holderName });
    });
    await fc.assert(property, { numRuns: 4 });
  });
});

describe("a stamped ticket", () => {
  test.skipIf(!hasPoppler)("is like a drawn one for names of many hands", async () => {
    const name = MANY_HANDS.join(" ");
    await expectAlike(makeTicketSheet({ holderName: name, dayCount: 2 }));
    await expectAlike(makeTicketSheet({ holderName: "", dayCount: 1 }));
  });

  test.skipIf(!hasPoppler)("gives back a name of more letters than a table's range", async () => {
    const letters = Array.from({ length: 300 }, (_, index) => 0x100 + index);
    const holderName = String.fromCodePoint(...letters);
    const file = join(folder, "long.pdf");
    const pdf = await press.print(makeTicketSheet({ holderName, dayCount: 1 }));
    await Bun.write(file, pdf);
    expect(textOf(file).replace(/\s/g, "")).toContain(holderName);
    // ISO 32000-2, 9.10.3: the codes of a range differ in their last byte only. Poppler forgives it, others do not.
    const ranges = [
      ...Buffer.from(pdf)
        .toString("latin1")
        .matchAll(/^<(..)..><(..)..>\[/gm),
    ];
    expect(ranges.map(([, first]) => first)).toEqual(["00", "01"]);
    expect(ranges.map(([, , last]) => last)).toEqual(["00", "01"]);
  });

  test.skipIf(!hasQpdf)("has nothing that qpdf complains of, for any name at all", async () => {
    const hands = fc.constantFrom(...MANY_HANDS);
    const names = fc.oneof(
      anyText,
      fc.tuple(hands, anyText, hands).map((parts) => parts.join(" ")),
    );
    const property = fc.asyncProperty(names, async (holderName) => {
      const file = join(folder, "checked.pdf");
      await Bun.write(file, await press.print(makeTicketSheet({ holderName, dayCount: 1 })));
      const { exitCode, stderr } = Bun.spawnSync(["qpdf", "--check", file]);
      expect({ exitCode, complaints: stderr.toString() }).toEqual({ exitCode: 0, complaints: "" });
    });
    await fc.assert(property, { numRuns: 15 });
  });

  test("of three days is at most 40 kB in every script", async () => {
    const { days } = makeTicketSheet({ dayCount: 3 }).event;
    for (const sheet of Object.values(SIX_SCRIPTS)) {
      const pdf = await press.print({ ...sheet, event: { ...sheet.event, days } });
      expect(pdf.byteLength).toBeLessThan(40_000);
    }
  });
});

async function expectAlike(sheet: TicketSheet): Promise<void> {
  const [stamped, drawn] = [join(folder, "stamped.pdf"), join(folder, "drawn.pdf")];
  await Bun.write(stamped, await press.print(sheet));
  await Bun.write(drawn, await drawTicket(sheet));
  expect(textOf(stamped)).toBe(textOf(drawn));
  const pages = paintPages(drawn, 60);
  for (const [index, page] of paintPages(stamped, 60).entries()) {
    const other = pages[index];
    if (other === undefined) throw new Error("a page too many");
    expect(difference(page, other)).toBeLessThan(DIFFERENCE_MAX);
  }
}

function textOf(file: string): string {
  return Bun.spawnSync(["pdftotext", file, "-"]).stdout.toString();
}
