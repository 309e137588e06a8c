import * as Plot from '@observablehq/plot';
import type { Figure, ReportData, Score } from '../data';
import { count, formatDifference, formatNumber, formatWithError } from '../format';
import { difference } from '../difference';
import { html, type Html } from '../html';
import { axis, draw } from '../plot';
import { colours } from '../style';

/** Held-out scores as a ladder and as a table, then every other figure. */
export function figures(report: ReportData): Html {
  const model = report.scores.find(({ role }) => role === 'model');
  const finite = report.scores.filter(({ value }) => Number.isFinite(value));
  const compared = report.scores.length > 1;
  return html`<section>
    <h2>How good is it?</h2>
    <p>
      The mean log-density that each gives to rows which it was not fitted to: higher is better, and a
      difference of 0.7 nats is a factor of two in density at a typical row.
    </p>
    ${finite.length > 1 && ladder(finite)}
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th></th>
            <th class="number">nats a row</th>
            ${compared && html`<th class="number">model minus this</th>`}
            <th></th>
          </tr>
        </thead>
        <tbody>
          ${report.scores.map(
            (score) =>
              html`<tr class="${score.role}">
                <th>${score.label}</th>
                <td class="number">${formatWithError(score.value, score.standardError)}</td>
                ${compared && html`<td class="number">${model && score !== model && formatDifference(difference(model, score))}</td>`}
                <td class="note">${score.note}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <div class="scroll">
      <table>
        <tbody>
          ${allFigures(report).map(
            ({ label, value, note }) =>
              html`<tr>
                <th>${label}</th>
                <td class="number">${typeof value === 'number' ? formatNumber(value) : value}</td>
                <td class="note">${note}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function allFigures({ inverse, figures: more, steps, parameters }: ReportData): Figure[] {
  const list = [...more];
  if (inverse) {
    list.push({
      label: 'Largest inverse error',
      value: formatNumber(inverse.largestError, 2),
      note: `max |x − F⁻¹(F(x))| over ${count(inverse.rows, 'row')} and all columns, data units`,
    });
    if (inverse.errorBound !== undefined) {
      const note = 'what the solver itself guarantees: L/(1 − L) times its last step';
      list.push({
        label: 'A-posteriori bound of the inverse',
        value: formatNumber(inverse.errorBound, 2),
        note,
      });
    }
  }
  return [...list, { label: 'Steps', value: steps }, { label: 'Parameters', value: parameters }];
}

/** Each score as a dot with its two standard errors. */
function ladder(scores: readonly Score[]): Html {
  const ends = scores.flatMap(({ value, standardError = 0 }) => [
    value - 2 * standardError,
    value + 2 * standardError,
  ]);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const pad = 0.06 * (high - low || 1);
  const colour = ({ role }: Score) =>
    role === 'model' ? colours.model : role === 'truth' ? colours.heldOut : colours.quiet;
  const y = ({ label }: Score) => label;
  const longest = Math.max(...scores.map(({ label }) => label.length));
  const svg = draw({
    width: 560,
    height: 62 + 26 * scores.length,
    marginTop: 6,
    marginLeft: Math.min(190, 24 + 6.6 * longest),
    marginRight: 16,
    x: axis([low - pad, high + pad], 'held-out log-likelihood, nats a row', { grid: true }),
    y: { type: 'band', domain: scores.map(y), label: null, tickSize: 0 },
    marks: [
      Plot.ruleY(scores, {
        y,
        x1: ({ value, standardError = 0 }: Score) => value - 2 * standardError,
        x2: ({ value, standardError = 0 }: Score) => value + 2 * standardError,
        stroke: colour,
        strokeWidth: 2,
      }),
      Plot.dot(scores, { y, x: 'value', fill: colour, r: 5 }),
    ],
  });
  return html`<figure class="wide">
    ${svg}
    <figcaption>Dots are means, lines two standard errors of the mean on each side.</figcaption>
  </figure>`;
}
