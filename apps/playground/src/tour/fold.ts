import { element, input } from '../elements';
import { svg, written } from '../view/svg';

/** Half the width of the line that is shown. */
const REACH = 4;
const [WIDTH, HEIGHT, MARGIN] = [420, 300, 26];
/** Places at which the curve is computed. */
const PLACES = 400;

/** A function whose steepest slope is `slope`, at places half a wave apart. */
const g = (x: number, slope: number): number => (slope * Math.sin(2 * x)) / 2;

/** The places x within reach with x + g(x) = y. */
export function sourcesOf(y: number, slope: number): number[] {
  const over = (x: number): number => x + g(x, slope) - y;
  const found: number[] = [];
  for (let k = 0; k < PLACES; k++) {
    let [a, b] = [REACH * ((2 * k) / PLACES - 1), REACH * ((2 * (k + 1)) / PLACES - 1)];
    if (over(a) < 0 === over(b) < 0) continue;
    const rises = over(a) < 0;
    for (let i = 0; i < 40; i++) {
      const middle = (a + b) / 2;
      if (over(middle) < 0 === rises) a = middle;
      else b = middle;
    }
    found.push((a + b) / 2);
  }
  return found;
}

/**
 * Draw x + g(x) on a line, and the places that one height comes from; the slider makes g steeper.
 */
export function createFold(): void {
  const home = document.querySelector<HTMLElement>('#fold-view .chart')!;
  const X = (x: number): number => MARGIN + ((x / REACH + 1) / 2) * (WIDTH - 2 * MARGIN);
  const Y = (y: number): number => HEIGHT - MARGIN - ((y / REACH + 1) / 2) * (HEIGHT - 2 * MARGIN);
  /** The curve turns back around this height, where it turns back anywhere. */
  const height = Math.PI / 2;
  const draw = (): void => {
    const slope = Number(input('slope').value);
    const sources = sourcesOf(height, slope);
    const colour = sources.length === 1 ? 'accent' : 'alarm';
    const curve = Array.from({ length: PLACES + 1 }, (_, k) => {
      const x = REACH * ((2 * k) / PLACES - 1);
      return `${k === 0 ? 'M' : 'L'}${X(x).toFixed(1)} ${Y(x + g(x, slope)).toFixed(1)}`;
    }).join('');
    element('slope-text').textContent = written(slope, 2);
    const text =
      sources.length === 1
        ? 'The height of the line comes from one place only.'
        : `The height of the line comes from ${sources.length} places: it cannot be undone.`;
    element('fold-text').textContent = text;
    const line = (x1: number, y1: number, x2: number, y2: number, style: string): SVGElement =>
      svg('line', { x1: X(x1), y1: Y(y1), x2: X(x2), y2: Y(y2), style });
    home.replaceChildren(
      svg(
        'svg',
        { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `x + g(x). ${text}` },
        line(-REACH, -REACH, REACH, REACH, 'stroke: var(--line)'),
        line(-REACH, height, REACH, height, `stroke: var(--${colour}); stroke-dasharray: 3 4`),
        svg('path', { d: curve, fill: 'none', style: 'stroke: var(--ink); stroke-width: 2' }),
        ...sources.flatMap((x) => [
          line(x, height, x, -REACH, `stroke: var(--${colour})`),
          svg('circle', { cx: X(x), cy: Y(height), r: 4.5, style: `fill: var(--${colour})` }),
        ]),
        svg('text', { x: WIDTH - MARGIN, y: HEIGHT - 6, 'text-anchor': 'end' }, 'x'),
        svg('text', { x: MARGIN, y: 16 }, 'x + g(x)'),
      ),
    );
  };
  input('slope').addEventListener('input', draw);
  draw();
}
