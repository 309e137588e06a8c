import {
  cellOf,
  isDiscrete,
  rowFields,
  takeRows,
  toNpy,
  writtenForm,
  type Field,
  type Table,
} from '@iresnet/datasets';
import { allColumns, columnMap, type Pipeline, type TableInput } from '@iresnet/pipeline';
import type { PipelinePool } from '@iresnet/pipeline/node';
import type { SampleRequest } from '../requests/invert';
import type { Opened } from '../run/dispatch';
import { threadsOf } from '../run/threads';
import { writeRecords, writeWhole, type Output } from '../terminal/output';
import { tellUnconverged } from '../unconverged';
import { givenRows } from './givenRows';

const ROWS = 1000;
/** Rows drawn at a time, so that a million need no more memory than a thousand; draws go by their number. */
const PIECE = 1024;
/** Pieces drawn at a time by several threads. */
const SHARED = 32;

/**
 * Draw rows from a density in the data's own units: as CSV, JSON lines or Parquet, or as float64 `[n, d]` in an
 * .npy file, where a category is its number in the schema.
 */
export async function sampleRows(opened: Opened, request: SampleRequest, output: Output): Promise<number> {
  const pool = threadsOf('iresnet sample', opened, request.workers);
  try {
    return await drawRows(opened, pool, request, output);
  } finally {
    await pool.close();
  }
}

async function drawRows(
  { pipeline }: Opened,
  pool: PipelinePool,
  request: SampleRequest,
  output: Output,
): Promise<number> {
  const { out, json } = request;
  const { columns } = allColumns(pipeline.input as TableInput);
  const given = await givenRows(pipeline, request, output);
  const asked = json ? 'jsonl' : undefined;
  const form = writtenForm(out, asked);
  const converged: boolean[] = [];
  const pieces = rowPieces(pool, request, given, converged);
  if (form.form === 'npy') {
    const parts: Float64Array[] = [];
    for await (const piece of pieces) parts.push(Float64Array.from(piece.flat()));
    const values = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => (values.set(part, at), at + part.length), 0);
    await writeWhole(output, out!, toNpy(values, [values.length / columns.length, columns.length]));
    return tellUnconverged(pipeline, converged, 'rows', output);
  }
  async function* records(): AsyncGenerator<Field[][]> {
    const short = shortened(pipeline);
    for await (const piece of pieces)
      yield piece.map((row) => rowFields(columns, (j) => short(row[j]!, j), []));
  }
  await writeRecords(output, out, form, records());
  return tellUnconverged(pipeline, converged, 'rows', output);
}

/** The rows that are drawn, with the given columns behind the others. */
async function* rowPieces(
  pool: PipelinePool,
  { count, temperature, seed, class: name, workers }: SampleRequest,
  given: Table | null,
  converged: boolean[],
): AsyncGenerator<number[][]> {
  const each = count ?? (given && given.rows > 1 ? 1 : ROWS);
  const total = each * (given?.rows ?? 1);
  const size = workers === undefined ? PIECE : SHARED * PIECE;
  for (let first = 0; first < total; first += size) {
    const n = Math.min(size, total - first);
    const of = Array.from({ length: n }, (_, i) => Math.floor((first + i) / each));
    const contexts = given && takeRows(given, of);
    const drawn = await pool.sample(n, {
      seed,
      temperature,
      first,
      ...(name !== undefined && { class: name }),
      ...(contexts && { given: contexts }),
    });
    converged.push(...drawn.converged);
    const row = (values: ArrayLike<number>, i: number): number[] => {
      const width = values.length / n;
      return Array.from({ length: width }, (_, j) => values[i * width + j]!);
    };
    yield Array.from({ length: n }, (_, i) => [
      ...row(drawn.values, i),
      ...(contexts ? row(contexts.values, i) : []),
    ]);
  }
}

/**
 * Values with the decimals of their column; where it has none, nine digits of each deviation, in which the
 * network works: they tell any two of its float32 numbers apart.
 */
function shortened(pipeline: Pipeline): (value: number, column: number) => number | string | null {
  const input = pipeline.input as TableInput;
  const { kinds } = allColumns(input);
  const { possible } = input;
  const { unit } = columnMap(pipeline);
  return (value, column) => {
    const kind = kinds?.[column];
    if (column >= input.columns.length) return cellOf(kind, value);
    if (possible?.[column]?.per !== undefined || (kind && (isDiscrete(kind) || kind.kind === 'time')))
      return cellOf(kind, value);
    const offset = Math.ceil(Math.log10(Math.abs(value) / unit(value, column)));
    return Number(value.toPrecision(Math.min(17, 9 + Math.max(0, offset || 0))));
  };
}
