import * as Plot from '@observablehq/plot';
import type { ImageReportData } from '../../../image/reportData';
import type { Curve } from '../../data';
import { html, type Html } from '../../html';
import { axis, draw } from '../../plot';
import { colours } from '../../style';
import { lossPlot, stepRange } from '../training';

/** Loss by step, and what the model could do on pictures it did not learn from. */
export function curves({ training }: ImageReportData): Html | undefined {
  if (!training || training.train.step.length < 2) return undefined;
  const { bitsPerDim, accuracy, unit } = training;
  const range = stepRange(training);
  return html`<section>
    <h2>Training</h2>
    <div class="panels">
      <figure>
        ${lossPlot(training, `loss, ${unit}`)}
        <figcaption><b>Loss</b> of each batch, and smoothed.</figcaption>
      </figure>
      ${
        bitsPerDim &&
        html`<figure>
          ${validation(bitsPerDim, 'bits per dimension', range)}
          <figcaption><b>Bits per dimension</b> of pictures it does not learn from.</figcaption>
        </figure>`
      }
      ${
        accuracy &&
        html`<figure>
          ${validation({ ...accuracy, value: accuracy.value.map((share) => 100 * (1 - share)) }, 'error, %', range)}
          <figcaption><b>Share classified wrong</b> of pictures it does not learn from.</figcaption>
        </figure>`
      }
    </div>
  </section>`;
}

function validation({ step, value }: Curve, label: string, range: readonly [number, number]): Html {
  const data = step.map((at, i) => ({ step: at, value: value[i]! }));
  // The first values may be far above; they would flatten all that follows.
  const low = Math.min(...value);
  const sorted = [...value].sort((a, b) => a - b);
  const high = sorted[Math.floor(0.9 * (sorted.length - 1))]!;
  const pad = 0.08 * (high - low || 1);
  const mark = { x: 'step', y: 'value' };
  return draw({
    width: 400,
    height: 250,
    marginLeft: 52,
    x: axis(range, 'step'),
    y: axis([Math.max(0, low - pad), high + pad], label, { clamp: true, grid: true }),
    marks: [
      Plot.lineY(data, { ...mark, stroke: colours.heldOut, strokeWidth: 2 }),
      Plot.dot(data, { ...mark, fill: colours.heldOut, r: 3 }),
    ],
  });
}
