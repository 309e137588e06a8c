import * as Plot from '@observablehq/plot';
import { formatNumber, formatTick } from '../../format';
import { html, type Html } from '../../html';
import type { ImageReportData, LayerFigures } from '../../imageData';
import { axis, draw, keyMark } from '../../plot';
import { colours } from '../../style';

/** The norm of each layer, estimated from below and bounded from above, beside its limit. */
export function singularValues({ layers, config }: ImageReportData): Html | undefined {
  if (!layers?.length) return undefined;
  const coefficient = coefficientOf(config);
  return html`<section>
    <h2>Singular values</h2>
    <p>
      The largest singular value of each linear layer. Power iteration finds it from below, and the bound
      above it is proven. The true value is between
      them.${coefficient !== undefined && ` Training keeps it at ${formatTick(coefficient)} or below: the dashed line.`}
    </p>
    <div class="key">
      <span>${keyMark('dot', colours.model)}power iteration</span>
      <span>${keyMark('ring', colours.heldOut)}proven bound</span>
    </div>
    <figure class="wide">${plot(layers, coefficient)}</figure>
    <details>
      <summary>As a table</summary>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">layer</th>
              <th scope="col" class="number">power iteration</th>
              <th scope="col" class="number">proven bound</th>
            </tr>
          </thead>
          <tbody>
            ${layers.map(
              ({ label, singularValue, bound }) =>
                html`<tr>
                  <th scope="row">${label}</th>
                  <td class="number">${formatNumber(singularValue)}</td>
                  <td class="number">${formatNumber(bound)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>
  </section>`;
}

function plot(layers: readonly LayerFigures[], coefficient: number | undefined): Html {
  const data = layers.map(({ singularValue, bound }, i) => ({ layer: i + 1, singularValue, bound }));
  const values = [...layers.flatMap((layer) => [layer.singularValue, layer.bound]), coefficient ?? 0];
  const top = Math.max(...values.filter(Number.isFinite)) || 1;
  const every = Math.ceil(layers.length / 12);
  return draw({
    width: 560,
    height: 250,
    x: axis([0.5, layers.length + 0.5], 'layer, first to last', {
      ticks: data.map(({ layer }) => layer).filter((layer) => (layer - 1) % every === 0),
    }),
    y: axis([0, 1.1 * top], 'largest singular value', { labelArrow: 'none', grid: true }),
    marks: [
      ...(coefficient === undefined
        ? []
        : [Plot.ruleY([coefficient], { stroke: colours.quiet, strokeWidth: 1.5, strokeDasharray: '5 3' })]),
      Plot.ruleX(data, { x: 'layer', y1: 'singularValue', y2: 'bound', stroke: colours.quiet }),
      Plot.dot(data, { x: 'layer', y: 'bound', stroke: colours.heldOut, strokeWidth: 1.6, r: 4 }),
      Plot.dot(data, { x: 'layer', y: 'singularValue', fill: colours.model, r: 2.5 }),
    ],
  });
}

/** `model.flow.coefficient` of a configuration, if it has one. */
function coefficientOf(config: unknown): number | undefined {
  const value = ['model', 'flow', 'coefficient'].reduce<unknown>(
    (part, key) =>
      typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[key] : undefined,
    config,
  );
  return typeof value === 'number' ? value : undefined;
}
