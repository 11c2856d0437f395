import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TicketPress } from "../../workers/ticket-press.ts";
import { testKeyRing } from "../ticket/make-ticket-sheet.ts";
import { paintPages, toPng } from "./gray-image.ts";
import { GOLDEN_DOTS_PER_INCH, goldenFile, SIX_SCRIPTS } from "./six-scripts.ts";

/** Paints the golden pictures anew: `bun test/workers/make-golden.ts`. Look at them before you commit them. */
const press = new TicketPress(testKeyRing());
const folder = await mkdtemp(join(tmpdir(), "golden-"));
for (const [script, sheet] of Object.entries(SIX_SCRIPTS)) {
  const file = join(folder, `${script}.pdf`);
  await Bun.write(file, await press.print(sheet));
  const [page] = paintPages(file, GOLDEN_DOTS_PER_INCH);
  if (page === undefined) throw new Error(`no page for ${script}`);
  await Bun.write(goldenFile(script), toPng(page));
}
await rm(folder, { recursive: true });
