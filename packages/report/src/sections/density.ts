import type * as Plot from '@observablehq/plot';
import type { DensityGrid, ReportData } from '../data';
import { html, type Html } from '../html';
import { axis, draw, keyMark, points, thin, type Range } from '../plot';
import { shadedImage } from '../shadedImage';
import { colours } from '../style';

/** The logarithmic map ends this many nats below the peak: a factor of 160,000. */
const DEPTH = 12;

/**
 * Maps of the density: of the model, of the truth where it is known, and the logarithm under the
 * rows.
 */
export function density(report: ReportData): Html | undefined {
  const { density: grid, points: data, unusual = [], columns } = report;
  if (!grid || columns.length !== 2) return undefined;
  const { logDensity, trueLogDensity } = grid;
  const top = highest(logDensity, trueLogDensity ?? []);
  const linear = (values: DensityGrid['logDensity']) =>
    values.map((v) => (v === null ? 0 : Math.exp(v - top)));
  const logarithmic = logDensity.map((v) => (v === null ? 0 : 1 + (v - top) / DEPTH));
  const marks = data && [
    points(thin(data.train, 500), { colour: '#ffffff', size: 1.1, halo: '#10203070' }),
    points(thin(data.heldOut, 120), { colour: '#ff9ec4', shape: 'cross', size: 2.2, halo: '#10203090' }),
    points(
      unusual.map(({ values }) => values),
      { colour: '#ff3d71', shape: 'ring', size: 5, halo: '#ffffff' },
    ),
  ];
  const unit = `per unit of ${columns[0]} × ${columns[1]}`;
  return html`<section>
    <h2>The density</h2>
    <p>
      The model's density at each place, in the units of the table. Bright is dense. The logarithmic map shows
      faint parts too, down to a factor of e<sup>${DEPTH}</sup> below the peak.
    </p>
    <div class="panels">
      <figure>
        ${map(grid, linear(logDensity), columns)}${colourBar([0, Math.exp(top)], `density ${unit}`)}
        <figcaption><b>Model.</b> exp(log p), linear scale.</figcaption>
      </figure>
      ${
        trueLogDensity &&
        html`<figure>
          ${map(grid, linear(trueLogDensity), columns)}${colourBar([0, Math.exp(top)], `density ${unit}`)}
          <figcaption><b>Truth.</b> The rows were drawn from this density. The scale is the same.</figcaption>
        </figure>`
      }
      <figure>
        ${map(grid, logarithmic, columns, marks)}${colourBar([top - DEPTH, top], 'log-density, nats')}
        <figcaption><b>Model, logarithm</b>${data && ', with rows of the table'}.</figcaption>
        ${data && key(unusual.length > 0)}
      </figure>
    </div>
  </section>`;
}

function key(unusual: boolean): Html {
  // The background of the legend is light, so its marks are darker than those on the map.
  return html`<div class="key">
    <span>${keyMark('dot', colours.quiet)}train (white)</span>
    <span>${keyMark('cross', '#e0679a')}held out</span>
    ${unusual && html`<span>${keyMark('ring', '#ff3d71')}most unusual</span>`}
  </div>`;
}

function highest(...lists: DensityGrid['logDensity'][]): number {
  let top = -Infinity;
  for (const list of lists) for (const value of list) if (value !== null && value > top) top = value;
  return top === -Infinity ? 0 : top;
}

function map(
  { x, y, nx, ny }: DensityGrid,
  shade: number[],
  [xLabel, yLabel]: readonly string[],
  over: Plot.Markish[] = [],
): Html {
  return draw({
    height: 346,
    x: axis(x, xLabel ?? null),
    y: axis(y, yLabel ?? null),
    marks: [fill(shadedImage(shade, nx, ny)), ...over],
  });
}

/** The colours between the ends of a range. */
function colourBar([low, high]: Range, label: string): Html {
  const steps = Float64Array.from({ length: 128 }, (_, i) => i / 127);
  return draw({
    height: 48,
    marginTop: 2,
    marginBottom: 36,
    x: axis([low, high > low ? high : low + 1], label, {
      labelArrow: 'none',
    }),
    marks: [fill(shadedImage(steps, 128, 1))],
  });
}

/** An image over the whole frame. */
function fill(src: string): Plot.RenderFunction {
  return (_index, _scales, _values, dimensions, context) => {
    const { marginLeft, marginTop, marginRight, marginBottom, width, height } = dimensions;
    const image = context.document.createElementNS('http://www.w3.org/2000/svg', 'image');
    const attributes = {
      x: marginLeft,
      y: marginTop,
      width: width - marginLeft - marginRight,
      height: height - marginTop - marginBottom,
      preserveAspectRatio: 'none',
      href: src,
    };
    for (const [name, value] of Object.entries(attributes)) image.setAttribute(name, String(value));
    return image;
  };
}
