import { describe, expect, test } from "bun:test";

/** WCAG 2.2, 1.4.3: text of ordinary size. */
const TEXT_CONTRAST_MIN = 4.5;

const tokens = await Bun.file(`${import.meta.dir}/../../src/web/parts/tokens.css`).text();
const [light = "", dark = ""] = tokens.split("@media (prefers-color-scheme: dark)");

describe.each([
  ["light", light],
  ["dark", dark],
])("in the %s", (_scheme, colours) => {
  test.each([
    ["ink", "paper"],
    ["ink", "card"],
    ["ink-soft", "paper"],
    ["ink-soft", "card"],
    ["ink-soft", "sunk"],
    ["ink-soft", "glow"],
    ["accent", "paper"],
    ["accent", "card"],
    ["accent", "sunk"],
    ["on-accent", "accent"],
    ["on-accent", "accent-pressed"],
    ["bad", "card"],
    ["bad", "bad-sunk"],
  ])("--%s can be read on --%s", (text, ground) => {
    const [darker = 0, lighter = 0] = [luminance(colours, text), luminance(colours, ground)].sort(
      (one, other) => one - other,
    );
    expect((lighter + 0.05) / (darker + 0.05)).toBeGreaterThanOrEqual(TEXT_CONTRAST_MIN);
  });
});

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(colours: string, token: string): number {
  const hex = new RegExp(`--${token}: #([0-9a-f]{6});`).exec(colours)?.[1];
  if (hex === undefined) throw new Error(`there is no colour called ${token}`);
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((start) => {
    const share = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
