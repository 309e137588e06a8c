import type { ReportData, Score } from '../data';
import { count, formatDifference, formatDuration, formatNumber, formatWithError } from '../format';
import { difference } from '../difference';
import type { Html } from '../html';
import { banner } from './banner';

/** The name, what came out in one paragraph, the numbers to remember, and how to make the run again. */
export function headline(report: ReportData): Html {
  return banner(report, {
    kind: `Density of ${report.source}`,
    summary: summary(report),
    tiles: tiles(report),
    facts: facts(report),
  });
}

/** What the model is, how good it is, and whether that can be trusted, in sentences. */
export function summary(report: ReportData): string {
  const { columns, rows, scores, inverse } = report;
  const sentences = [
    `An invertible residual network of ${count(report.parameters, 'parameter')} learned the density of ` +
      `${count(columns.length, 'column')} from ${count(rows.train, 'row')} in ${count(report.steps, 'step')}.`,
  ];
  const model = scores.find(({ role }) => role === 'model');
  if (model) {
    const compared = scores.filter(({ role }) => role !== 'model').map((score) => comparison(model, score));
    const list =
      compared.length > 1 ? `${compared.slice(0, -1).join(', ')} and ${compared.at(-1)}` : compared[0];
    sentences.push(
      `On ${count(rows.heldOut, 'row')} that it never saw, the mean log-likelihood is ` +
        `${formatWithError(model.value, model.standardError)} nats a row${list ? `: ${list}` : ''}.`,
    );
  }
  const worst = largestBound(report);
  if (worst !== undefined && worst < 1) {
    sentences.push(
      `Every block is proven to contract (largest bound ${formatNumber(worst, 3)}), so the map has an inverse.`,
    );
  }
  if (inverse) {
    sentences.push(
      `Mapped to the latent space and back, ${count(inverse.rows, 'row')} returned to within ${formatNumber(inverse.largestError, 2)}.`,
    );
  }
  return sentences.join(' ');
}

/** `0.62 above Gaussian`, `0.03 short of the true density`, in nats. */
function comparison(model: Score, other: Score): string {
  const { value, error } = difference(model, other);
  const amount = formatNumber(Math.abs(value), 2);
  const name =
    other.role === 'truth' ? 'the true value (which no model exceeds on average)' : `the ${other.label}`;
  // Within two standard errors the sign of a difference is not known.
  if (error !== undefined && Math.abs(value) < 2 * error) {
    return `no different from ${name} within the error`;
  }
  return value < 0 ? `${amount} below ${name}` : `${amount} above ${name}`;
}

function largestBound({ blocks }: ReportData): number | undefined {
  return blocks?.length ? Math.max(...blocks.map((block) => block.lipschitzBound)) : undefined;
}

function tiles(report: ReportData): [string, string][] {
  const model = report.scores.find(({ role }) => role === 'model');
  const other =
    report.scores.find(({ role }) => role === 'truth') ?? report.scores.find((score) => score !== model);
  const worst = largestBound(report);
  const result: [string, string][] = [];
  if (model) {
    result.push([formatWithError(model.value, model.standardError), 'held-out log-likelihood, nats a row']);
    if (other) {
      const label =
        other.role === 'truth' ? 'nats, model minus true density' : `nats, model minus ${other.label}`;
      result.push([formatDifference(difference(model, other)), label]);
    }
  }
  if (report.inverse)
    result.push([formatNumber(report.inverse.largestError, 2), 'largest inverse error, data units']);
  if (worst !== undefined) result.push([formatNumber(worst, 3), 'largest proven Lipschitz bound of a block']);
  return result;
}

function facts(report: ReportData): [string, string][] {
  const { rows, versions } = report;
  const parts = [`${formatNumber(rows.train)} train`];
  if (rows.validation !== undefined) parts.push(`${formatNumber(rows.validation)} validation`);
  parts.push(`${formatNumber(rows.heldOut)} held out`);
  return [
    ['Rows', parts.join(', ')],
    ['Columns', columnNames(report.columns)],
    ['Seed', String(report.seed)],
    ['Backend', report.backend],
    ['Wall time', formatDuration(report.wallSeconds)],
    [
      'Versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
  ];
}

/** The first names, and how many more there are. */
function columnNames(columns: readonly string[]): string {
  const rest = columns.length - 8;
  return columns.slice(0, 8).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
