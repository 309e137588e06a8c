import type { Estimate } from '@iresnet/evaluation';
import type { AccuracyFigures } from '../figures/accuracy';
import type { RowFigures } from '../figures/rowFigures';
import type { TableFigures } from '../figures/tableFigures';
import { percent, withError } from './estimates';
import { unusableText } from './unusableText';

/** A line of a summary: what, and how much. What belongs to the line above is indented. */
export type SummaryLine = readonly [name: string, value: string];

/** The figures of a run on a table in some lines. */
export function tableSummary(figures: TableFigures): SummaryLine[] {
  const { heldOut, heldOutRows, heldOutTotal, unusable, references, unavailable } = figures;
  const { accuracy, integral, inverse, lipschitz } = figures;
  const rows = heldOutRows < heldOutTotal ? `${heldOutRows} of ${heldOutTotal}` : String(heldOutRows);
  const lines: SummaryLine[] = [
    ['held-out log-likelihood', `${withError(heldOut)} nats a row (${rows} rows)`],
    ...references.map(({ name, note, value, gain }): SummaryLine => [
      `  ${name}`,
      `${withError(value)}, this model ${comparison(gain)}${note === undefined ? '' : ` (${note})`}`,
    ]),
    ...unavailable.map(({ name, reason }): SummaryLine => [`  ${name}`, `not available (${reason})`]),
    ...(unusable.rows > 0 ? [unusableLine(figures)] : []),
    ...(accuracy ? accuracyLines(accuracy, heldOutRows) : []),
  ];
  if (integral !== null) lines.push(['integral of the density', integral.toFixed(5)]);
  const [low, high] = [Math.min(...lipschitz), Math.max(...lipschitz)];
  lines.push(
    [
      'largest inverse error',
      `${inverse.sampleError.toExponential(1)} in the latent, ${inverse.reconstructionError.toExponential(1)} deviations in the data`,
    ],
    [
      '  proven bound',
      `${inverse.errorBound.toExponential(1)} a solve, ${inverse.evaluationsPerBlock.toFixed(1)} evaluations a block`,
    ],
    ...(inverse.skipped > 0
      ? ([
          [
            '  left out',
            `${inverse.skipped} of ${inverse.rows + inverse.skipped}, which could not be inverted`,
          ],
        ] as SummaryLine[])
      : []),
    [
      'Lipschitz bounds',
      `${low.toFixed(3)} to ${high.toFixed(3)}, ${high < 1 ? 'so every block is proven invertible' : 'NOT all below 1'}`,
    ],
  );
  return lines;
}

/** The figures of a model on some rows in some lines. */
export function rowSummary({ rows, unusable, logLikelihood, accuracy }: RowFigures): SummaryLine[] {
  const judged = rows - unusable;
  const of = unusable > 0 ? `${judged} of ${rows}` : String(rows);
  const value = logLikelihood
    ? `${withError(logLikelihood)} nats a row (${of} rows)`
    : 'no row can be judged';
  return [['log-likelihood', value], ...(accuracy ? accuracyLines(accuracy, judged) : [])];
}

function unusableLine({ unusable: { rows, first }, heldOutRows }: TableFigures): SummaryLine {
  const named = first.map(({ row, reason }) => ({ name: row === null ? 'a draw' : `row ${row}`, reason }));
  return ['  not judged', unusableText('rows', rows, rows + heldOutRows, named)];
}

/** How well the classes are told, beside the most frequent one. */
function accuracyLines({ label, value, majority }: AccuracyFigures, rows: number): SummaryLine[] {
  const wrong = Math.round((1 - value.mean) * rows);
  return [
    [`accuracy of ${label}`, `${percent(value)} (${wrong} of ${rows} wrong)`],
    ...(majority ? ([[`  always ${majority.class}`, percent(majority.value)]] as SummaryLine[]) : []),
  ];
}

/** `better by 0.102 ± 0.034`. */
function comparison({ mean, standardError }: Estimate): string {
  if (Number.isNaN(mean)) return 'not comparable';
  return `${mean < 0 ? 'worse' : 'better'} by ${withError({ mean: Math.abs(mean), standardError })}`;
}
