import * as Plot from '@observablehq/plot';
import type { Curve, TrainingCurves } from '../curves';
import type { ReportData } from '../data';
import { html, type Html } from '../html';
import { axis, draw, keyMark, thin, type Range } from '../plot';
import { colours } from '../style';

interface Point {
  readonly step: number;
  readonly value: number;
}

/** Loss by step, and below it the learning rate. */
export function training({ training: curves }: ReportData): Html | undefined {
  if (!curves || curves.train.step.length < 2) return undefined;
  return html`<section>
    <h2>Training</h2>
    <p>
      The optimizer pushes the loss
      down.${curves.validation && ' If the validation curve rises while the other one falls, the model overfits.'}
    </p>
    ${lossKey(curves)}
    <figure class="wide">${lossPlots(curves, curves.loss ?? 'negative log-likelihood, nats a row')}</figure>
  </section>`;
}

/** The legend of {@link lossPlots}. */
export function lossKey({ validation }: TrainingCurves): Html {
  return html`<div class="key">
    <span>${keyMark('dot', colours.train)}train, each batch and smoothed</span>
    ${validation && html`<span>${keyMark('dot', colours.heldOut)}validation</span>`}
  </div>`;
}

/** The points of a curve whose values are numbers. */
export const asPoints = ({ step, value }: Curve): Point[] =>
  step.flatMap((s, i) => (Number.isFinite(value[i]) ? [{ step: s, value: value[i]! }] : []));

/** The range of the axis of steps. */
export function stepRange({ train }: TrainingCurves): Range {
  return [Math.min(0, train.step[0]!), train.step.at(-1)!];
}

/** Loss by step, and below it the learning rate where it is known. */
export function lossPlots(curves: TrainingCurves, label: string): Html {
  const { learningRate } = curves;
  return html`${lossPlot(curves, label)}${learningRate && rates(learningRate, stepRange(curves))}`;
}

/** Loss by step: of each batch, smoothed, and of the validation. */
function lossPlot(curves: TrainingCurves, label: string): Html {
  const train = asPoints(curves.train);
  const validation = curves.validation ? asPoints(curves.validation) : [];
  const smooth = movingMean(train, Math.max(1, Math.round(train.length / 60)));
  const ends = [train, validation].filter(({ length }) => length > 0).map(rangeOf);
  if (ends.length === 0) ends.push([0, 1]);
  const low = Math.min(...ends.map(([least]) => least));
  const high = Math.max(...ends.map(([, most]) => most));
  const pad = 0.05 * (high - low || 1);
  const mark = { x: 'step', y: 'value' };
  return draw({
    width: 560,
    height: 270,
    marginLeft: 52,
    x: axis(stepRange(curves), curves.learningRate ? null : 'step'),
    y: axis([low - pad, high + pad], label, { clamp: true, grid: true }),
    marks: [
      Plot.lineY(thin(train, 600), { ...mark, stroke: colours.train, strokeOpacity: 0.35, strokeWidth: 1 }),
      Plot.lineY(thin(smooth, 300), { ...mark, stroke: colours.train, strokeWidth: 2 }),
      Plot.lineY(thin(validation, 300), { ...mark, stroke: colours.heldOut, strokeWidth: 2 }),
    ],
  });
}

/** The range of a curve but its highest values: the first can be far above and would flatten it. */
function rangeOf(points: readonly Point[]): Range {
  const sorted = points.map(({ value }) => value).sort((a, b) => a - b);
  return [sorted[0]!, sorted[Math.floor(0.97 * (sorted.length - 1))]!];
}

function rates(curve: Curve, steps: Range): Html {
  const data = asPoints(curve);
  const top = data.reduce((most, { value }) => Math.max(most, value), 0) || 1;
  return draw({
    width: 560,
    height: 110,
    marginLeft: 52,
    marginTop: 24,
    x: axis(steps, 'step'),
    y: axis([0, top], 'learning rate', { ticks: 2 }),
    marks: [
      Plot.areaY(thin(data, 300), { x: 'step', y: 'value', fill: colours.quiet, fillOpacity: 0.18 }),
      Plot.lineY(thin(data, 300), { x: 'step', y: 'value', stroke: colours.quiet }),
    ],
  });
}

/** The mean of each point and of `half` neighbours on both sides. */
function movingMean(points: readonly Point[], half: number): Point[] {
  const sums = [0];
  for (const { value } of points) sums.push(sums.at(-1)! + value);
  return points.map(({ step }, i) => {
    const from = Math.max(0, i - half);
    const to = Math.min(points.length, i + half + 1);
    return { step, value: (sums[to]! - sums[from]!) / (to - from) };
  });
}
