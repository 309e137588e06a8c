import * as Plot from '@observablehq/plot';
import type { Curve } from '../../curves';
import { formatNumber } from '../../format';
import { html, type Html } from '../../html';
import type { ImageReportData } from '../../imageData';
import { axis, draw, type Range } from '../../plot';
import { colours } from '../../style';
import { asPoints, lossKey, lossPlots, stepRange } from '../training';
import { formatPercent } from './words';

/** Loss and learning rate by step, and the results on images that the model does not learn from. */
export function imageTraining({ training }: ImageReportData): Html | undefined {
  if (!training || training.train.step.length < 2) return undefined;
  const { bitsPerDim, accuracy, loss = 'loss' } = training;
  const range = stepRange(training);
  const percent = accuracy && { ...accuracy, value: accuracy.value.map((share) => 100 * share) };
  return html`<section>
    <h2>Training</h2>
    <p>
      The optimizer pushes the loss
      down.${(bitsPerDim ?? accuracy) && ' The curves below it are of images that the model does not learn from.'}
    </p>
    ${lossKey(training)}
    <figure class="wide">${lossPlots(training, loss)}</figure>
    <div class="panels">
      ${
        bitsPerDim &&
        html`<figure>
          ${watched(bitsPerDim, 'bits/dim', range, { outliers: 'above' })}
          <figcaption>
            <b>Bits/dim</b>, ${formatNumber(bitsPerDim.value.at(-1) ?? NaN)} at the end; lower is better.
          </figcaption>
        </figure>`
      }
      ${
        accuracy &&
        percent &&
        html`<figure>
          ${watched(percent, 'accuracy, %', range, { outliers: 'below' })}
          <figcaption><b>Accuracy</b>, ${formatPercent(accuracy.value.at(-1) ?? NaN)} at the end.</figcaption>
        </figure>`
      }
    </div>
  </section>`;
}

/**
 * A curve of validation. The first values can be far off and would flatten the rest, so the axis
 * ends before them.
 */
function watched(
  curve: Curve,
  label: string,
  range: Range,
  { outliers }: { readonly outliers: 'above' | 'below' },
): Html {
  const data = asPoints(curve);
  const sorted = data.map(({ value }) => value).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const low = at(outliers === 'below' ? 0.1 : 0);
  const high = at(outliers === 'above' ? 0.9 : 1);
  const pad = 0.08 * (high - low || 1);
  const mark = { x: 'step', y: 'value' };
  return draw({
    width: 400,
    height: 230,
    marginLeft: 52,
    x: axis(range, 'step'),
    y: axis([low - pad, high + pad], label, { clamp: true, grid: true, labelArrow: 'none' }),
    marks: [
      Plot.lineY(data, { ...mark, stroke: colours.heldOut, strokeWidth: 2 }),
      Plot.dot(data, { ...mark, fill: colours.heldOut, r: data.length > 40 ? 1.5 : 3 }),
    ],
  });
}
