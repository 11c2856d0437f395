/** Panels one above the other over one axis, as one SVG that follows the reader's light or dark. */
export interface Plot {
  readonly title: string;
  /** What was measured, for those who read the picture alone. */
  readonly caption: string;
  readonly panels: readonly Panel[];
  readonly xLabel: string;
  /** Instants that matter to every panel, in their order. */
  readonly marks: readonly Mark[];
}

export interface Panel {
  readonly title: string;
  readonly scale: "linear" | "logarithmic";
  /** How a value of its axis is written, as in `20k` or `3 ms`. */
  readonly words: (value: number) => string;
  /** At most three: more cannot be told apart in print. */
  readonly lines: readonly Line[];
}

export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
}

/** A line breaks where `y` is null. */
export interface Point {
  readonly x: number;
  readonly y: number | null;
}

export interface Mark {
  readonly x: number;
  readonly label: string;
}

/** In user units; at 320 pixels one is two thirds of a pixel, so that the letters are still 10 pixels high. */
const WIDTH = 480;
const LEFT = 62;
const RIGHT = 14;
/** Of the word beside a mark. */
const LABEL_WIDTH = 48;
const TITLE_HEIGHT = 62;
const PANEL_HEAD_HEIGHT = 58;
const PANEL_HEIGHT = 130;
const FOOT_HEIGHT = 54;
const X_TICKS_MAX = 6;
const Y_TICKS_MAX = 4;

export function drawPlot(plot: Plot): string {
  const { title, caption, panels } = plot;
  const height = TITLE_HEIGHT + panels.length * (PANEL_HEAD_HEIGHT + PANEL_HEIGHT) + FOOT_HEIGHT;
  const xs = panels.flatMap(({ lines }) => lines.flatMap(({ points }) => points.map(({ x }) => x)));
  const xAxis = linearAxis(extremes(xs), {
    from: LEFT,
    to: WIDTH - RIGHT,
    tickCountMax: X_TICKS_MAX,
  });
  const drawn = panels.map((panel, index) => {
    const top = TITLE_HEIGHT + index * (PANEL_HEAD_HEIGHT + PANEL_HEIGHT) + PANEL_HEAD_HEIGHT;
    return panelSvg(panel, { plot, xAxis, top, isFirst: index === 0 });
  });
  const bottom = height - FOOT_HEIGHT;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH * 1.5}" height="${height * 1.5}" role="img" aria-labelledby="title caption">
