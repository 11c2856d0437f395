import {
  CODE_128_QUIET_MODULES,
  code128Runs,
  type DarkRun,
  QR_QUIET_MODULES,
  QR_SIDE_MODULES,
  qrRuns,
} from "./barcode.ts";
import { code128Bars } from "./code-128.ts";

/** In modules: a laser needs height to cross, about a third of the symbol's width. */
const CODE_128_HEIGHT_MODULES = 56;

/** The QR as an SVG element with its quiet zone; black on white in dark mode too. `label` names it for screen readers. */
export function qrSvg(ticketCode: string, label: string): string {
  const side = QR_SIDE_MODULES + 2 * QR_QUIET_MODULES;
  const runs = qrRuns(ticketCode);
  return svg(label, { width: side, height: side }, path(runs, QR_QUIET_MODULES, 1));
}

/** The Code 128 as an SVG element with its quiet zone; the text beneath it is the page's. */
export function code128Svg(shortCode: string, label: string): string {
  const { runs, widthModules } = code128Runs(code128Bars(shortCode));
  const width = widthModules + 2 * CODE_128_QUIET_MODULES;
  const bars = path(runs, CODE_128_QUIET_MODULES, CODE_128_HEIGHT_MODULES);
  return svg(label, { width, height: CODE_128_HEIGHT_MODULES + 2 * CODE_128_QUIET_MODULES }, bars);
}

function path(runs: readonly DarkRun[], quiet: number, height: number): string {
  return runs
    .map(({ x, y, width }) => `M${x + quiet} ${y + quiet}h${width}v${height}h-${width}z`)
    .join("");
}

function svg(
  label: string,
  box: { readonly width: number; readonly height: number },
  dark: string,
): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${box.width} ${box.height}" role="img"` +
    ` aria-label="${escapeAttribute(label)}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${box.width}v${box.height}H0z"/><path fill="#000" d="${dark}"/></svg>`
  );
}

function escapeAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
