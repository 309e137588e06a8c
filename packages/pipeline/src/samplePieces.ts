import { checkOptions, ensure } from '@iresnet/core/internal';
import { takeRows, type Table } from '@iresnet/datasets';
import { allColumns } from './columns/given';
import type { Pipeline } from './pipeline';
import { DRAWN, sample, type SampleOptions } from './sample';
import type { Drawn } from './toData';

/** Options of {@link samplePieces}; `given` holds rows that are drawn for. */
export interface SamplePiecesOptions extends Pick<SampleOptions, 'seed' | 'temperature' | 'class' | 'given'> {
  /** Rows of a piece, a multiple of 1024, which is the default. */
  readonly size?: number;
  /** What draws a piece: that of a `pipelinePool`. By default {@link sample}. */
  readonly draw?: (n: number, options: Omit<SampleOptions, 'rng'>) => Promise<Drawn>;
}

/** Rows that were drawn. */
export interface DrawnPiece {
  /** In the units of the data, the given columns behind the others. */
  readonly table: Table;
  /** Of each row whether its inverse converged. */
  readonly converged: readonly boolean[];
}

/**
 * {@link sample} of a table in pieces, so that a million rows need no more memory than a thousand:
 * n rows, or n for each row of `given`, one row after the other.
 *
 * The rows are those of one call of `sample` with the same seed, however long the pieces are.
 * `sampleRecords` makes records of them.
 *
 * @throws IResNetError (argument) for a model of images and another size, and what {@link sample}
 * throws.
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, samplePieces, tableSource, train } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 5 };
 * const { pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe);
 * for await (const { table } of samplePieces(pipeline, 5)) console.log(table.rows); // 5, of 1024 at most
 * ```
 */
export async function* samplePieces(
  pipeline: Pipeline,
  n: number,
  options: SamplePiecesOptions = {},
): AsyncGenerator<DrawnPiece> {
  const where = 'pipeline.samplePieces';
  checkOptions(where, options, { seed: true, temperature: true, class: true, given: true, size: true, draw: true }); // prettier-ignore
  const { size = DRAWN.table, draw = sample.bind(null, pipeline), given, ...rest } = options;
  const { input } = pipeline;
  ensure(input.kind === 'table', where, () => 'expected a model of rows, got one of images');
  ensure(Number.isSafeInteger(n) && n >= 0, where, () => `expected a count n ≥ 0, got ${n}`);
  ensure(
    size > 0 && size % DRAWN.table === 0,
    where,
    () => `expected a size that is a multiple of ${DRAWN.table}, got ${size}`,
  );
  const all = allColumns(input);
  const total = n * (given?.rows ?? 1);
  for (let first = 0; first < total; first += size) {
    const rows = Math.min(size, total - first);
    const of = Array.from({ length: rows }, (_, i) => Math.floor((first + i) / n));
    const contexts = given && takeRows(given, of);
    const drawn = await draw(rows, { ...rest, first, ...(contexts && { given: contexts }) });
    const columns = [
      ...input.columns.map((_, j) => columnOf(drawn.values, input.columns.length, j)),
      ...(input.given?.columns ?? []).map((name) => {
        const { columns: names, values } = contexts!;
        return columnOf(values, names.length, names.indexOf(name));
      }),
    ];
    const values = Float64Array.from({ length: rows * columns.length }, (_, k) =>
      columns[k % columns.length]!(Math.floor(k / columns.length)),
    );
    yield { table: { ...all, rows, values }, converged: drawn.converged };
  }
}

/** The values of column j. */
function columnOf(values: ArrayLike<number>, width: number, j: number): (row: number) => number {
  return (row) => values[row * width + j]!;
}
