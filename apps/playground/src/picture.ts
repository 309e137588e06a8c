import type { Begun, Frame, Walked } from './protocol';
import { GRID, HEAT } from './sizes';
import { contour } from './view/contour';
import { css, mix, readColours } from './view/colours';
import { folds, placeAt, pointsAt } from './view/path';
import { createPlane, type Plane } from './view/plane';

/** Radii of a standard normal in the plane that hold 39, 86 and 99 percent. */
const RINGS = [1, 2, 3] as const;

/** Half the side of the latent view, in deviations. */
const LATENT = 3.6;

/** The three views of the same points. */
export interface Picture {
  /** New data: nothing is known of the network. */
  begin(begun: Begun): void;
  show(frame: Frame): void;
  /** Draw at this place of the path, from 0 to 1. */
  move(path: number): void;
  /** Mark this point of the data, from the next answer about a point on. */
  pin(point: readonly [number, number]): void;
  /** Draw the marked point at each stage after the data, or none. */
  mark(stages: readonly (readonly number[])[] | null, columns: readonly [number, number]): void;
  /** Draw points from the model, and the line at which a point is strange: its ln p. */
  look(samples: boolean, strange: number | null): void;
  /** Draw two ways between two points, or none. */
  walked(walked: Walked | null): void;
  /** The three views side by side, as a PNG file. */
  png(): Promise<Uint8Array>;
  /** After the theme has changed. */
  recolour(): void;
}

/** What the visitor does in the views. */
export interface PictureEvents {
  /** A point of the data was chosen, in deviations. */
  readonly chosen: (point: [number, number]) => void;
}

