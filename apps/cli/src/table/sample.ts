import { createRng } from '@iresnet/core';
import { cellOf, isDiscrete, toNpy } from '@iresnet/datasets';
import { columnMap, sample, type Pipeline, type TableInput } from '@iresnet/pipeline';
import type { SampleRequest } from '../requests/invert';
import type { Opened } from '../run/dispatch';
import { csvLine } from '../terminal/csv';
import { jsonLine } from '../terminal/lines';
import { writeResult, writeWhole, type Output } from '../terminal/output';
import { tellUnconverged } from '../unconverged';

const ROWS = 1000;
/** Rows drawn at a time, so that a million need no more memory than a thousand; draws go by their number. */
const PIECE = 1024;

/** Draw rows from a density in the data's own units, as CSV, as JSON lines, or as float64 `[n, d]` in an .npy file. */
export async function sampleRows(
  { pipeline }: Opened,
  request: SampleRequest,
  output: Output,
): Promise<number> {
  const { out } = request;
  if (out === undefined || !/\.npy$/i.test(out)) {
    const converged: boolean[] = [];
    await writeResult(output, out, lines(pipeline, request, converged));
    return tellUnconverged(pipeline, converged, 'rows', output);
  }
  const { count = ROWS, temperature, seed, class: name } = request;
  const chosen = name === undefined ? {} : { class: name };
  const { values, shape, converged } = await sample(pipeline, count, { seed, temperature, ...chosen });
  await writeWhole(output, out, toNpy(values as Float64Array, [count, ...shape]));
  return tellUnconverged(pipeline, converged, 'rows', output);
}

async function* lines(
  pipeline: Pipeline,
  request: SampleRequest,
  converged: boolean[],
): AsyncGenerator<string> {
  const { count = ROWS, temperature, seed, json, class: name } = request;
  const chosen = name === undefined ? {} : { class: name };
  const { columns } = pipeline.input as TableInput;
  const short = shortened(pipeline);
  const line = (row: number[]): string =>
    json
      ? jsonLine(columns.map((name, j) => [name, short(row[j]!, j)]))
      : csvLine(row.map((value, j) => short(value, j) ?? ''));
  if (!json) yield csvLine(columns);
  const rng = createRng(seed);
  for (let first = 0; first < count; first += PIECE) {
    const n = Math.min(PIECE, count - first);
    const { values, converged: ended } = await sample(pipeline, n, { rng, temperature, first, ...chosen });
    converged.push(...ended);
    const width = columns.length;
    yield Array.from({ length: n }, (_, i) =>
      line(Array.from(values.subarray(i * width, (i + 1) * width))),
    ).join('');
  }
}

/**
 * Values with the decimals of their column; where it has none, nine digits of each deviation, in which the
 * network works: they tell any two of its float32 numbers apart.
 */
function shortened(pipeline: Pipeline): (value: number, column: number) => number | string | null {
  const { kinds, possible } = pipeline.input as TableInput;
  const { unit } = columnMap(pipeline);
  return (value, column) => {
    const kind = kinds?.[column];
    if (possible?.[column]?.per !== undefined || (kind && (isDiscrete(kind) || kind.kind === 'time')))
      return cellOf(kind, value);
    const offset = Math.ceil(Math.log10(Math.abs(value) / unit(value, column)));
    return Number(value.toPrecision(Math.min(17, 9 + Math.max(0, offset || 0))));
  };
}
