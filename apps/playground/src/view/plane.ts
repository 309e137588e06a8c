import type { ClassMap } from '../protocol';
import { mix, type Colours } from './colours';
import { svg, tickText, ticks } from './svg';

/** Discs of one path. A call for each costs 2.4 times as much, and so does one path of hundreds. */
const DISCS = 16;

/** A square of the plane: a canvas for what moves, and axes over it. */
export interface Plane {
  readonly canvas: HTMLCanvasElement;
  /** Begin a drawing of the square with this centre and half side. */
  begin(reach: number, centre?: readonly [number, number]): void;
  /** The point of the plane under a pointer. */
  at(event: PointerEvent): [number, number];
  heat(values: Float32Array, colours: Colours, classes: ClassMap | null): void;
  /** Segments x₁ y₁ x₂ y₂ … */
  segments(ends: readonly number[]): void;
  /** Discs. Those of one colour are drawn together: few colours are quick. */
  points(points: ArrayLike<number>, colours: (index: number) => string, radius: number): void;
  line(points: ArrayLike<number>, from: number, to: number): void;
  path(points: readonly (readonly [number, number])[]): void;
  ring(centre: readonly [number, number], radius: number): void;
  fill(corners: readonly number[]): void;
  /** Put the mark at a point, or take it away. It lies over the canvas, which stays as it is. */
  mark(point: readonly [number, number] | null): void;
  /** Copy what is drawn, with the mark, to this place of another canvas. */
  copyTo(target: CanvasRenderingContext2D, left: number, top: number): void;
  readonly context: CanvasRenderingContext2D;
  /** Draw ticks in the units of the data, or none. */
  axes(
    units: { mean: readonly number[]; deviation: readonly number[]; names: readonly string[] } | null,
  ): void;
}

/** Make a plane in an element. It is redrawn by `redraw` when its size changes. */
export function createPlane(home: HTMLElement, label: string, redraw: () => void): Plane {
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', label);
  const overlay = svg('svg', { viewBox: '0 0 400 400', 'aria-hidden': 'true' });
  const dot = document.createElement('i');
  dot.className = 'mark';
  dot.hidden = true;
  home.append(canvas, overlay, dot);
  const context = canvas.getContext('2d')!;
  let size = 0;
  let reach = 1;
  let centre: readonly [number, number] = [0, 0];
  let written = '';
  /** Where the mark is, in CSS pixels. */
  let spot: readonly [number, number] = [NaN, NaN];
  let heat: { of: readonly unknown[]; image: HTMLCanvasElement } | null = null;
  new ResizeObserver(() => {
    size = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
    [canvas.width, canvas.height] = [size, size];
    redraw();
  }).observe(canvas);
  const X = (x: number): number => ((x - centre[0]) / reach / 2 + 0.5) * size;
  const Y = (y: number): number => (0.5 - (y - centre[1]) / reach / 2) * size;
  const plane: Plane = {
    canvas,
    context,
    begin(half, middle = [0, 0]) {
      [reach, centre] = [half, middle];
      context.clearRect(0, 0, size, size);
    },
    at(event) {
      const { left, top, width, height } = canvas.getBoundingClientRect();
      const [u, v] = [(event.clientX - left) / width, (event.clientY - top) / height];
      return [centre[0] + reach * (2 * u - 1), centre[1] + reach * (1 - 2 * v)];
    },
    heat(values, colours, classes) {
      // The same density is drawn many times, under points that move.
      const of = [values, colours, classes];
      if (heat?.of.some((part, k) => part !== of[k]) ?? true)
        heat = { of, image: heatImage(values, colours, classes) };
      context.imageSmoothingEnabled = true;
      context.imageSmoothingQuality = 'high';
      context.drawImage(heat!.image, 0, 0, size, size);
    },
    points(points, colour, radius) {
      const r = radius * devicePixelRatio;
      const alike = new Map<string, number[]>();
      for (let i = 0; 2 * i < points.length; i++) {
        const name = colour(i);
        const known = alike.get(name);
        if (known) known.push(i);
        else alike.set(name, [i]);
      }
      for (const [name, members] of alike) {
        context.fillStyle = name;
        for (let from = 0; from < members.length; from += DISCS) {
          context.beginPath();
          for (const i of members.slice(from, from + DISCS)) {
            const [x, y] = [X(points[2 * i]!), Y(points[2 * i + 1]!)];
            context.moveTo(x + r, y);
            context.arc(x, y, r, 0, 2 * Math.PI);
          }
          context.fill();
        }
      }
    },
    line(points, from, to) {
      context.beginPath();
      for (let i = from; i < to; i++) context.lineTo(X(points[2 * i]!), Y(points[2 * i + 1]!));
      context.stroke();
    },
    segments(ends) {
      context.beginPath();
      for (let i = 0; i < ends.length; i += 4) {
        context.moveTo(X(ends[i]!), Y(ends[i + 1]!));
        context.lineTo(X(ends[i + 2]!), Y(ends[i + 3]!));
      }
      context.stroke();
    },
    path(points) {
      context.beginPath();
      for (const [x, y] of points) context.lineTo(X(x), Y(y));
      context.stroke();
    },
    ring([x, y], radius) {
      context.beginPath();
      context.arc(X(x), Y(y), (radius / reach / 2) * size, 0, 2 * Math.PI);
      context.stroke();
    },
    fill(corners) {
      context.beginPath();
      for (let i = 0; i < corners.length; i += 2) context.lineTo(X(corners[i]!), Y(corners[i + 1]!));
      context.closePath();
      context.fill();
    },
    mark(point) {
      spot = point ? [X(point[0]) / devicePixelRatio, Y(point[1]) / devicePixelRatio] : [NaN, NaN];
      dot.hidden = !spot.every((at) => at >= 0 && at <= size / devicePixelRatio);
      // A translation moves it without a layout.
      if (!dot.hidden) dot.style.translate = `calc(${spot[0]}px - 50%) calc(${spot[1]}px - 50%)`;
    },
    copyTo(target, left, top) {
      target.drawImage(canvas, left, top);
      if (dot.hidden) return;
      const { borderTopColor, backgroundColor } = getComputedStyle(dot);
      for (const [colour, width] of [
        [borderTopColor, dot.offsetWidth],
        [backgroundColor, dot.clientWidth],
      ] as const) {
        target.fillStyle = colour;
        target.beginPath();
        const [x, y] = [spot[0] * devicePixelRatio, spot[1] * devicePixelRatio];
        target.arc(left + x, top + y, (width / 2) * devicePixelRatio, 0, 2 * Math.PI);
        target.fill();
      }
    },
    axes(units) {
      const text = JSON.stringify([units, reach]);
      if (text === written) return;
      written = text;
      overlay.replaceChildren(...(units ? axisMarks(units, reach) : []));
    },
  };
  return plane;
}

