import type { Begun, BlockProof, Frame, Inverted, Probed } from './protocol';
import { seldom } from './seldom';
import { drawBounds, drawCurve } from './view/charts';
import { css, readColours } from './view/colours';
import { drawLimits } from './view/limits';
import { createPlane } from './view/plane';
import { written } from './view/svg';

/** Milliseconds between two drawings of a curve that grows at least. */
const WATCHING = 250;

/** The panels below the views. */
export interface Panels {
  begin(begun: Begun): void;
  show(frame: Frame): void;
  /** An answer about a point; where the visitor wants to know what is strange, whether it is. */
  probed(probed: Probed, strange: boolean): void;
  inverted(inverted: Inverted): void;
  recolour(): void;
}

/** Make the panels. */
export function createPanels(): Panels {
  const chart = (id: string): HTMLElement => document.querySelector(`#${id} .chart`)!;
  const text = (id: string, words: string): void => {
    document.getElementById(id)!.textContent = words;
  };
  let training: number[] = [];
  let begun: Begun | null = null;
  let solved: Inverted | null = null;
  let last: (Pick<Frame, 'heldOut' | 'truth'> & { readonly proofs: readonly BlockProof[] }) | null = null;
  let colours = readColours();
  const drawCharts = (): void => {
    if (!last) return;
    drawCurve(chart('curve-view'), training, last.heldOut, last.truth);
    if (last.proofs.length > 0) drawLimits(chart('limits-view'), last.proofs);
  };
  const drawnSeldom = seldom(WATCHING, drawCharts);
  new ResizeObserver(drawCharts).observe(chart('curve-view').parentElement!);
  const plane = createPlane(
    document.querySelector('#inverse-view .plane')!,
    'The guesses of the inverse, from the start to the solution',
    () => {
      drawGuesses();
    },
  );

  const drawGuesses = (): void => {
    if (!solved || !begun) return;
    const { points, bounds, outcome } = solved.picard;
    const finite = points.filter(([x, y]) => Math.abs(x) + Math.abs(y) < 1e6);
    const end = finite.at(-1)!;
    const far = Math.max(
      1e-3,
      ...finite.map(([x, y]) => Math.max(Math.abs(x - end[0]), Math.abs(y - end[1]))),
    );
    // A square around the start and the solution, both of which are seen.
    const corner = (axis: 0 | 1): number =>
      (Math.min(...finite.map((p) => p[axis])) + Math.max(...finite.map((p) => p[axis]))) / 2;
    const side = (axis: 0 | 1): number =>
      Math.max(...finite.map((p) => p[axis])) - Math.min(...finite.map((p) => p[axis]));
    const half = outcome === 'converged' ? 0.62 * Math.max(side(0), side(1), 1e-3) : 0.75 * far;
    plane.begin(half, outcome === 'converged' ? [corner(0), corner(1)] : end);
    const { context } = plane;
    context.lineWidth = devicePixelRatio;
    bounds.forEach((bound, k) => {
      if (!(bound < 4 * far)) return;
      context.strokeStyle = css(colours.accent, Math.min(0.7, 0.15 + 0.05 * k));
      plane.ring(points[k + 1]!, bound);
    });
    context.strokeStyle = css(outcome === 'converged' ? colours.ink : colours.alarm, 0.85);
    context.lineWidth = 1.6 * devicePixelRatio;
    plane.path(finite);
    plane.points(finite.flat(), () => css(outcome === 'converged' ? colours.ink : colours.alarm), 2.6);
    plane.points(finite[0]!, () => css(colours.sheet), 5.4);
    plane.points(finite[0]!, () => css(colours.soft), 4);
    if (outcome === 'converged') plane.points(end, () => css(colours.accent), 5);
  };

  return {
    begin(next) {
      if (begun === null || next.parts.length === 0) training = [];
      if (next.parts.length === 0) last = null;
      begun = next;
    },
    show({ heldOut, truth, proofs, playing, training: more }) {
      training.push(...more);
      last = { heldOut, truth, proofs: proofs ?? last?.proofs ?? [] };
      if (playing) drawnSeldom();
      else drawCharts();
      const loss = heldOut.at(-1);
      const worst = last.proofs.reduce((most, { bound }) => Math.max(most, bound ?? Infinity), 0);
      if (loss !== undefined) text('curve-text', worst < 1 ? curveWords(loss, truth) : FOLDED);
      if (!proofs) return;
      text(
        'path-text',
        worst < 1
          ? 'Each block bends the plane a little. It never tears it, and never folds it.'
          : 'Without a limit a block may fold the plane. What is red is turned over.',
      );
      text(
        'limits-text',
        worst < 1
          ? 'Every slope is below 1, by proof. So every block has an inverse.'
          : 'Nothing keeps the slopes below 1. Blocks may fold the plane (red), and then they have no inverse.',
      );
    },
    probed(probed, strange) {
      if (!begun) return;
      text('probe-text', strangeWords(probed, begun, strange));
      document
        .getElementById('probe')!
        .replaceChildren(probeTable(probed, begun), ...classBars(probed, begun));
    },
    inverted(next) {
      solved = next;
      const { picard, anderson, lipschitz } = next;
      const how = {
        converged: 'found',
        stalled: 'not found: it goes in circles',
        capped: 'not found in 40',
        refuted: 'not found',
        'non-finite': 'not found: it runs away',
      };
      const word = (outcome: string): string => how[outcome as keyof typeof how] ?? outcome;
      text(
        'inverse-text',
        picard.outcome === 'converged'
          ? `Plain steps find it with ${picard.evaluations} evaluations, Anderson's with ${anderson.evaluations}. ` +
              (lipschitz < 1
                ? `The circles hold the solution, by proof (L = ${written(lipschitz, 2)}).`
                : 'Nothing proves that it is the only one: try a point that ends in the red.')
          : `Plain steps: ${word(picard.outcome)}. Anderson's: ${word(anderson.outcome)}. ${lipschitz < 1 ? '' : 'The slope is not below 1, so nothing promises a solution.'}`,
      );
      drawGuesses();
      drawBounds(chart('inverse-view'), next);
    },
    recolour() {
      colours = readColours();
      drawGuesses();
    },
  };
}

