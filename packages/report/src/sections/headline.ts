import type { ReportData, Score } from '../data';
import { count, formatDifference, formatNumber, formatWithError } from '../format';
import type { Html } from '../html';
import { difference } from '../scores';
import { banner, splitText } from './banner';

/** The top of the page of a table. */
export function headline(report: ReportData): Html {
  return banner(report, {
    kind: `Density of ${report.source}`,
    summary: summary(report),
    tiles: tiles(report),
    facts: [
      ['Rows', splitText(report.rows)],
      ['Columns', columnNames(report.columns)],
    ],
  });
}

/** The result in sentences: the model, its score, and the proof that it has an inverse. */
export function summary(report: ReportData): string {
  const { columns, rows, scores, inverse } = report;
  const sentences = [
    `An invertible residual network of ${count(report.parameters, 'parameter')} learned the density of ` +
      `${count(columns.length, 'column')} from ${count(rows.train, 'row')} in ${count(report.steps, 'step')}.`,
  ];
  const model = scores.find(({ role }) => role === 'model');
  if (model) {
    const compared = comparable(model, scores).map((score) => comparison(model, score));
    const list =
      compared.length > 1 ? `${compared.slice(0, -1).join(', ')} and ${compared.at(-1)}` : compared[0];
    const on = completeText(report);
    sentences.push(
      `On ${count(rows.heldOut, 'row')} that it never saw, the mean log-likelihood is ` +
        `${formatWithError(model.value, model.standardError)} nats a row${list ? `: ${on && `${on} `}${list}` : ''}.`,
    );
  }
  const worst = largestBound(report);
  if (worst !== undefined && worst < 1) {
    sentences.push(
      `Every block is proven to contract (the largest bound is ${formatNumber(worst, 3)}), so the network has an inverse.`,
    );
  }
  if (inverse && Number.isFinite(inverse.largestError)) {
    sentences.push(
      `Rows that went to the latent space and back are off by at most ` +
        `${formatNumber(inverse.largestError, 2)} standard deviations.`,
    );
  }
  return sentences.join(' ');
}

/** `0.62 above the Gaussian`, in nats. */
function comparison(model: Score, other: Score): string {
  const { value, standardError } = difference(model, other);
  const amount = formatNumber(Math.abs(value), 2);
  const name =
    other.role === 'truth' ? 'the true value (no model exceeds it on average)' : `the ${other.label}`;
  // Within two standard errors the sign of a difference is not known.
  if (standardError !== undefined && Math.abs(value) < 2 * standardError) {
    return `no different from ${name} within the error`;
  }
  return value < 0 ? `${amount} below ${name}` : `${amount} above ${name}`;
}

/** The other scores, but those that share no row with the model. */
function comparable(model: Score, scores: readonly Score[]): Score[] {
  return scores.filter((score) => score.role !== 'model' && !Number.isNaN(difference(model, score).value));
}

/** `on the 234 complete rows`; empty where the comparison is on all held-out rows. */
function completeText({ completeRows }: ReportData): string {
  return completeRows === undefined ? '' : `on the ${count(completeRows, 'complete row')}`;
}

function largestBound({ blocks }: ReportData): number | undefined {
  return blocks?.length ? Math.max(...blocks.map((block) => block.lipschitzBound)) : undefined;
}

function tiles(report: ReportData): [string, string][] {
  const { scores, inverse } = report;
  const model = scores.find(({ role }) => role === 'model');
  const others = model ? comparable(model, scores) : [];
  const other = others.find(({ role }) => role === 'truth') ?? others[0];
  const worst = largestBound(report);
  const result: [string, string][] = [];
  if (model) {
    result.push([formatWithError(model.value, model.standardError), 'held-out log-likelihood, nats a row']);
    if (other) {
      const name = other.role === 'truth' ? 'true density' : other.label;
      const on = completeText(report);
      result.push([
        formatDifference(difference(model, other)),
        `nats, model minus ${name}${on && `, ${on}`}`,
      ]);
    }
  }
  if (inverse)
    result.push([formatNumber(inverse.largestError, 2), 'largest inverse error, standard deviations']);
  if (worst !== undefined) result.push([formatNumber(worst, 3), 'largest Lipschitz bound of a block']);
  return result;
}

/** The first names, and how many more there are. */
function columnNames(columns: readonly string[]): string {
  const rest = columns.length - 8;
  return columns.slice(0, 8).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
