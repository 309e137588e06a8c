/** A colour as red, green, blue from 0 to 255. */
export type Rgb = readonly [number, number, number];

/** The colours of the page, as canvases need them. */
export interface Colours {
  readonly sheet: Rgb;
  readonly ink: Rgb;
  readonly soft: Rgb;
  readonly line: Rgb;
  readonly accent: Rgb;
  readonly alarm: Rgb;
  /** Of classes, in order; they begin again after the last. */
  readonly classes: readonly Rgb[];
}

/** The colours of the theme that the page has now. */
export function readColours(): Colours {
  const swatch = document.createElement('i');
  document.body.append(swatch);
  const read = (name: string): Rgb => {
    swatch.style.color = `var(--${name})`;
    const [r = 0, g = 0, b = 0] = (getComputedStyle(swatch).color.match(/[\d.]+/g) ?? []).map(Number);
    return [r, g, b];
  };
  const colours = {
    sheet: read('sheet'),
    ink: read('ink'),
    soft: read('soft'),
    line: read('line'),
    accent: read('accent'),
    alarm: read('alarm'),
    classes: Array.from({ length: 6 }, (_, k) => read(`class-${k}`)),
  };
  swatch.remove();
  return colours;
}

/** A colour for CSS and canvases. */
export const css = ([r, g, b]: Rgb, alpha = 1): string => `rgb(${r} ${g} ${b} / ${alpha})`;

/** The colour between two. */
export const mix = (a: Rgb, b: Rgb, share: number): Rgb => [
  Math.round(a[0] + (b[0] - a[0]) * share),
  Math.round(a[1] + (b[1] - a[1]) * share),
  Math.round(a[2] + (b[2] - a[2]) * share),
];
