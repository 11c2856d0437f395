/** The colours of a ticket, each `#rrggbb`; all come from the event's accent. */
export interface TicketPalette {
  readonly accent: string;
  /** Text on the accent. */
  readonly onAccent: string;
  /** Quieter text on the accent. */
  readonly onAccentMuted: string;
  /** The accent as text on white: darkened until it can be read. */
  readonly accentText: string;
  /** Tints of the ornament, from the quietest. */
  readonly tints: readonly string[];
}

export const INK = "#16202a";
export const MUTED = "#5a6670";
export const HAIRLINE = "#c9d0d6";
const WHITE = "#ffffff";
const DEFAULT_ACCENT = "#0b6170";

/** WCAG 2.2, 1.4.3: the contrast that text of any size needs. */
const TEXT_CONTRAST_MIN = 4.5;

/** `accent` is `#rrggbb`; without one, Floodgate's own. */
export function ticketPalette(accent: string = DEFAULT_ACCENT): TicketPalette {
  const onAccent = contrast(accent, WHITE) >= contrast(accent, INK) ? WHITE : INK;
  return {
    accent,
    onAccent,
    onAccentMuted: firstReadable(
      [0.25, 0.15, 0.05, 0].map((share) => mix(onAccent, accent, share)),
      accent,
    ),
    accentText: firstReadable(
      [0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => mix(accent, INK, share)),
      WHITE,
    ),
    tints: [0.08, 0.16, 0.28, 0.45].map((share) => mix(accent, onAccent, share)),
  };
}

/** The first that can be read on the ground, else the last. */
function firstReadable(colours: readonly string[], ground: string): string {
  const readable = colours.find((colour) => contrast(colour, ground) >= TEXT_CONTRAST_MIN);
  return readable ?? colours.at(-1) ?? INK;
}

/** `share` of 0 gives the first colour, of 1 the second. */
function mix(one: string, other: string, share: number): string {
  const [from, to] = [channels(one), channels(other)];
  const mixed = from.map((value, index) => Math.round(value + ((to[index] ?? 0) - value) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** From 1 (the same) to 21 (black on white), as WCAG 2.2 defines it. */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(colour: string): readonly number[] {
  return [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
}