/** Make the three views. */
export function createPicture({ chosen }: PictureEvents): Picture {
  let colours = readColours();
  let begun: Begun | null = null;
  let frame: Frame | null = null;
  let samples: Frame['samples'] = null;
  let heat: Float32Array | null = null;
  let classes: Frame['classes'] = null;
  let walked: Walked | null = null;
  let [path, showsSamples] = [0, false];
  let strange: number | null = null;
  let pinned: readonly [number, number] | null = null;
  let marked: readonly (readonly [number, number])[] | null = null;
  let shades: string[] = [];
  let wayReach = LATENT;
  /** The views that are not drawn yet as they should be. */
  const stale = new Set<Plane>();

  const home = (id: string): HTMLElement => document.querySelector(`#${id} .plane`)!;
  const redraw = (...views: readonly Plane[]): void => {
    if (stale.size === 0) requestAnimationFrame(drawNext);
    for (const view of views) stale.add(view);
  };
  const data = createPlane(home('data-view'), 'The data and its density', () => {
    redraw(data);
  });
  const way = createPlane(home('path-view'), 'The points on their way through the network', () => {
    redraw(way);
  });
  const latent = createPlane(home('latent-view'), 'The points in the latent space', () => {
    redraw(latent);
  });
  const all = [data, way, latent];

  /** Draw the view that moves, and one that stands: no frame of the screen waits for all three. */
  const drawNext = (): void => {
    const standing = [data, latent].find((view) => stale.has(view));
    if (stale.has(way)) draw(way);
    if (standing) draw(standing);
    if (stale.size > 0) requestAnimationFrame(drawNext);
  };
  const draw = (view: Plane): void => {
    if (begun) {
      if (view === data) drawData(data, begun);
      if (view === way) drawWay(way, begun, frame?.stages ?? []);
      if (view === latent) drawLatent(latent, begun, frame?.stages ?? []);
    }
    placeMarks();
    stale.delete(view);
  };

  const placeMarks = (): void => {
    data.mark(marked && pinned);
    latent.mark(marked?.at(-1) ?? null);
    if (!marked || !begun) return way.mark(null);
    const { stage, share } = placeAt(begun.parts, path);
    const [a, b] = [marked[stage]!, marked[stage + 1] ?? marked[stage]!];
    way.mark([a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]);
  };

  const drawData = (plane: Plane, { reach, points }: Begun): void => {
    plane.begin(reach);
    if (heat) plane.heat(heat, colours, classes);
    plane.points(points, shadeOf, 1.9);
    if (heat && strange !== null && begun?.columns.length === 2) drawStrange(plane, heat, strange);
    if (walked) drawWalk(plane, walked);
    if (showsSamples && samples) drawSamples(plane, samples);
  };

  const drawSamples = (plane: Plane, { converged, points }: NonNullable<Frame['samples']>): void => {
    const [good, bad] = [css(colours.accent), css(colours.alarm)];
    plane.points(points, () => css(colours.sheet), 3.4);
    plane.points(points, (i) => (converged[i] ? good : bad), 2.3);
  };

  const drawStrange = (plane: Plane, values: Float32Array, level: number): void => {
    const { context } = plane;
    context.strokeStyle = css(colours.alarm, 0.9);
    context.lineWidth = 1.4 * devicePixelRatio;
    const { reach } = begun!;
    plane.segments(contour(values, level).map((cell) => reach * ((2 * cell) / HEAT - 1)));
  };

  const drawWalk = (plane: Plane, { straight, latent: curve }: Walked): void => {
    const { context } = plane;
    context.lineWidth = 1.4 * devicePixelRatio;
    context.strokeStyle = css(colours.soft);
    context.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
    plane.line(straight.points, 0, straight.points.length / 2);
    context.setLineDash([]);
    context.lineWidth = 2.6 * devicePixelRatio;
    context.strokeStyle = css(colours.alarm);
    plane.line(curve.points, 0, curve.points.length / 2);
    plane.points(curve.points.subarray(0, 2), () => css(colours.sheet), 6.5);
    plane.points(curve.points.subarray(0, 2), () => css(colours.ink), 4.6);
  };

  const drawWay = (plane: Plane, { reach, points, parts, columns }: Begun, stages: Frame['stages']): void => {
    const place = placeAt(parts, path);
    const now = stages.length > 0 ? pointsAt(stages, place) : points;
    plane.begin(Math.max(reach, wayReach));
    const nodes = now.subarray(points.length);
    const { context } = plane;
    context.lineWidth = 0.8 * devicePixelRatio;
    context.strokeStyle = css(mix(colours.line, colours.soft, 0.45));
    for (let line = 0; line < nodes.length / 2 / GRID.nodes; line++)
      plane.line(nodes, line * GRID.nodes, (line + 1) * GRID.nodes);
    plane.points(now.subarray(0, points.length), shadeOf, 1.9);
    if (columns.length === 2 && nodes.length > 0) {
      context.fillStyle = css(colours.alarm, 0.55);
      for (const corners of folds(nodes)) plane.fill(corners);
    }
  };

  const drawLatent = (plane: Plane, { points }: Begun, stages: Frame['stages']): void => {
    plane.begin(LATENT);
    const { context } = plane;
    context.lineWidth = devicePixelRatio;
    context.strokeStyle = css(colours.line);
    for (const radius of RINGS) plane.ring([0, 0], radius);
    const end = stages.at(-1)?.subarray(0, points.length) ?? null;
    if (end) plane.points(end, shadeOf, 1.9);
  };

  const shadeOf = (i: number): string => shades[i] ?? '';
  /** A shade for each point, by its place in the data: the same in all views. */
  const shade = (): void => {
    if (!begun) return;
    const { points, reach } = begun;
    const { labels } = begun;
    const hues = colours.classes;
    shades = Array.from({ length: points.length / 2 }, (_, i) => {
      if (labels) return css(mix(hues[labels[i]! % hues.length]!, colours.ink, 0.25), 0.9);
      // Few shades, since points of one are drawn together.
      const share = Math.round(8 * (points[2 * i]! / reach + 1)) / 16;
      return css(mix(colours.ink, colours.accent, Math.min(1, Math.max(0, 1.8 * share - 0.4))), 0.85);
    });
  };

  for (const plane of [data]) {
    plane.canvas.style.cursor = 'crosshair';
    plane.canvas.addEventListener('pointerdown', (event) => {
      chosen(plane.at(event));
    });
    plane.canvas.addEventListener('pointermove', (event) => {
      if (event.pointerType === 'mouse' || event.buttons > 0) chosen(plane.at(event));
    });
  }
  return {
    begin(next) {
      begun = next;
      [frame, samples, heat, marked] = [null, null, null, null];
      [classes, walked] = [null, null];
      shade();
      data.axes({
        mean: next.shown.map((c) => next.mean[c]!),
        deviation: next.shown.map((c) => next.deviation[c]!),
        names: next.shown.map((c) => next.columns[c]!),
      });
      redraw(...all);
    },
    show(next) {
      frame = next;
      wayReach = Math.max(
        LATENT,
        ...next.stages.map((stage) => nearlyAll(stage.subarray(0, begun?.points.length))),
      );
      samples = next.samples ?? samples;
      heat = next.heat ?? heat;
      // The points of the data stay; what lies under and over them comes with few frames.
      const sameData = !next.samples && !next.heat && next.classes === classes;
      classes = next.classes;
      redraw(way, latent, ...(sameData ? [] : [data]));
    },
    move(next) {
      path = next;
      redraw(way);
    },
    pin(point) {
      pinned = point;
      if (marked) data.mark(pinned);
    },
    mark(stages, [i, j]) {
      marked = stages && stages.map((row) => [row[i]!, row[j]!] as const);
      placeMarks();
    },
    look(shown, level) {
      [showsSamples, strange] = [shown, level];
      redraw(data);
    },
    walked(next) {
      walked = next;
      redraw(data);
    },
    async png() {
      stale.forEach(draw);
      const gap = 24;
      const canvases = all.map(({ canvas }) => canvas);
      const sheet = document.createElement('canvas');
      sheet.width = canvases.reduce((sum, { width }) => sum + width + gap, gap);
      sheet.height = Math.max(...canvases.map(({ height }) => height)) + 2 * gap;
      const context = sheet.getContext('2d')!;
      context.fillStyle = css(colours.sheet);
      context.fillRect(0, 0, sheet.width, sheet.height);
      let left = gap;
      for (const plane of all) {
        plane.copyTo(context, left, gap);
        left += plane.canvas.width + gap;
      }
      const blob = await new Promise<Blob | null>((resolve) => {
        sheet.toBlob(resolve);
      });
      return new Uint8Array(await blob!.arrayBuffer());
    },
    recolour() {
      colours = readColours();
      shade();
      redraw(...all);
    },
  };
}

/** A size that 99 percent of the coordinates do not exceed. */
function nearlyAll(values: Float32Array): number {
  const sizes = values.map(Math.abs).sort();
  const size = sizes[Math.floor(0.99 * sizes.length)] ?? 0;
  return Number.isFinite(size) ? Math.min(1.06 * size, 20) : 0;
}