<title id="title">${escaped(title)}</title>
<desc id="caption">${escaped(caption)}</desc>
<style>${STYLE}</style>
<rect class="paper" width="${WIDTH}" height="${height}"/>
<text class="title" x="14" y="28">${escaped(title)}</text>
<text class="soft" x="14" y="50">${escaped(caption)}</text>
${drawn.join("\n")}
${xAxis.ticks.map((tick) => `<text class="soft" x="${tick.at}" y="${bottom + 19}" text-anchor="middle">${wholeWords(tick.value)}</text>`).join("\n")}
<text class="soft" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${bottom + 42}" text-anchor="middle">${escaped(plot.xLabel)}</text>
</svg>
`;
}

/** As in 950, 2k and 1.5M. */
export function countWords(value: number): string {
  if (Math.abs(value) >= 1e6) return `${short(value / 1e6)}M`;
  if (Math.abs(value) >= 1e3) return `${short(value / 1e3)}k`;
  return short(value);
}

/** A duration given in milliseconds, as in `3 ms` and `1.5 s`. */
export function durationWords(ms: number): string {
  return ms >= 1_000 ? `${short(ms / 1_000)} s` : `${short(ms)} ms`;
}

/** Lines differ by dash as well as by colour. */
const STYLE = `
text { font: 15px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; fill: #2b211a; }
.title { font-size: 19px; font-weight: 650; }
.head { font-weight: 600; }
.soft { fill: #6d5c4f; }
.paper { fill: #fffdfa; }
.grid { stroke: #e6dacb; }
.mark { stroke: #6d5c4f; stroke-dasharray: 2 3; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
.line-0 { stroke: #a8401d; }
.line-1 { stroke: #1f5f8b; stroke-dasharray: 6 3; }
.line-2 { stroke: #2d6a4a; stroke-dasharray: 1.5 3; stroke-linecap: round; }
@media screen and (prefers-color-scheme: dark) {
  text { fill: #f5ece2; }
  .soft { fill: #b9a899; }
  .paper { fill: #181412; }
  .grid { stroke: #3e342d; }
  .mark { stroke: #b9a899; }
  .line-0 { stroke: #f0915f; }
  .line-1 { stroke: #8ec5ee; }
  .line-2 { stroke: #7fc7a0; }
}
`;

interface Axis {
  readonly at: (value: number) => number;
  readonly ticks: readonly { readonly value: number; readonly at: number }[];
}

interface Extent {
  readonly from: number;
  readonly to: number;
  readonly tickCountMax: number;
}

function panelSvg(
  { title, scale, words, lines }: Panel,
  {
    plot,
    xAxis,
    top,
    isFirst,
  }: {
    readonly plot: Plot;
    readonly xAxis: Axis;
    readonly top: number;
    readonly isFirst: boolean;
  },
): string {
  const bottom = top + PANEL_HEIGHT;
  const values = lines.flatMap(({ points }) => points.flatMap(({ y }) => (y === null ? [] : [y])));
  const extent = { from: bottom, to: top, tickCountMax: Y_TICKS_MAX };
  const yAxis =
    scale === "linear"
      ? linearAxis({ min: 0, max: Math.max(1, ...extremesOf(values)) }, extent)
      : logarithmicAxis(values, extent);
  const grid = yAxis.ticks.map(
    ({ value, at }) =>
      `<path class="grid" d="M${LEFT} ${at}H${WIDTH - RIGHT}"/><text class="soft" x="${LEFT - 8}" y="${at + 5}" text-anchor="end">${escaped(words(value))}</text>`,
  );
  const marks = plot.marks.map(({ x, label }, index) => {
    const at = xAxis.at(x);
    const hasRoomAfter = index === plot.marks.length - 1 && at < WIDTH - RIGHT - LABEL_WIDTH;
    const side = hasRoomAfter ? `x="${at}" text-anchor="start"` : `x="${at + 3}" text-anchor="end"`;
    const word = isFirst
      ? `<text class="soft" ${side} y="${top - 8}">${escaped(label)}</text>`
      : "";
    return `<path class="mark" d="M${at} ${isFirst ? top - 4 : top}V${bottom}"/>${word}`;
  });
  const paths = lines.map(
    ({ points }, index) => `<path class="line line-${index}" d="${pathOf(points, xAxis, yAxis)}"/>`,
  );
  return [
    `<text class="head" x="14" y="${top - 32}">${escaped(title)}</text>`,
    // A line alone is what the panel's title says; its room is for the marks.
    ...(lines.length > 1 ? legend(lines, top - 12) : []),
    ...grid,
    ...marks,
    ...paths,
  ].join("\n");
}

const LEGEND_STROKE_WIDTH = 22;
/** Roughly, of 15 pixel letters. */
const LETTER_WIDTH = 7.6;

function legend(lines: readonly Line[], y: number): string[] {
  let x = LEFT;
  return lines.map(({ name }, index) => {
    const entry = `<path class="line line-${index}" d="M${x} ${y - 5}h${LEGEND_STROKE_WIDTH}"/><text x="${x + LEGEND_STROKE_WIDTH + 6}" y="${y}">${escaped(name)}</text>`;
    x += LEGEND_STROKE_WIDTH + 24 + name.length * LETTER_WIDTH;
    return entry;
  });
}

function pathOf(points: readonly Point[], xAxis: Axis, yAxis: Axis): string {
  let isDrawing = false;
  const steps = points.map(({ x, y }) => {
    const step = y === null ? "" : `${isDrawing ? "L" : "M"}${xAxis.at(x)} ${yAxis.at(y)}`;
    isDrawing = y !== null;
    return step;
  });
  return steps.join("");
}

/** Ticks at 1, 2 or 5 times a power of ten; the axis ends where the values do. */
function linearAxis(
  { min, max }: { readonly min: number; readonly max: number },
  extent: Extent,
): Axis {
  const { from, to, tickCountMax } = extent;
  const span = Math.max(max - min, Number.EPSILON);
  const at = (value: number) => rounded(from + ((value - min) / span) * (to - from));
  const step = niceStep(span / tickCountMax);
  const first = Math.ceil(min / step);
  const count = Math.floor(max / step) - first + 1;
  const ticks = Array.from({ length: count }, (_, index) => (first + index) * step);
  return { at, ticks: ticks.map((value) => ({ value, at: at(value) })) };
}

/** Whole powers of ten around the values; nothing lies at or below zero. */
function logarithmicAxis(values: readonly number[], { from, to }: Extent): Axis {
  const [min = 1, max = 10] = extremesOf(values.filter((value) => value > 0));
  const low = Math.floor(Math.log10(min));
  const high = Math.max(low + 1, Math.ceil(Math.log10(max)));
  const at = (value: number) => {
    const power = Math.log10(Math.max(value, 10 ** low));
    return rounded(from + ((power - low) / (high - low)) * (to - from));
  };
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  return { at, ticks: ticks.map((value) => ({ value, at: at(value) })) };
}

function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= least) ?? 10;
  return factor * power;
}

function extremes(values: readonly number[]): { readonly min: number; readonly max: number } {
  const [min = 0, max = 1] = extremesOf(values);
  return { min, max };
}

/** Empty for none; spread arguments would not do for the values of a long run. */
function extremesOf(values: readonly number[]): readonly number[] {
  const [first] = values;
  if (first === undefined) return [];
  return values.reduce(
    ([min, max], value) => [Math.min(min, value), Math.max(max, value)] as [number, number],
    [first, first] as [number, number],
  );
}

/** With a true minus sign. */
function wholeWords(value: number): string {
  return String(rounded(value)).replace("-", "−");
}

function short(value: number): string {
  return String(Number(value.toPrecision(2)));
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
