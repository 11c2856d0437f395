import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { groupShortCode } from "../../src/ticket/short-code.ts";
import type { TicketSheet } from "../../src/ticket/ticket.ts";
import { ticketCodes } from "../../src/ticket/ticket-codes.ts";
import { TEMPLATE_COUNT_MAX, TicketPress } from "../../workers/ticket-press.ts";
import { needs } from "../support/needs.ts";
import { anyText } from "../ticket/any-text.ts";
import { makeTicketSheet, testKeyRing } from "../ticket/make-ticket-sheet.ts";
import { readPixels } from "../ticket/read-barcodes.ts";
import { MANY_HANDS } from "./many-hands.ts";

// Poppler and the decoder share a machine with everything else.
setDefaultTimeout(60_000);

const ring = testKeyRing();
const press = new TicketPress(testKeyRing());
const hasPoppler = needs("pdftoppm") && needs("pdftotext") && needs("pdfinfo");
const hasQpdf = needs("qpdf");

const render = (sheet: TicketSheet) => press.print(sheet);

describe("a ticket PDF", () => {
  test.skipIf(!hasPoppler).each([1, 3, 16])(
    "of %p event days has as many pages, and a decoder reads both codes of each",
    async (dayCount) => {
      const sheet = makeTicketSheet({ dayCount });
      await using pages = await printed(await render(sheet));
      const read = await Promise.all(pages.images.map(readPixels));
      const expected = ticketCodes(sheet, ring).map(({ ticketCode, shortCode }) => [
        { format: "Code128", text: shortCode },
        { format: "QRCode", text: ticketCode },
      ]);
      expect(read).toEqual(expected);
    },
  );

  test.skipIf(!hasPoppler)(
    "can be searched for the name, the date and the short code",
    async () => {
      const sheet = makeTicketSheet({ holderName: "Zoë Łukasiewicz-Ñandú" });
      await using pages = await printed(await render(sheet));
      const texts = pages.text.split("\f").slice(0, -1);
      const dates = ["4 March 2027", "5 March 2027", "6 March 2027"];
      expect(texts).toHaveLength(3);
      for (const [index, codes] of ticketCodes(sheet, ring).entries()) {
        expect(texts[index]).toContain("Zoë Łukasiewicz-Ñandú");
        expect(texts[index]).toContain(dates[index] ?? "no such day");
        expect(texts[index]).toContain(groupShortCode(codes.shortCode));
        expect(texts[index]).toContain(`Day ${index + 1} of 3`);
        expect(texts[index]).toMatch(/17:30[\s\S]*GMT\+6/);
      }
      expect(pages.info).toMatch(/Title: +Dhaka World Music Festival 2027: ticket 2-48213/);
    },
  );

  test.skipIf(!hasQpdf)("has nothing that qpdf complains of", async () => {
    for (const holderName of ["Rahima Khatun", "রহিমা খাতুন", "A\u0301\u0323 (\\) <b>"]) {
      const file = join(tmpdir(), `${crypto.randomUUID()}.pdf`);
      await Bun.write(file, await render(makeTicketSheet({ holderName })));
      const { exitCode, stderr } = Bun.spawnSync(["qpdf", "--check", file]);
      await rm(file);
      expect({ exitCode, complaints: stderr.toString() }).toEqual({ exitCode: 0, complaints: "" });
    }
  });

  test("names its language and tells no instant of its making", async () => {
    const pdf = Buffer.from(await render(makeTicketSheet())).toString("latin1");
    expect(pdf).toContain("/Lang (en)");
    expect(pdf).toContain("(D:19700101000000Z)");
    expect(pdf).not.toMatch(/D:20\d\d/);
    expect(pdf).not.toContain("ModDate");
  });

  test("stays under 40 kB for the longest names and the most letters", async () => {
    for (const [first, step] of [
      [0x100, 1],
      [0x4e00, 37],
    ] as const) {
      const letters = Array.from({ length: 80 }, (_, index) => first + step * index);
      const pdf = await render(makeTicketSheet({ holderName: String.fromCodePoint(...letters) }));
      expect(pdf.byteLength).toBeLessThan(40_000);
    }
  });

  test("has the same bytes whatever was drawn before it, in this process and in another", async () => {
    const digest = async (pdf: Promise<Uint8Array>) => Bun.SHA256.hash(await pdf, "hex");
    const sheets = MANY_HANDS.map((holderName) => makeTicketSheet({ holderName, dayCount: 1 }));
    const digests: string[] = [];
    for (const sheet of sheets) digests.push(await digest(render(sheet)));
    const other = Bun.spawnSync([process.execPath, join(import.meta.dir, "print-digests.ts")]);
    expect(other.stdout.toString().trim().split("\n").toReversed()).toEqual(digests);
    expect(new Set(digests).size).toBe(sheets.length);
  });

  test("is drawn for any name at all", async () => {
    const hands = fc.constantFrom(...MANY_HANDS);
    const names = fc.oneof(
      anyText,
      fc.tuple(hands, anyText, hands).map((parts) => parts.join(" ")),
    );
    const property = fc.asyncProperty(names, async (holderName) => {
      const pdf = await render(makeTicketSheet({ holderName, dayCount: 1 }));
      expect(Buffer.from(pdf.subarray(0, 5)).toString()).toBe("%PDF-");
    });
    await fc.assert(property, { numRuns: 40 });
  });

  test("is refused, not made up, when the event's key is gone", () => {
    expect(render(makeTicketSheet({ keyId: 9 }))).rejects.toThrow("no version 9");
  });

  test("of a new event is printed while those of another stream, and disturbs none of them", async () => {
    const sheets = Array.from({ length: 60 }, (_, index) =>
      makeTicketSheet({ ordinal: index + 1, eventId: index % 20 === 19 ? 40 + index : 3 }),
    );
    const [calm, busy] = [new TicketPress(ring), new TicketPress(ring)];
    const alone = [];
    for (const sheet of sheets.toReversed()) alone.unshift(await calm.print(sheet));
    expect(await Promise.all(sheets.map((sheet) => busy.print(sheet)))).toEqual(alone);
  });

  test("is the same after more events than the press remembers (invariant 8)", async () => {
    const first = await render(makeTicketSheet({ dayCount: 1 }));
    for (let eventId = 100; eventId < 100 + 1.1 * TEMPLATE_COUNT_MAX; eventId += 1) {
      await render(makeTicketSheet({ eventId, dayCount: 1 }));
      expect(press.templateCount).toBeLessThanOrEqual(TEMPLATE_COUNT_MAX);
    }
    expect(await render(makeTicketSheet({ dayCount: 1 }))).toEqual(first);
  });
});

/** The PDF as poppler shows it: a picture of each page at 96 dots an inch, and its text. */
async function printed(pdf: Uint8Array): Promise<
  AsyncDisposable & {
    readonly images: readonly Uint8Array[];
    readonly text: string;
    readonly info: string;
  }
> {
  const folder = await mkdtemp(join(tmpdir(), "ticket-"));
  const file = join(folder, "ticket.pdf");
  await Bun.write(file, pdf);
  Bun.spawnSync(["pdftoppm", "-r", "96", "-png", file, join(folder, "page")]);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".png")).toSorted();
  return {
    images: await Promise.all(names.map((name) => Bun.file(join(folder, name)).bytes())),
    text: Bun.spawnSync(["pdftotext", "-layout", file, "-"]).stdout.toString(),
    info: Bun.spawnSync(["pdfinfo", file]).stdout.toString(),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