function axisMarks(
  {
    mean,
    deviation,
    names,
  }: { mean: readonly number[]; deviation: readonly number[]; names: readonly string[] },
  reach: number,
): SVGElement[] {
  return [0, 1].flatMap((axis) => {
    const [m, s] = [mean[axis]!, deviation[axis]!];
    const place = (value: number): number => 200 + (200 * (value - m)) / s / reach;
    // Above, the name of the column has the corner.
    const marks = ticks(m - s * reach * 0.92, m + s * reach * (axis === 0 ? 0.92 : 0.86), 5).map((value) => {
      const at = axis === 0 ? place(value) : 400 - place(value);
      const where = axis === 0 ? { x: at, y: 394, 'text-anchor': 'middle' } : { x: 6, y: at + 4 };
      return svg('text', where, tickText(value));
    });
    const name =
      axis === 0
        ? svg('text', { x: 394, y: 380, 'text-anchor': 'end', 'font-style': 'italic' }, names[0]!)
        : svg('text', { x: 6, y: 14, 'font-style': 'italic' }, names[1]!);
    return [...marks, name];
  });
}

/**
 * The density as a picture: shades of the accent, by the root of p over its largest value. With
 * classes shades of their colours, and grey where none is more probable than the others.
 */
function heatImage(
  values: Float32Array,
  { sheet, accent, soft, classes: hues }: Colours,
  classes: ClassMap | null,
): HTMLCanvasElement {
  const side = Math.round(Math.sqrt(values.length));
  const image = document.createElement('canvas');
  [image.width, image.height] = [side, side];
  const context = image.getContext('2d')!;
  const pixels = context.createImageData(side, side);
  let top = -Infinity;
  for (const value of values) if (value > top && value < Infinity) top = value;
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const at = row * side + column;
      const share = Math.exp(0.5 * (values[at]! - top)) || 0;
      const hue = classes
        ? mix(soft, hues[classes.winner[at]! % hues.length]!, Math.max(0, 2 * classes.probability[at]! - 1))
        : accent;
      const [r, g, b] = mix(sheet, hue, 0.72 * Math.min(1, share));
      pixels.data.set([r, g, b, 255], 4 * ((side - 1 - row) * side + column));
    }
  context.putImageData(pixels, 0, 0);
  return image;
}
