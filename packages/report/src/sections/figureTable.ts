import { formatNumber } from '../format';
import type { Figure, ReportHead } from '../head';
import { html, type Html } from '../html';

/** The table of figures, with the size of the run at its end. */
export function figureTable(figures: readonly Figure[], { steps, parameters }: ReportHead): Html {
  const all = [...figures, { label: 'Steps', value: steps }, { label: 'Parameters', value: parameters }];
  return html`<div class="scroll">
    <table class="figures">
      <tbody>
        ${all.map(
          ({ label, value, note }: Figure) =>
            html`<tr>
              <th scope="row">${label}</th>
              <td class="number">${typeof value === 'number' ? formatNumber(value) : value}</td>
              <td class="note">${note}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
