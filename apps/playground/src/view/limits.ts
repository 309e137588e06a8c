import type { BlockProof, LayerProof } from '../protocol';
import { svg, written } from './svg';

/** The layers of a branch: linear ones and activations in turn. */
const nameOf = (k: number): string => (k % 2 === 0 ? `layer ${k / 2 + 1}` : 'activation');

/**
 * Draws the proven bound of each block as a bar, and the steepest slope that was seen as a mark on
 * it. On the right the same for the layers of each block.
 */
export function drawLimits(home: HTMLElement, proofs: readonly BlockProof[]): void {
  const width = Math.max(300, Math.min(640, home.clientWidth));
  const height = 26 * proofs.length + 46;
  const most = 1.02 * Math.max(1.12, ...proofs.map(({ bound }) => Math.min(bound ?? 6, 6)));
  const layers = Math.max(1, ...proofs.map((proof) => proof.layers.length));
  const space = 14 * layers;
  const [left, right] = [62, width - space - 64];
  const X = (value: number): number => left + (Math.min(value, most) / most) * (right - left);
  const rows = proofs.flatMap(({ bound, slope, layers: parts }, i) => {
    const y = 24 + 26 * i;
    const colour = bound !== null && bound < 1 ? 'accent' : 'alarm';
    return [
      svg('text', { x: left - 8, y: y + 12, 'text-anchor': 'end' }, `block ${i + 1}`),
      svg('rect', {
        x: left,
        y,
        width: X(bound ?? Infinity) - left,
        height: 15,
        rx: 3,
        opacity: 0.28,
        style: `fill: var(--${colour})`,
      }),
      svg('rect', {
        x: left,
        y: y + 4,
        width: X(slope) - left,
        height: 7,
        rx: 2,
        style: `fill: var(--${slope < 1 ? 'accent' : 'alarm'})`,
      }),
      svg(
        'text',
        { x: right + 8, y: y + 12, style: `fill: var(--${colour})` },
        bound === null ? 'none' : written(bound, 2),
      ),
      ...parts.flatMap((part, k) => column(part, k, width - space + 14 * k, y)),
    ];
  });
  const summary = proofs
    .map(
      ({ bound, slope, layers: parts }, i) =>
        `Block ${i + 1}: proven at most ${bound === null ? 'nothing' : written(bound, 2)}, seen ${written(slope, 2)}; ` +
        `of its layers ${parts.map((part) => written(part.slope, 2)).join(', ')}.`,
    )
    .join(' ');
  home.replaceChildren(
    svg(
      'svg',
      { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': summary },
      svg('line', {
        x1: X(1),
        x2: X(1),
        y1: 16,
        y2: height - 22,
        style: 'stroke: var(--ink)',
        'stroke-dasharray': '2 4',
      }),
      svg('text', { x: X(1), y: 10, 'text-anchor': 'middle', style: 'fill: var(--ink)' }, 'slope 1'),
      svg('text', { x: width, y: 10, 'text-anchor': 'end' }, 'its layers'),
      svg('text', { x: left, y: height - 4 }, 'pale: proven at most · strong: the steepest seen'),
      ...rows,
    ),
  );
}

/** A layer as a column: 20 units high for a slope of 1.25. */
function column({ bound, slope }: LayerProof, k: number, x: number, y: number): SVGElement[] {
  const tall = (value: number): number => Math.min(20, 16 * value);
  const bottom = y + 18;
  const bar = (value: number, wide: number, opacity: number, colour: string): SVGElement =>
    svg('rect', {
      x: x + (10 - wide) / 2,
      y: bottom - tall(value),
      width: wide,
      height: tall(value),
      rx: 1.5,
      opacity,
      style: `fill: var(--${colour})`,
    });
  const proven = bound === null ? Infinity : bound;
  return [
    bar(proven, 10, 0.28, proven <= 1.0001 ? 'accent' : 'alarm'),
    svg(
      'g',
      {},
      svg(
        'title',
        {},
        `${nameOf(k)}: proven at most ${bound === null ? '∞' : written(bound, 2)}, seen ${written(slope, 2)}`,
      ),
      bar(slope, 5, 1, slope <= 1.0001 ? 'accent' : 'alarm'),
    ),
  ];
}
