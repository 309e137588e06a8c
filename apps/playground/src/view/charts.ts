import type { Inverted } from '../protocol';
import { svg, tickText, ticks, written } from './svg';

const HEIGHT = 220;
/** The width of a chart is that of its place, so that its words have the size of all others. */
const widthOf = (home: HTMLElement): number => Math.max(300, Math.min(640, home.clientWidth));
const FRAME = { left: 46, right: 74, top: 10, bottom: 26 } as const;

/** Draws the losses of training and the held-out loss; pairs of step and loss. */
export function drawCurve(
  home: HTMLElement,
  training: readonly number[],
  heldOut: readonly number[],
  truth: number | null,
): void {
  const width = widthOf(home);
  const losses = [...heldOut.filter((_, k) => k % 2 === 1), ...(truth === null ? [] : [truth])];
  const smooth = smoothed(training);
  const all = [...losses, ...smooth.filter((_, k) => k % 2 === 1)].filter(Number.isFinite);
  if (all.length === 0) {
    home.replaceChildren(svg('svg', { viewBox: `0 0 ${width} ${HEIGHT}`, 'aria-hidden': 'true' }));
    return;
  }
  const last = Math.max(training.at(-2) ?? 0, heldOut.at(-2) ?? 0, 100);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const margin = 0.08 * Math.max(high - low, 0.1);
  const X = (step: number): number => FRAME.left + (step / last) * (width - FRAME.left - FRAME.right);
  const Y = (loss: number): number =>
    FRAME.top + ((high + margin - loss) / (high - low + 2 * margin)) * (HEIGHT - FRAME.top - FRAME.bottom);
  const line = (pairs: readonly number[]): string =>
    Array.from(
      { length: pairs.length / 2 },
      (_, k) => `${k === 0 ? 'M' : 'L'}${X(pairs[2 * k]!).toFixed(1)} ${Y(pairs[2 * k + 1]!).toFixed(1)}`,
    ).join('');
  const right = width - FRAME.right;
  const label = (y: number, text: string, colour: string): SVGElement =>
    svg('text', { x: right + 7, y: y + 4, style: `fill: var(--${colour})` }, text);
  const final = heldOut.at(-1);
  // Two labels that would lie on each other move apart.
  const ends = [final ?? NaN, truth ?? NaN].map(Y);
  const close = Math.abs(ends[0]! - ends[1]!) < 14 ? 7 - Math.abs(ends[0]! - ends[1]!) / 2 : 0;
  const up = ends[0]! <= ends[1]! ? -1 : 1;
  const summary =
    `Loss after ${Math.max(training.at(-2) ?? 0, heldOut.at(-2) ?? 0)} steps.` +
    (final === undefined ? '' : ` Held-out loss ${written(final)} nats.`) +
    (truth === null ? '' : ` The true density has ${written(truth)}.`);
  home.replaceChildren(
    svg(
      'svg',
      { viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img', 'aria-label': summary },
      ...ticks(low - margin, high + margin, 4).flatMap((value) => [
        svg('line', { class: 'axis', x1: FRAME.left, x2: right, y1: Y(value), y2: Y(value) }),
        svg('text', { x: FRAME.left - 8, y: Y(value) + 4, 'text-anchor': 'end' }, tickText(value)),
      ]),
      ...ticks(0, last, 5).map((step) =>
        svg('text', { x: X(step), y: HEIGHT - 8, 'text-anchor': 'middle' }, tickText(step)),
      ),
      svg('path', {
        d: line(smooth),
        fill: 'none',
        style: 'stroke: var(--soft)',
        'stroke-width': 1,
        opacity: 0.75,
      }),
      ...(truth === null
        ? []
        : [
            svg('line', {
              x1: FRAME.left,
              x2: right,
              y1: Y(truth),
              y2: Y(truth),
              style: 'stroke: var(--ink)',
              'stroke-dasharray': '2 4',
            }),
            label(ends[1]! - up * close, `truth ${written(truth, 2)}`, 'ink'),
          ]),
      svg('path', {
        d: line(heldOut),
        fill: 'none',
        style: 'stroke: var(--accent)',
        'stroke-width': 2.5,
        'stroke-linejoin': 'round',
      }),
      ...(final === undefined
        ? []
        : [label(ends[0]! + up * close, `held out ${written(final, 2)}`, 'accent')]),
    ),
  );
}

/** Means of neighbours, so that a thousand steps are a line: at most 280 points. */
function smoothed(pairs: readonly number[]): number[] {
  const count = pairs.length / 2;
  const size = Math.max(1, Math.ceil(count / 280));
  const result: number[] = [];
  for (let from = 0; from + size <= count; from += size) {
    let sum = 0;
    for (let k = from; k < from + size; k++) sum += pairs[2 * k + 1]!;
    result.push(pairs[2 * (from + size - 1)]!, sum / size);
  }
  return result;
}

/**
 * Draws how the proven distance to the solution falls with each evaluation, on a logarithmic scale.
 */
export function drawBounds(home: HTMLElement, { picard, anderson }: Inverted): void {
  const [w, h] = [300, 220];
  const [left, right, top, bottom] = [40, 284, 12, 190];
  const all = [...picard.bounds, ...anderson.bounds].filter((b) => b > 0 && b < Infinity);
  const most = Math.max(picard.bounds.length, anderson.bounds.length, 5);
  const [low, high] =
    all.length > 0
      ? [Math.floor(Math.log10(Math.min(...all))), Math.ceil(Math.log10(Math.max(...all)))]
      : [-6, 0];
  const X = (k: number): number => left + ((k - 1) / (most - 1)) * (right - left);
  const Y = (bound: number): number =>
    top + ((high - Math.log10(bound)) / Math.max(1, high - low)) * (bottom - top);
  const line = (bounds: readonly number[]): string =>
    bounds
      .flatMap((b, k) => (b > 0 && b < Infinity ? [`${X(k + 1).toFixed(1)} ${Y(b).toFixed(1)}`] : []))
      .map((p, k) => (k === 0 ? `M${p}` : `L${p}`))
      .join('');
  const decades = Array.from({ length: high - low + 1 }, (_, k) => low + k).filter(
    (d) => (d - low) % Math.max(1, Math.ceil((high - low) / 5)) === 0,
  );
  const nothing =
    all.length === 0
      ? [
          svg(
            'text',
            { x: (left + right) / 2, y: 100, 'text-anchor': 'middle', style: 'fill: var(--alarm)' },
            'no bound: nothing is proven',
          ),
        ]
      : [];
  const summary = `Proven distance to the solution by evaluation. Plain steps: ${picard.outcome} after ${picard.evaluations}. Anderson: ${anderson.outcome} after ${anderson.evaluations}.`;
  home.replaceChildren(
    svg(
      'svg',
      { viewBox: `0 0 ${w} ${h}`, role: 'img', 'aria-label': summary },
      ...decades.flatMap((d) => [
        svg('line', { class: 'axis', x1: left, x2: right, y1: Y(10 ** d), y2: Y(10 ** d) }),
        svg('text', { x: left - 6, y: Y(10 ** d) + 4, 'text-anchor': 'end' }, `1e${tickText(d)}`),
      ]),
      ...ticks(1, most, 5).map((k) =>
        svg('text', { x: X(k), y: bottom + 18, 'text-anchor': 'middle' }, tickText(k)),
      ),
      svg('text', { x: right, y: h - 1, 'text-anchor': 'end' }, 'evaluations of the block'),
      svg('path', { d: line(picard.bounds), fill: 'none', style: 'stroke: var(--ink)', 'stroke-width': 1.6 }),
      svg('path', {
        d: line(anderson.bounds),
        fill: 'none',
        style: 'stroke: var(--accent)',
        'stroke-width': 2.4,
      }),
      ...nothing,
    ),
  );
}
