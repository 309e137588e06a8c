import type { Estimated } from '../protocol';
import { TERMS } from '../sizes';
import { svg, tickText, ticks, written } from './svg';

const HEIGHT = 210;
/** Draws that are shown of each number of terms. */
const SHOWN = 60;
const [TOP, BOTTOM] = [12, HEIGHT - 34];

/** Mean and deviation of draws. */
export function spread(draws: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
  const square = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (draws.length - 1);
  return { mean, deviation: Math.sqrt(square) };
}

/**
 * Draws the estimates by their number of terms: each draw as a dot, their mean, and the exact
 * value.
 */
export function drawEstimates(home: HTMLElement, { draws, exact }: Estimated, terms: number): void {
  const width = Math.max(300, Math.min(1300, home.clientWidth));
  const [left, right] = [52, width - 84];
  const finite = draws.flat().filter(Number.isFinite);
  // A few wild draws may leave the picture: it shows the middle nine tenths and the truth.
  const sorted = [...finite].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? exact;
  const margin = 0.15 * Math.max(0.02, at(0.96) - at(0.04));
  const [low, high] = [Math.min(exact, at(0.04)) - margin, Math.max(exact, at(0.96)) + margin];
  const step = (right - left) / TERMS.length;
  const X = (k: number): number => left + (k + 0.5) * step;
  const Y = (value: number): number =>
    Math.min(BOTTOM, Math.max(TOP, TOP + ((high - value) / (high - low)) * (BOTTOM - TOP)));
  const means = draws.map((each) => spread(each).mean);
  const chosen = TERMS.findIndex((t) => t === terms);
  const dots = draws.flatMap((each, k) =>
    each.slice(0, SHOWN).map((value, i) =>
      svg('circle', {
        cx: (X(k) + ((i / SHOWN) * 2 - 1) * 0.3 * step).toFixed(1),
        cy: Y(value).toFixed(1),
        r: 1.5,
        opacity: k === chosen ? 0.8 : 0.28,
        style: `fill: var(--${k === chosen ? 'accent' : 'soft'})`,
      }),
    ),
  );
  const line = means
    .map((mean, k) => `${k === 0 ? 'M' : 'L'}${X(k).toFixed(1)} ${Y(mean).toFixed(1)}`)
    .join('');
  const { mean, deviation } = spread(draws[chosen]!);
  const summary =
    `Exact value ${written(exact)} nats. With ${terms} terms a draw is ${written(mean)} on average, ` +
    `give or take ${written(deviation)}.`;
  home.replaceChildren(
    svg(
      'svg',
      { viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img', 'aria-label': summary },
      ...ticks(low, high, 4).flatMap((value) => [
        svg('line', { class: 'axis', x1: left, x2: right, y1: Y(value), y2: Y(value) }),
        svg('text', { x: left - 8, y: Y(value) + 4, 'text-anchor': 'end' }, tickText(value)),
      ]),
      ...dots,
      svg('line', {
        x1: left,
        x2: right,
        y1: Y(exact),
        y2: Y(exact),
        style: 'stroke: var(--ink)',
        'stroke-dasharray': '2 4',
      }),
      svg('text', { x: right + 7, y: Y(exact) + 4, style: 'fill: var(--ink)' }, `exact ${written(exact, 2)}`),
      svg('path', { d: line, fill: 'none', style: 'stroke: var(--accent)', 'stroke-width': 2.2 }),
      ...TERMS.map((t, k) =>
        svg(
          'text',
          { x: X(k), y: BOTTOM + 17, 'text-anchor': 'middle', ...(k === chosen && { 'font-weight': 700 }) },
          String(t),
        ),
      ),
      svg('text', { x: right, y: HEIGHT - 3, 'text-anchor': 'end' }, 'terms'),
    ),
  );
}
