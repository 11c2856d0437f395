import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderTicket } from "../../workers/ticket-document.ts";
import { TicketFonts } from "../../workers/ticket-fonts.ts";
import { testKeyRing } from "../ticket/make-ticket-sheet.ts";
import { paintPages, toPng } from "./gray-image.ts";
import { GOLDEN_DOTS_PER_INCH, goldenFile, SIX_SCRIPTS } from "./six-scripts.ts";

/** Paints the golden pictures anew: `bun test/workers/make-golden.ts`. Look at them before you commit them. */
const fonts = new TicketFonts();
const folder = await mkdtemp(join(tmpdir(), "golden-"));
for (const [script, sheet] of Object.entries(SIX_SCRIPTS)) {
  const file = join(folder, `${script}.pdf`);
  await Bun.write(file, await renderTicket(sheet, testKeyRing(), fonts));
  const [page] = paintPages(file, GOLDEN_DOTS_PER_INCH);
  if (page === undefined) throw new Error(`no page for ${script}`);
  await Bun.write(goldenFile(script), toPng(page));
}
await rm(folder, { recursive: true });
