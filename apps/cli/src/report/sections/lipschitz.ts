import * as Plot from '@observablehq/plot';
import type { BlockFigures, ReportData } from '../data';
import { formatNumber } from '../format';
import { html, type Html } from '../html';
import { axis, draw } from '../plot';
import { colours } from '../style';

/** Bars that are wide enough for a number, at most. */
const FEW = 24;

/** The proof of invertibility: the bound of each block beside 1, and how many steps its inverse took. */
export function lipschitz({ blocks }: ReportData): Html | undefined {
  if (!blocks?.length) return undefined;
  const steps = blocks.some((block) => block.inverseSteps !== undefined);
  const fine = blocks.every((block) => block.lipschitzBound < 1);
  return html`<section>
    <h2>Why it is invertible</h2>
    <p>
      A block x + g(x) has an inverse when g contracts, that is when its Lipschitz constant is below 1. The
      bars are upper bounds, proven and not estimated.
      ${
        fine
          ? 'All of them lie below the line.'
          : 'Where one reaches the line, nothing is proven about that block.'
      }
      The closer to 1, the more a block can bend space, and the more steps its inverse
      takes${steps && blocks.length <= FEW && ', the number in each bar'}.
    </p>
    <figure class="wide">${bars(blocks)}</figure>
    <details>
      <summary>As a table</summary>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>block</th>
              <th class="number">Lipschitz bound</th>
              ${steps && html`<th class="number">inverse steps</th>`}
            </tr>
          </thead>
          <tbody>
            ${blocks.map(
              ({ label, lipschitzBound, inverseSteps }) =>
                html`<tr>
                  <th>${label}</th>
                  <td class="number">${formatNumber(lipschitzBound)}</td>
                  ${steps && html`<td class="number">${inverseSteps}</td>`}
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
      ...(blocks.length <= FEW && blocks.some((block) => block.inverseSteps !== undefined)
        ? [
            Plot.text(blocks, {
              x: label,
              y: () => 0,
              dy: -9,
              text: ({ inverseSteps }: BlockFigures) =>
                inverseSteps === undefined ? '' : String(inverseSteps),
              fill: 'var(--paper)',
            }),
          ]
        : []),
    ],
  });
}
