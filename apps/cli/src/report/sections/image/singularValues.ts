import * as Plot from '@observablehq/plot';
import type { ImageReportData } from '../../../image/reportData';
import { html, type Html } from '../../html';
import { axis, draw, keyMark } from '../../plot';
import { colours } from '../../style';

/** The norm of each layer, estimated from below and bounded from above. */
export function singularValues({ layers }: ImageReportData): Html | undefined {
  if (!layers?.length) return undefined;
  const data = layers.map((layer, i) => ({ ...layer, i }));
  const top = 1.1 * Math.max(1, ...layers.map(({ bound }) => bound));
  return html`<section>
    <h2>Singular values</h2>
    <p>
      The largest singular value of each linear layer as power iteration finds it, which approaches it from
      below, and the proven bound above it.
    </p>
    <div class="key">
      <span>${keyMark('dot', colours.model)}power iteration</span>
      <span>${keyMark('dot', colours.heldOut)}proven bound</span>
    </div>
    <figure class="wide">
      ${draw({
        width: 560,
        height: 240,
        x: axis([-0.5, layers.length - 0.5], 'layer, first to last'),
        y: axis([0, top], 'norm', { labelArrow: 'none', grid: true }),
        marks: [
          Plot.ruleX(data, { x: 'i', y1: 'singularValue', y2: 'bound', stroke: colours.quiet }),
          Plot.dot(data, { x: 'i', y: 'bound', fill: colours.heldOut, r: 3 }),
          Plot.dot(data, { x: 'i', y: 'singularValue', fill: colours.model, r: 3 }),
        ],
      })}
    </figure>
  </section>`;
}
