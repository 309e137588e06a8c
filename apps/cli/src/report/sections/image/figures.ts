import type { ImageReportData } from '../../../image/reportData';
import { formatNumber } from '../../format';
import { html, type Html } from '../../html';

/** The table of figures. */
export function imageFigures({ figures, steps, parameters }: ImageReportData): Html {
  const all = [...figures, { label: 'Steps', value: steps }, { label: 'Parameters', value: parameters }];
  return html`<section>
    <h2>Figures</h2>
    <div class="scroll">
      <table>
        <tbody>
          ${all.map(
            ({ label, value, ...rest }) =>
              html`<tr>
                <th>${label}</th>
                <td class="number">${typeof value === 'number' ? formatNumber(value) : value}</td>
                <td class="note">${'note' in rest && rest.note}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}
