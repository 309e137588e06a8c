import { createRng } from '@iresnet/core';
import { cellOf, isDiscrete, rowFields, toNpy, writtenForm, type Field } from '@iresnet/datasets';
import { columnMap, sample, type Pipeline, type TableInput } from '@iresnet/pipeline';
import type { SampleRequest } from '../requests/invert';
import type { Opened } from '../run/dispatch';
import { writeRecords, writeWhole, type Output } from '../terminal/output';
import { tellUnconverged } from '../unconverged';

const ROWS = 1000;
/** Rows drawn at a time, so that a million need no more memory than a thousand; draws go by their number. */
const PIECE = 1024;

/**
 * Draw rows from a density in the data's own units: as CSV, JSON lines or Parquet, or as float64 `[n, d]` in an
 * .npy file, where a category is its number in the schema.
 */
export async function sampleRows(
  { pipeline }: Opened,
  request: SampleRequest,
  output: Output,
): Promise<number> {
  const { out, count = ROWS, temperature, seed, json, class: name } = request;
  const options = { temperature, ...(name !== undefined && { class: name }) };
  const asked = json ? 'jsonl' : undefined;
  const form = writtenForm(out, asked);
  if (form.form === 'npy') {
    const { values, shape, converged } = await sample(pipeline, count, { ...options, seed });
    await writeWhole(output, out!, toNpy(values as Float64Array, [count, ...shape]));
    return tellUnconverged(pipeline, converged, 'rows', output);
  }
  const converged: boolean[] = [];
  async function* records(): AsyncGenerator<Field[][]> {
    const { columns } = pipeline.input as TableInput;
    const short = shortened(pipeline);
    const rng = createRng(seed);
    for (let first = 0; first < count; first += PIECE) {
      const n = Math.min(PIECE, count - first);
      const { values, converged: ended } = await sample(pipeline, n, { ...options, rng, first });
      converged.push(...ended);
      yield Array.from({ length: n }, (_, i) =>
        rowFields(columns, (j) => short(values[i * columns.length + j]!, j), []),
      );
    }
  }
  await writeRecords(output, out, form, records());
  return tellUnconverged(pipeline, converged, 'rows', output);
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
