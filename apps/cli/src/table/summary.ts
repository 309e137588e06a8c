import type { Estimate } from '@iresnet/evaluation';
import type { AccuracyFigures, TableFigures } from '@iresnet/pipeline';
import { percent, withError } from '../terminal/estimates';
import { unusableText } from '../terminal/unusable';

/** The figures as lines for a terminal. */
export function summarize(figures: TableFigures): string {
  const { heldOut, heldOutRows, heldOutTotal, unusable, references, unavailable } = figures;
  const { accuracy, integral, inverse, lipschitz } = figures;
  const rows = heldOutRows < heldOutTotal ? `${heldOutRows} of ${heldOutTotal}` : String(heldOutRows);
  const lines: [string, string][] = [
    ['held-out log-likelihood', `${withError(heldOut)} nats a row (${rows} rows)`],
    ...references.map(({ name, note, value, gain }): [string, string] => [
      `  ${name}`,
      `${withError(value)}, this model ${comparison(gain)}${note === undefined ? '' : ` (${note})`}`,
    ]),
    ...unavailable.map(({ name, reason }): [string, string] => [`  ${name}`, `not available (${reason})`]),
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
        ] as [string, string][])
      : []),
    [
      'Lipschitz bounds',
      `${low.toFixed(3)} to ${high.toFixed(3)}, ${high < 1 ? 'so every block is proven invertible' : 'NOT all below 1'}`,
    ],
  );
  const width = Math.max(...lines.map(([label]) => label.length)) + 2;
  return lines.map(([label, value]) => `${label.padEnd(width)}${value}`).join('\n');
}

function unusableLine({ unusable: { rows, first }, heldOutRows }: TableFigures): [string, string] {
  const named = first.map(({ row, reason }) => ({ name: row === null ? 'a draw' : `row ${row}`, reason }));
  return ['  not judged', unusableText('rows', rows, rows + heldOutRows, named)];
}

/** How well the classes are told, beside the most frequent one. */
export function accuracyLines({ label, value, majority }: AccuracyFigures, rows: number): [string, string][] {
  const wrong = Math.round((1 - value.mean) * rows);
  return [
    [`accuracy of ${label}`, `${percent(value)} (${wrong} of ${rows} wrong)`],
    ...(majority ? ([[`  always ${majority.class}`, percent(majority.value)]] as [string, string][]) : []),
  ];
}

/** `better by 0.102 ± 0.034`. */
function comparison({ mean, standardError }: Estimate): string {
  if (Number.isNaN(mean)) return 'not comparable';
  return `${mean < 0 ? 'worse' : 'better'} by ${withError({ mean: Math.abs(mean), standardError })}`;
}
