export const docsStyle = `:root {
  color-scheme: light dark;
  --ink: light-dark(#1c2024, #e8e6e1);
  --quiet: light-dark(#5c6570, #9aa3ad);
  --paper: light-dark(#fbfaf7, #14171a);
  --card: light-dark(#ffffff, #1c2024);
  --line: light-dark(#e3dfd6, #2d333a);
  --get: light-dark(#0b6b55, #5fd0b0);
  --post: light-dark(#9a4a06, #f0a868);
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 56rem; padding: 2rem 1.25rem 6rem; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
h1 { margin: 0; font-size: 2rem; letter-spacing: -0.02em; }
h1 small { color: var(--quiet); font-size: 1rem; font-weight: 400; letter-spacing: 0; }
h2 { margin: 2.5rem 0 0.75rem; font-size: 1.25rem; }
h3 { margin: 0; font-size: 1rem; font-weight: 500; overflow-wrap: anywhere; }
p { margin: 0.4rem 0; }
header p, article > p { color: var(--quiet); }
a { color: var(--get); }
nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
article { margin: 0.75rem 0; padding: 1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.875rem; }
.get { color: var(--get); }
.post { color: var(--post); }
table { width: 100%; border-collapse: collapse; font-size: 0.9rem; }
th, td { overflow-wrap: anywhere; padding: 0.35rem 0.75rem 0.35rem 0; border-top: 1px solid var(--line); text-align: start; vertical-align: top; }
th { width: 3.5rem; overflow-wrap: normal; font-variant-numeric: tabular-nums; font-weight: 500; }
summary { cursor: pointer; color: var(--quiet); }
pre { overflow-x: auto; margin: 0.5rem 0 0; padding: 0.75rem; border: 1px solid var(--line); border-radius: 0.5rem; }
tr:target { outline: 2px solid var(--post); }
`;

/** Path of the documentation's stylesheet, named for its content like all assets. */
export const DOCS_STYLE_PATH = `/assets/docs-${Bun.hash(docsStyle).toString(36)}.css`;
