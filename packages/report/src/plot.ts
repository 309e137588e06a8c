import * as Plot from '@observablehq/plot';
import { emptyDocument } from '#dom';
import { formatTick } from './format';
import { asMarkup, type Html } from './html';

/** An interval of an axis: its ends. */
export type Range = readonly [number, number];

/** A linear axis with the ticks of this package. */
export function axis(
  domain: Range,
  label: string | null,
  options: Plot.ScaleOptions = {},
): Plot.ScaleOptions {
  return { type: 'linear', domain: [...domain], label, tickFormat: formatTick, ticks: 5, ...options };
}

/** A plot as SVG, in Node and in a browser. The serializer escapes labels and other text. */
export function draw(options: Plot.PlotOptions): Html {
  return asMarkup(drawElement(options).outerHTML);
}

/** The element of {@link draw}, for use in another SVG. */
export function drawElement(options: Plot.PlotOptions): SVGElement {
  const svg = Plot.plot({
    document: emptyDocument(),
    className: 'plot',
    width: 360,
    marginLeft: 46,
    marginBottom: 38,
    marginTop: 20,
    marginRight: 12,
    ...options,
    style: { fontSize: '12px', fontFamily: 'inherit', background: 'none', overflow: 'visible' },
  }) as unknown as SVGElement;
  // The page has its own rules for the size of a plot. A style element would be a third of it.
  svg.querySelectorAll('style').forEach((element) => {
    element.remove();
  });
  return svg;
}

/**
 * The range of a column over several lists of rows. Each side is widened by `margin` times the
 * range.
 */
export function extent(
  lists: readonly (readonly (readonly number[])[])[],
  column: number,
  margin = 0.04,
): Range {
  let low = Infinity;
  let high = -Infinity;
  for (const rows of lists) {
    for (const row of rows) {
      const value = row[column]!;
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return [0, 1];
  const pad = high > low ? margin * (high - low) : 0.5;
  return [low - pad, high + pad];
}

/** At most `most` of the items, spaced evenly. */
export function thin<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)]!);
}

/** The shape of a mark at a point. */
export type Shape = 'dot' | 'cross' | 'ring';

/** SVG path of a shape around (x, y). r is half its width in pixels. */
function shapePath(shape: Shape, x: number, y: number, r: number): string {
  const [a, b] = [x.toFixed(1), y.toFixed(1)];
  if (shape === 'dot') return `M${a} ${b}h0`;
  if (shape === 'ring')
    return `M${(x - r).toFixed(1)} ${b}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
  return `M${(x - r).toFixed(1)} ${(y - r).toFixed(1)}l${2 * r} ${2 * r}m0 ${-2 * r}l${-2 * r} ${2 * r}`;
}

/** Style of {@link points}. */
export interface PointStyle {
  readonly colour: string;
  readonly shape?: Shape;
  /** Half width in pixels. */
  readonly size?: number;
  readonly opacity?: number;
  /** Columns of x and y; 0 and 1 by default. */
  readonly columns?: readonly [number, number];
  /** Colour of an outline, for marks on an image. */
  readonly halo?: string;
}

/**
 * Points as one path, a tenth of the bytes of one element each. Points outside the frame are left
 * out.
 */
export function points(rows: readonly (readonly number[])[], style: PointStyle): Plot.RenderFunction {
  const { shape = 'dot', size = 1.4, columns: [cx, cy] = [0, 1] } = style;
  return (_index, scales, _values, dimensions, context) => {
    const scaleX = scales.x as unknown as (value: number) => number;
    const scaleY = scales.y as unknown as (value: number) => number;
    let d = '';
    for (const row of rows) {
      const x = scaleX(row[cx]!);
      const y = scaleY(row[cy]!);
      const inside =
        x >= dimensions.marginLeft &&
        x <= dimensions.width - dimensions.marginRight &&
        y >= dimensions.marginTop &&
        y <= dimensions.height - dimensions.marginBottom;
      if (inside) d += shapePath(shape, x, y, size);
    }
    const group = context.document.createElementNS('http://www.w3.org/2000/svg', 'g');
    const width = shape === 'dot' ? 2 * size : 1.5;
    const strokes = style.halo ? [[style.halo, width + 1.2] as const] : [];
    for (const [stroke, strokeWidth] of [...strokes, [style.colour, width] as const]) {
      const path = context.document.createElementNS('http://www.w3.org/2000/svg', 'path');
      path.setAttribute('d', d);
      path.setAttribute('fill', 'none');
      path.setAttribute('stroke', stroke);
      path.setAttribute('stroke-width', String(strokeWidth));
      path.setAttribute('stroke-linecap', 'round');
      if (style.opacity) path.setAttribute('stroke-opacity', String(style.opacity));
      group.appendChild(path);
    }
    return group;
  };
}

/** The mark of a legend. It is the same path as in the plots. */
export function keyMark(shape: Shape, colour: string): Html {
  const width = shape === 'dot' ? 5 : 1.6;
  const d = shapePath(shape, 8, 6, 3.5);
  return asMarkup(
    `<svg viewBox="0 0 16 12" aria-hidden="true"><path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round"/></svg>`,
  );
}
