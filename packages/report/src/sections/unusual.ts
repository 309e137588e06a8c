import type { ReportData } from '../data';
import { cellText } from '../cellText';
import { formatNumber } from '../format';
import { html, type Html } from '../html';

/** Most rows of the table, so that people can read it. */
const MOST = 20;

/** The rows of lowest density. */
export function unusual({ unusual: rows, columns, kinds }: ReportData): Html | undefined {
  if (!rows?.length) return undefined;
  return html`<section>
    <h2>The most unusual rows</h2>
    <p>
      The rows of the table that the model finds least probable, the strangest first: of those that it learned
      from and of those that were kept apart. <code>iresnet score --explain</code> names the reasons. They can
      be typing errors, rare events, or places where the model is
      wrong.${columns.length > 1 && ' The plots above show them with a ring.'}
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col" class="number">row</th>
            ${columns.map((name) => html`<th scope="col" class="number">${name}</th>`)}
            <th scope="col" class="number">log-density, nats</th>
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, MOST).map(
            ({ row, values, logDensity }) =>
              html`<tr>
                <th scope="row" class="number">${formatNumber(row)}</th>
                ${values.map((value, c) => html`<td class="number">${cellText(value, kinds?.[c])}</td>`)}
                <td class="number">${formatNumber(logDensity)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}