/** How usual a point is, and the column that makes it strange. */
function strangeWords(
  { pValue, flagged, reason, values }: Probed,
  { columns }: Begun,
  strange: boolean,
): string {
  const share = Math.round(100 * pValue);
  const few = share < 1 ? 'Fewer than 1' : `About ${share}`;
  const rank = `${few} of 100 usual rows ${share <= 1 ? 'is' : 'are'} as unlikely as this one, or more (p = ${Number(pValue.toPrecision(2))}).`;
  if (!strange) return rank;
  if (!flagged) return `${rank} That is not strange.`;
  if (!reason) return `${rank} That is strange, and no other value of one column would make it more likely.`;
  const { column, usual, gain } = reason;
  return (
    `${rank} That is strange, most of all ${column} ${written(values[columns.indexOf(column)]!, 2)}: ` +
    `with ${written(usual, 2)} in its place ln p would rise by ${written(gain, 1)}.`
  );
}

/** The probability of each class as a row with a bar. */
function classBars({ probabilities }: Probed, { classes }: Begun): HTMLElement[] {
  if (!probabilities) return [];
  const table = document.createElement('table');
  const caption = document.createElement('caption');
  caption.textContent = 'Its class, if it belongs here at all';
  table.append(caption, ...probabilities.map((p, k) => probeRow(classes[k] ?? String(k), p, 1)));
  return [table];
}

const FOLDED =
  'Where blocks fold the plane this is not a density. So the loss can fall below the truth, and means nothing.';

function curveWords(heldOut: number, truth: number | null): string {
  const loss = `Rows that it never saw cost ${written(heldOut, 3)} nats each`;
  if (truth === null) return `${loss}. Lower is better.`;
  const gap = heldOut - truth;
  return `${loss}, ${written(Math.abs(gap), 3)} ${gap < 0 ? 'below' : 'above'} the true density. No model can stay below that.`;
}

/** ln p(x) = ln p(z) + Σ ln|det| + the units, each as a row with a bar. */
function probeTable(
  { values, z, base, logDets, units, logProb }: Probed,
  { columns, parts: path }: Begun,
): HTMLTableElement {
  // The columns themselves are the last row but one.
  const parts = path.filter((part) => part.kind !== 'columns');
  const place = values.map((x, c) => `${columns[c]} ${written(x, 2)}`);
  const table = document.createElement('table');
  const blocks = parts.filter((part) => part.kind === 'block').length;
  const scales = logDets.filter((_, k) => parts[k]?.kind !== 'block').reduce((sum, value) => sum + value, 0);
  const rows: [string, number][] = [
    [`the bell curve at z = (${z.map((v) => written(v, 2)).join(', ')})`, base],
    ...logDets.flatMap((value, k): [string, number][] =>
      parts[k]?.kind === 'block' ? [[`block ${parts[k].block + 1} of ${blocks} stretches`, value]] : [],
    ),
    ['the scales between them stretch', scales],
    ['the units of the data', units],
  ];
  const most = Math.max(1, ...rows.map(([, value]) => Math.abs(value)));
  const caption = document.createElement('caption');
  caption.textContent = `ln p at ${place.join(', ')}`;
  table.append(caption);
  for (const [name, value] of rows) table.append(probeRow(name, value, most));
  const sum = probeRow('ln p, nats', logProb, 0);
  sum.className = 'sum';
  table.append(sum);
  return table;
}

function probeRow(name: string, value: number, most: number): HTMLTableRowElement {
  const row = document.createElement('tr');
  const head = document.createElement('th');
  head.scope = 'row';
  head.textContent = name;
  const bar = document.createElement('td');
  bar.style.width = '34%';
  if (most > 0) {
    const meter = document.createElement('div');
    meter.className = 'meter';
    const length = (50 * Math.abs(value)) / most;
    const fill = document.createElement('i');
    fill.style.left = `${value < 0 ? 50 - length : 50}%`;
    fill.style.width = `${length}%`;
    meter.append(fill);
    bar.append(meter);
  }
  const number = document.createElement('td');
  number.textContent = written(value, 3);
  row.append(head, bar, number);
  return row;
}
