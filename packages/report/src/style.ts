/**
 * The colours of the marks. They are custom properties: the light and the dark page have their own
 * values.
 */
export const colours = {
  train: 'var(--train)',
  heldOut: 'var(--held-out)',
  model: 'var(--model)',
  quiet: 'var(--quiet)',
  alarm: 'var(--alarm)',
} as const;

const light = `
  --paper: #ffffff; --panel: #f6f7f9; --ink: #1d2329; --quiet: #66707b; --line: #dfe3e8;
  --train: #3a6ea8; --held-out: #c2571a; --model: #0b8a6a; --alarm: #c81e4f; --accent: #0b8a6a;`;

const dark = `
  --paper: #14181d; --panel: #1c2229; --ink: #e6e9ed; --quiet: #98a3af; --line: #323a44;
  --train: #7fb0ea; --held-out: #f0a068; --model: #4fd1ab; --alarm: #ff6f91; --accent: #4fd1ab;`;

/** The style of the page: one column on a phone, figures side by side where there is room. */
export const css = `
:root { color-scheme: light dark; ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto,
  "Helvetica Neue", Arial, sans-serif; overflow-wrap: anywhere; }
main { max-width: 1080px; margin: 0 auto; padding: 40px 24px 64px; }
h1 { font-size: 2rem; line-height: 1.15; margin: 0 0 .4em; letter-spacing: -.015em; }
h2 { font-size: 1.3rem; line-height: 1.25; margin: 2.6em 0 .3em; letter-spacing: -.01em; }
p { max-width: 72ch; margin: .5em 0 1em; }
.eyebrow { color: var(--quiet); font-size: .8rem; letter-spacing: .08em; text-transform: uppercase; margin: 0 0 .4em; }
.summary { font-size: 1.1rem; }
.note, figcaption { color: var(--quiet); font-size: .875rem; line-height: 1.45; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 12px; margin: 1.6em 0; }
.tile { background: var(--panel); border-radius: 10px; padding: 14px 16px; }
.tile b { display: block; font-size: 1.35rem; font-weight: 600; line-height: 1.25; letter-spacing: -.015em;
  font-variant-numeric: tabular-nums; }
.tile span { color: var(--quiet); font-size: .875rem; }
dl { display: flex; flex-wrap: wrap; gap: 10px 36px; margin: 1em 0; font-size: .875rem; }
dt { color: var(--quiet); } dd { margin: 0; }
pre { background: var(--panel); border-radius: 8px; padding: 12px 14px; margin: .6em 0; font: .85rem/1.5 ui-monospace, SFMono-Regular,
  Menlo, Consolas, monospace; white-space: pre-wrap; }
pre code span { display: inline-block; max-width: 100%; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; margin: .6em 0 1.2em; min-width: 50%; }
th, td { text-align: left; padding: 7px 18px 7px 0; border-bottom: 1px solid var(--line); vertical-align: baseline;
  overflow-wrap: normal; }
th { font-weight: 500; color: var(--quiet); } tbody th { color: inherit; }
td.number, th.number { text-align: right; white-space: nowrap; }
td.note { min-width: 9em; }
tr.model th, tr.model td { font-weight: 600; } tr.model td.note { font-weight: 400; }
.panels { display: flex; flex-wrap: wrap; gap: 22px 26px; margin: 1em 0; }
figure { margin: 0; min-width: 0; } figure.wide { max-width: 660px; margin: 1em 0; }
.panels figure { flex: 1 1 290px; max-width: 430px; }
figcaption b { color: var(--ink); font-weight: 600; }
img.pixels { image-rendering: pixelated; max-width: 100%; height: auto; border-radius: 4px; display: block; }
.panels.sheets figure { max-width: 490px; }
figure > :is(img, svg) + figcaption { margin-top: .5em; }
.gallery { display: flex; flex-wrap: wrap; gap: 16px 14px; margin: 1em 0; } .gallery figure { max-width: 100%; }
.confusion { min-width: 0; font-size: .85rem; } .confusion caption { text-align: left; color: var(--quiet); padding-bottom: .6em; }
.confusion td, .confusion th { padding: 5px 9px; text-align: right; } .confusion td.note { min-width: 0; }
.confusion tbody th, .confusion thead th:first-child { position: sticky; left: 0; background: var(--paper); white-space: nowrap;
  padding-left: 0; text-align: left; }
.confusion td.right { background: color-mix(in srgb, var(--model) var(--shade), transparent); }
.confusion td.wrong { background: color-mix(in srgb, var(--alarm) var(--shade), transparent); }
.confusion.tall thead th { vertical-align: bottom; } .confusion.tall thead span { writing-mode: vertical-rl; transform: rotate(180deg); }
.confusion.dense { font-size: .7rem; } .confusion.dense td, .confusion.dense th { padding: 1px 3px; }
svg.plot { display: block; width: 100%; height: auto; }
.key { display: flex; flex-wrap: wrap; gap: 4px 20px; font-size: .875rem; margin: .6em 0; }
.key svg { width: 16px; height: 12px; vertical-align: -1px; margin-right: 5px; }
summary { cursor: pointer; color: var(--quiet); }
details[open] summary { margin-bottom: .5em; }
footer { margin-top: 3.5em; padding-top: 1em; border-top: 1px solid var(--line); }
@media (max-width: 600px) { main { padding: 24px 16px 40px; } h1 { font-size: 1.6rem; } .summary { font-size: 1rem; }
  .tiles { grid-template-columns: 1fr 1fr; } .tile { padding: 11px 12px; } .tile b { font-size: 1rem; }
  .figures tr, .scores tr { display: grid; grid-template-columns: 1fr auto; border-bottom: 1px solid var(--line); }
  .scores tr { grid-template-columns: 1fr 9.4em 9.4em; font-size: .8rem; align-items: baseline; } .scores th.number { white-space: normal; }
  .scores :is(td, th).number { padding-right: 4px; }
  .figures :is(th, td), .scores :is(th, td) { border: 0; padding: 5px 0; }
  :is(.figures, .scores) .note { grid-column: 1 / -1; } :is(.figures, .scores) .note:empty { display: none; } }
@media print {
  :root { color-scheme: light; ${light} }
  main { max-width: none; padding: 0; } figure, .tile, tr { break-inside: avoid; } h2 { break-after: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
