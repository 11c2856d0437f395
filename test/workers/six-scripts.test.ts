import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ticketCodes } from "../../src/ticket/ticket-codes.ts";
import { TicketPress } from "../../workers/ticket-press.ts";
import { needs } from "../support/needs.ts";
import { testKeyRing } from "../ticket/make-ticket-sheet.ts";
import { readPixels } from "../ticket/read-barcodes.ts";
import {
  difference,
  fromPng,
  type GrayImage,
  paintPages,
  photograph,
  toImageData,
  toPgm,
} from "./gray-image.ts";
import { GOLDEN_DOTS_PER_INCH, goldenFile, SIX_SCRIPTS } from "./six-scripts.ts";

setDefaultTimeout(60_000);

/** Mean of 255: another poppler smooths edges otherwise; a name drawn otherwise is well above. */
const DIFFERENCE_MAX = 0.15;

const hasPoppler = needs("pdftoppm") && needs("pdftotext");
const hasZbar = needs("zbarimg");
const ring = testKeyRing();
let folder = "";
const fileOf = (script: string) => join(folder, `${script}.pdf`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scripts-"));
  const press = new TicketPress(testKeyRing());
  for (const [script, sheet] of Object.entries(SIX_SCRIPTS)) {
    await Bun.write(fileOf(script), await press.print(sheet));
  }
});
afterAll(() => rm(folder, { recursive: true }));

describe.skipIf(!hasPoppler).each(Object.entries(SIX_SCRIPTS))(
  "a ticket in %s",
  (script, sheet) => {
    const [codes] = ticketCodes(sheet, ring);

    test("looks like its golden picture", async () => {
      const golden = fromPng(await Bun.file(goldenFile(script)).bytes());
      const [page] = paintPages(fileOf(script), GOLDEN_DOTS_PER_INCH);
      expect(difference(page ?? blank(golden), golden)).toBeLessThan(DIFFERENCE_MAX);
      expect(difference(blank(golden), golden)).toBeGreaterThan(10 * DIFFERENCE_MAX);
    });

    test("gives its holder's name and its event's back to who searches it", () => {
      const text = Bun.spawnSync(["pdftotext", fileOf(script), "-"]).stdout.toString();
      expect(plain(text)).toContain(plain(sheet.holderName));
      expect(plain(text)).toContain(plain(sheet.event.name));
    });

    test("has codes that two decoders read from a screen, and from a poor photo of its print", async () => {
      const read = { ticketCode: codes?.ticketCode ?? "", shortCode: codes?.shortCode ?? "" };
      const [screen] = paintPages(fileOf(script), 96);
      const [print] = paintPages(fileOf(script), 150);
      if (screen === undefined || print === undefined) throw new Error("no page");
      const photo = photograph(print, 3);
      expect(await zxing(screen)).toEqual(read);
      expect(await zxing(photo)).toEqual(read);
      if (!hasZbar) return;
      expect(await zbar(screen)).toEqual(read);
      expect(await zbar(photo)).toEqual(read);
    });
  },
);

/** Line breaks and the marks of direction that poppler writes are not part of a text. */
function plain(text: string): string {
  return text.replace(/[\s\u200e\u200f\u202a-\u202e]+/gu, "");
}

function blank({ width, height }: GrayImage): GrayImage {
  return { width, height, pixels: new Uint8Array(width * height).fill(255) };
}

interface ReadCodes {
  readonly ticketCode: string;
  readonly shortCode: string;
}

async function zxing(image: GrayImage): Promise<ReadCodes> {
  const found = await readPixels(toImageData(image));
  const read = (format: string) => found.find((one) => one.format === format)?.text ?? "";
  return { ticketCode: read("QRCode"), shortCode: read("Code128") };
}

async function zbar(image: GrayImage): Promise<ReadCodes> {
  const file = join(folder, `${crypto.randomUUID()}.pgm`);
  await Bun.write(file, toPgm(image));
  const lines = Bun.spawnSync(["zbarimg", "--quiet", file]).stdout.toString().split("\n");
  const read = (kind: string) => lines.find((line) => line.startsWith(kind))?.slice(kind.length);
  return { ticketCode: read("QR-Code:") ?? "", shortCode: read("CODE-128:") ?? "" };
}
