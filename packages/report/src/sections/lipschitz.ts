import * as Plot from '@observablehq/plot';
import type { BlockFigures, ReportData } from '../data';
import { formatNumber } from '../format';
import { html, type Html } from '../html';
import { axis, draw } from '../plot';
import { colours } from '../style';

/** The proof that the network is invertible: the bound of each block beside 1. */
export function lipschitz({ blocks }: ReportData): Html | undefined {
  if (!blocks?.length) return undefined;
  const fine = blocks.every((block) => block.lipschitzBound < 1);
  return html`<section>
    <h2>${fine ? 'Why it is invertible' : 'Not proven invertible'}</h2>
    <p>
      A block x + g(x) has an inverse when the Lipschitz constant of g is below 1. The bars are upper bounds
      of it, proven and not estimated.
      ${
        fine
          ? 'All of them are below the line.'
          : html`<b>Not all of them are below the line.</b> Nothing is proven about a block that reaches it.`
      }
      The nearer to 1, the more a block can bend space, and the more steps its inverse takes.
    </p>
    <figure class="wide">${bars(blocks)}</figure>
    <details>
      <summary>As a table</summary>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">block</th>
              <th scope="col" class="number">Lipschitz bound</th>
            </tr>
          </thead>
          <tbody>
            ${blocks.map(
              ({ label, lipschitzBound }) =>
                html`<tr>
                  <th scope="row">${label}</th>
                  <td class="number">${formatNumber(lipschitzBound)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </details>
  </section>`;
}

/** The bound of each block beside 1. */
export function bars(blocks: readonly BlockFigures[]): Html {
  const top = Math.max(1, ...blocks.map((block) => block.lipschitzBound));
  const every = Math.ceil(blocks.length / 30);
  const label = (block: BlockFigures) => block.label;
  return draw({
    width: 560,
    height: 240,
    x: {
      type: 'band',
      domain: blocks.map(label),
      label: 'block',
      labelArrow: 'none',
      tickSize: 0,
      ticks: blocks.map(label).filter((_, i) => i % every === 0),
    },
    y: axis([0, 1.12 * top], 'Lipschitz bound', { labelArrow: 'none', grid: true }),
    marks: [
      Plot.barY(blocks, {
        x: label,
        y: 'lipschitzBound',
        fill: (block: BlockFigures) => (block.lipschitzBound < 1 ? colours.model : colours.alarm),
        fillOpacity: 0.75,
        inset: 0.5,
      }),
      Plot.ruleY([1], { stroke: colours.alarm, strokeWidth: 1.5, strokeDasharray: '5 3' }),
    ],
  });
}
