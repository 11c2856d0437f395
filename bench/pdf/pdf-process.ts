import { serveParent } from "../harness/parent.ts";
import { run as runPdf60k } from "./pdf-60k.ts";
import { run as runPdfVsNaive } from "./pdf-vs-naive.ts";

export interface PdfOrder {
  readonly name: "pdf-60k" | "pdf-vs-naive";
  readonly isSmoke: boolean;
}

await serveParent(async ({ name, isSmoke }: PdfOrder) => {
  switch (name) {
    case "pdf-60k":
      return runPdf60k({ isSmoke });
    case "pdf-vs-naive":
      return runPdfVsNaive({ isSmoke });
  }
});
process.exit();
