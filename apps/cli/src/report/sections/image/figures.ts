import type { ImageReportData } from '../../../image/reportData';
import type { Figure } from '../../data';
import { formatNumber, formatWithError } from '../../format';
import { html, type Html } from '../../html';
import { formatPercent, total } from './words';

/** The table of figures. */
export function imageFigures(report: ImageReportData): Html {
  return html`<section>
    <h2>How good is it?</h2>
    <div class="scroll">
      <table class="figures">
        <tbody>
          ${allFigures(report).map(
            ({ label, value, note }) =>
              html`<tr>
                <th scope="row">${label}</th>
                <td class="number">${typeof value === 'number' ? formatNumber(value) : value}</td>
                <td class="note">${note}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** What is there, each result beside what a model that has learned nothing would reach. */
function allFigures({ classification, bitsPerDim, figures, steps, parameters }: ImageReportData): Figure[] {
  const list: Figure[] = [];
  if (classification) {
    const { accuracy, standardError, confusion } = classification;
    const classes = confusion.map(total);
    const seen = total(classes);
    const right = formatNumber(total(confusion.map((row, i) => row[i]!)));
    list.push({
      label: 'Accuracy',
      value: formatPercent(accuracy, standardError),
      note: `${right} of ${formatNumber(seen)} held-out images; always the most frequent class: ${formatPercent(Math.max(...classes) / seen)}`,
    });
  }
  if (bitsPerDim) {
    const { value, standardError, levels } = bitsPerDim;
    list.push({
      label: 'Bits/dim',
      value: formatWithError(value, standardError),
      note: `−log₂ p of a held-out image by the number of its values, lower is better; all ${levels} levels alike: ${formatNumber(Math.log2(levels), 3)}`,
    });
  }
  return [...list, ...figures, { label: 'Steps', value: steps }, { label: 'Parameters', value: parameters }];
}
