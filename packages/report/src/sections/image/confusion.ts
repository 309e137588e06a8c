import { formatNumber } from '../../format';
import { html, type Html } from '../../html';
import type { ImageReportData } from '../../imageData';
import { formatPercent, total } from './words';

/** Most classes of a matrix that is shown at once. */
const FEW = 20;
/** Most pairs that are shown in place of a larger matrix. */
const PAIRS = 12;
/** Most letters that all names may have together to fit side by side. */
const LETTERS = 60;
/** Percent of colour in the darkest cell. Text stays readable on it. */
const DARKEST = 45;

/** The counts of true and predicted classes. */
export function confusion({ classification, classes }: ImageReportData): Html | undefined {
  if (!classification) return undefined;
  const { confusion: counts } = classification;
  const large = counts.length > FEW;
  return html`<section>
    <h2>What is taken for what</h2>
    <p>
      Rows are the true classes, columns the answers of the model. Right answers are on the diagonal, mistakes
      beside it. The shade grows with the share of the row. An empty cell is 0.
    </p>
    ${large && pairs(counts, classes)}
    ${
      large
        ? html`<details>
            <summary>All ${counts.length} classes</summary>
            ${matrix(counts, classes)}
          </details>`
        : matrix(counts, classes)
    }
  </section>`;
}

function matrix(counts: readonly (readonly number[])[], classes: readonly string[]): Html {
  const upright = total(classes.map((name) => name.length)) <= LETTERS;
  const kinds = ['confusion', ...(upright ? [] : ['tall']), ...(counts.length > FEW ? ['dense'] : [])];
  return html`<div class="scroll">
    <table class="${kinds.join(' ')}">
      <caption>
        Held-out images
      </caption>
      <thead>
        <tr>
          <th scope="col">true ↓ answer →</th>
          ${counts.map((_, j) => html`<th scope="col" class="number"><span>${classes[j]}</span></th>`)}
          <th scope="col" class="number"><span>right</span></th>
        </tr>
      </thead>
      <tbody>
        ${counts.map((row, i) => {
          const all = total(row);
          return html`<tr>
            <th scope="row">${classes[i]}</th>
            ${row.map((n, j) => cell(n, n / all, i === j))}
            <td class="number note">${all > 0 && formatPercent(row[i]! / all)}</td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

function cell(n: number, share: number, right: boolean): Html {
  if (n === 0) return html`<td></td>`;
  // By the square root, a rare mistake can still be seen.
  const shade = Math.round(DARKEST * Math.sqrt(share));
  return html`<td class="${right ? 'right' : 'wrong'}" style="--shade:${shade}%">${formatNumber(n)}</td>`;
}

/** The most frequent mistakes. */
function pairs(counts: readonly (readonly number[])[], classes: readonly string[]): Html | undefined {
  const list = counts
    .flatMap((row, i) => row.map((n, j) => ({ i, j, n, share: n / total(row) })))
    .filter(({ i, j, n }) => i !== j && n > 0)
    .sort((a, b) => b.n - a.n || b.share - a.share)
    .slice(0, PAIRS);
  if (list.length === 0) return undefined;
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">true class</th>
          <th scope="col">answer</th>
          <th scope="col" class="number">images</th>
          <th scope="col" class="number">of the class</th>
        </tr>
      </thead>
      <tbody>
        ${list.map(
          ({ i, j, n, share }) =>
            html`<tr>
              <th scope="row">${classes[i]}</th>
              <td>${classes[j]}</td>
              <td class="number">${formatNumber(n)}</td>
              <td class="number">${formatPercent(share)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
