import * as Plot from '@observablehq/plot';
import { columnAxis, columnRange } from '../columnAxis';
import type { ColumnHolds, ReportData } from '../data';
import { asMarkup, html, type Html } from '../html';
import { drawElement, keyMark, points, thin, type Range } from '../plot';
import { colours } from '../style';

/** Most columns that are shown. */
const COLUMNS = 6;
/** Most points of a panel. */
const MOST = 400;
/** Side of a panel, in pixels. */
const CELL = 150;
/** Pixels between panels. */
const GAP = 10;
/** Pixels for ticks and names below, and on the left, where a word takes more than a number. */
const EDGE = 48;
const WORD_EDGE = 66;

/**
 * Every pair of columns: rows below the diagonal, samples above it, the distribution of each column
 * on it.
 */
export function pairs({ points: data, columns, kinds, unusual = [] }: ReportData): Html | undefined {
  if (!data?.samples.length || columns.length === 2) return undefined;
  const rows = [...data.train, ...data.heldOut];
  const shown = columns.slice(0, COLUMNS);
  const d = shown.length;
  const ranges = shown.map((_, c) => columnRange(rows, c, kinds?.[c], 0.08));
  const edge = kinds?.slice(0, d).some(({ kind }) => kind === 'category') ? WORD_EDGE : EDGE;
  const size = d * (CELL + GAP) + 4;
  const below = thin(rows, MOST);
  const above = thin(data.samples, MOST);
  const odd = unusual.map(({ values }) => values);
  const cells = shown.flatMap((_, row) =>
    shown.map((_, column) => {
      const place = { row, column, columns: shown, kinds, ranges, edge };
      if (row === column) return cell(place, histogram(rows, data.samples, column, ranges[column]!));
      const style = { columns: [column, row] as const };
      const marks =
        row > column
          ? [
              points(below, { ...style, colour: colours.train, opacity: 0.7 }),
              points(odd, { ...style, colour: colours.alarm, shape: 'ring', size: 3.5 }),
            ]
          : [points(above, { ...style, colour: colours.model, opacity: 0.7 })];
      return cell(place, marks);
    }),
  );
  const width = d === 1 ? 'style="max-width: 320px"' : '';
  return html`<section>
    <h2>Samples beside data</h2>
    <p>
      The inverse of the network turns Gaussian noise into new rows. With a perfect model,
      ${d > 1 && 'the samples above the diagonal mirror the data below it, and '}the two outlines of each
      column agree.${columns.length > d && ` The first ${d} of ${columns.length} columns are shown.`}
    </p>
    <div class="key">
      <span>${keyMark('dot', colours.train)}data</span><span>${keyMark('dot', colours.model)}samples</span>
      ${odd.length > 0 && d > 1 && html`<span>${keyMark('ring', colours.alarm)}most unusual rows</span>`}
    </div>
    <figure>
      ${asMarkup(`<svg class="plot" viewBox="0 0 ${edge + size} ${EDGE + size}" ${width}>${cells.join('')}</svg>`)}
    </figure>
  </section>`;
}

/** The place of a panel and its axes. */
interface Place {
  readonly row: number;
  readonly column: number;
  readonly columns: readonly string[];
  readonly kinds: readonly ColumnHolds[] | undefined;
  readonly ranges: readonly Range[];
  /** Pixels for ticks and names on the left. */
  readonly edge: number;
}

/** A panel at its place in the matrix. Only panels on the outside have ticks and names. */
function cell({ row, column, columns, kinds, ranges, edge }: Place, marks: Plot.Markish[]): string {
  const left = column === 0;
  const bottom = row === columns.length - 1;
  const diagonal = row === column;
  const element = drawElement({
    className: 'cell',
    width: edge + CELL + GAP,
    height: CELL + EDGE,
    marginLeft: edge,
    marginRight: GAP,
    marginTop: 4,
    marginBottom: EDGE - 4,
    x: columnAxis(ranges[column]!, columns[column]!, kinds?.[column], {
      words: 6,
      letters: 18,
      ticks: 3,
      labelAnchor: 'center',
      labelArrow: 'none',
      axis: bottom ? 'bottom' : null,
    }),
    // On the diagonal the height is a density. The ticks of the row belong to the panels beside it.
    y: diagonal
      ? { axis: null, domain: [0, 1.08] }
      : columnAxis(ranges[row]!, columns[row]!, kinds?.[row], {
          words: 7,
          ticks: 3,
          labelAnchor: 'center',
          labelArrow: 'none',
          axis: left ? 'left' : null,
        }),
    marks: [Plot.frame({ stroke: 'var(--line)' }), ...marks],
  });
  element.setAttribute('x', String(column * (CELL + GAP)));
  element.setAttribute('y', String(row * (CELL + GAP)));
  return element.outerHTML;
}

/** Two histograms of a column on the same bins. The highest bar of both has the height 1. */
function histogram(
  data: readonly (readonly number[])[],
  samples: readonly (readonly number[])[],
  column: number,
  [low, high]: Range,
): Plot.Markish[] {
  const n = 24;
  const heights = (rows: readonly (readonly number[])[]) => {
    const bars = new Array<number>(n).fill(0);
    for (const row of rows) {
      const bin = Math.floor(((row[column]! - low) / (high - low)) * n);
      if (bin >= 0 && bin < n) bars[bin]! += 1 / rows.length;
    }
    return bars;
  };
  const both = [heights(data), heights(samples)] as const;
  const top = Math.max(...both[0], ...both[1]) || 1;
  const steps = (bars: number[]) =>
    bars.map((height, i) => ({ x: low + ((i + 0.5) / n) * (high - low), y: height / top }));
  return [
    Plot.areaY(steps(both[0]), { x: 'x', y: 'y', fill: colours.train, fillOpacity: 0.3, curve: 'step' }),
    Plot.lineY(steps(both[0]), { x: 'x', y: 'y', stroke: colours.train, strokeWidth: 1.2, curve: 'step' }),
    Plot.lineY(steps(both[1]), { x: 'x', y: 'y', stroke: colours.model, strokeWidth: 1.8, curve: 'step' }),
  ];
}
