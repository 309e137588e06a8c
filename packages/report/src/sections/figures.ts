import * as Plot from '@observablehq/plot';
import type { InverseFigures, ReportData, Score } from '../data';
import { count, formatDifference, formatNumber, formatWithError } from '../format';
import type { Figure } from '../head';
import { html, type Html } from '../html';
import { axis, draw } from '../plot';
import { difference } from '../scores';
import { colours } from '../style';
import { figureTable } from './figureTable';

/** Held-out scores as a plot and as a table, then all other figures. */
export function figures(report: ReportData): Html {
  const finite = report.scores.filter(({ value }) => Number.isFinite(value));
  return html`<section>
    <h2>How good is it?</h2>
    ${
      report.scores.length > 0 &&
      html`<p>
          The mean log-density of the held-out rows. No model was fitted to them. Higher is better: 0.7 nats
          more are twice the density at a typical row.
        </p>
        ${finite.length > 1 && scorePlot(finite, report.completeRows)} ${scoreTable(report.scores)}`
    }
    ${figureTable([...(report.figures ?? []), ...inverseLines(report.inverse)], report)}
  </section>`;
}

function scoreTable(scores: readonly Score[]): Html {
  const model = scores.find(({ role }) => role === 'model');
  const compared = model !== undefined && scores.length > 1;
  return html`<div class="scroll">
    <table class="scores">
      <thead>
        <tr>
          <th></th>
          <th scope="col" class="number">nats a row</th>
          ${compared && html`<th scope="col" class="number">model minus this</th>`}
          <th class="note"></th>
        </tr>
      </thead>
      <tbody>
        ${scores.map(
          (score) =>
            html`<tr class="${score.role}">
              <th scope="row">${score.label}</th>
              <td class="number">${formatWithError(score.value, score.standardError)}</td>
              ${
                compared &&
                html`<td class="number">${score !== model && formatDifference(difference(model, score))}</td>`
              }
              <td class="note">${score.note}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function inverseLines(inverse: InverseFigures | undefined): Figure[] {
  if (!inverse) return [];
  const { rows, largestError, latentError, errorBound, evaluationsPerBlock } = inverse;
  const lines: Figure[] = [
    {
      label: 'Largest inverse error, data',
      value: formatNumber(largestError, 2),
      note: `|x − F⁻¹(F(x))| of held-out rows, in standard deviations; ${count(rows, 'row')} and samples in all`,
    },
  ];
  if (latentError !== undefined) {
    lines.push({
      label: 'Largest inverse error, latent',
      value: formatNumber(latentError, 2),
      note: '|F(x) − z| over new samples x = F⁻¹(z)',
    });
  }
  if (errorBound !== undefined) {
    lines.push({
      label: 'Proven bound of the inverse error',
      value: formatNumber(errorBound, 2),
      note: 'the solver proves it, for any single solve',
    });
  }
  if (evaluationsPerBlock !== undefined)
    lines.push({ label: 'Evaluations to invert a block', value: formatNumber(evaluationsPerBlock, 3) });
  return lines;
}

/**
 * Each score as a dot, with a line of two standard errors on both sides. The distance to the dot of
 * the model is the difference that is given, also where that is of other rows than the means.
 */
function scorePlot(given: readonly Score[], completeRows: number | undefined): Html {
  const model = given.find(({ role }) => role === 'model');
  const scores = given.map((score) =>
    model && score !== model && Number.isFinite(score.difference?.value)
      ? { ...score, value: model.value - score.difference!.value }
      : score,
  );
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
  const marginLeft = 24 + 6.6 * Math.min(longest, 40);
  const svg = draw({
    width: 370 + marginLeft,
    height: 62 + 26 * scores.length,
    marginTop: 6,
    marginLeft,
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
    <figcaption>
      A dot is a mean. Its line is two standard errors long on each
      side.${completeRows !== undefined && ` How far the others are from the model is of the ${count(completeRows, 'complete row')}.`}
    </figcaption>
  </figure>`;
}
