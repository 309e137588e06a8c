import { add, concat, mul, tensor1d, tensor2d, tidy, type Tensor2D } from '@tensorflow/tfjs-core';
import { createRng, IResNetError, type Rng } from '@iresnet/core';
import { batches, encodeLabels, split, takeRows, type LabelledTable, type Table } from '@iresnet/datasets';
import { chosenTransforms } from '../columns/chosen';
import { columnTransform } from '../columns/specs';
import { labelTensor } from '../data';
import type { TableInput } from '../input';
import { dequantizedTable, discrete, uniformOf, type Discrete } from '../columns/discrete';
import { hostMap, type HostMap } from '../columns/hostMap';
import { columnsOf, contextOf, contextSize, fittedGiven } from '../columns/given';
import { possibleValues } from '../columns/possible';
import { categoryEffects } from '../columns/effects';
import { maskedMap } from '../columns/maskedMap';
import { movedBack, movesOf } from '../columns/moves';
import { momentsWithGaps } from '../columns/momentsWithGaps';
import { correlationFactor } from '../columns/whitening';
import { isMasked, whitens, type Recipe } from '../recipe';
import { inOrder } from './inOrder';
import { maskedBatch } from './maskedBatch';
import { momentsOf, refuseConstant } from './moments';
import { byWeight } from './rowWeights';
import type { Part, TableSource } from './source';

/** Training rows at least. */
const LEAST = 4;
/** Rows of a part that is judged, or that chooses a model, at least: a standard error needs two. */
const JUDGED = 2;
/** Classes at most: with more, a column holds names or measurements. */
const MOST_CLASSES = 1000;
/**
 * Columns of a masked density up to which it is whitened: each set of them has a factor of its own.
 */
const MOST_MASKED = 64;

/**
 * A table as a source: rows are held out and set aside for validation at random, by the seed of the
 * cut or of the recipe; none are held out where there is a test table. Columns are transformed as
 * the recipe says, with `auto` as suits their training rows. Training rows are standardized,
 * whitened where the recipe says so, and get its noise.
 *
 * @param title - Name of the table, for messages and reports.
 * @param table - Finite numbers, and NaN for a missing value where the recipe trains a masked flow;
 * with `label` and `labels` for a recipe that classifies.
 * @param recipe - Its seeds, batch size, shares, transforms and noise.
 * @param test - Rows to be judged on, with the columns and classes of the table.
 * @throws IResNetError of kind `data` for too few rows, a class of the test that the table lacks,
 * values beyond the support of a transform, a column that does not vary, or that float32 cannot
 * tell apart, and for fewer than 2 or more than 1000 classes.
 *
 * @example
 * ```ts
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, tableSource } from '@iresnet/pipeline';
 *
 * const source = tableSource('faithful', faithful(), defaultRecipe('table'));
 * console.log(source.training.count, source.validation.count, source.heldOut.count);
 * ```
 */
export function tableSource(
  title: string,
  table: Table & Partial<LabelledTable>,
  recipe: Recipe,
  test?: Table & Partial<LabelledTable>,
): TableSource {
  const rng = createRng(recipe.seed).split('data');
  const { splitSeed = recipe.seed } = recipe;
  const { rows, numbers } = table;
  const { given: conditions = [], weights: weighted } = recipe;
  const apart = weighted === undefined ? conditions : [...conditions, weighted];
  const columns = table.columns.filter((name) => !apart.includes(name));
  const ordered = apart.length > 0 ? columnsOf(title, table, [...columns, ...conditions]) : table;
  if (columns.length === 0)
    throw new IResNetError('data', title, 'expected a column that is not given, got none');
  if (!isMasked(recipe))
    for (const { values } of test ? [ordered, test] : [ordered]) refuseGaps(title, values);
  const width = columns.length;
  const kinds = ordered.kinds?.slice(0, width);
  const { holdOut, validation } = recipe;
  const set = Math.round(validation < 1 ? validation * rows : validation);
  const held = test ? 0 : Math.round(holdOut * rows);
  const judged = test?.rows ?? (holdOut === 0 ? set : held);
  if (rows - held - set < LEAST || judged < JUDGED) {
    const found = `${rows - held - set} and ${judged} of ${rows} rows, ${set} being for validation`;
    const what = `expected ${LEAST} rows to train on and ${JUDGED} to hold out, got ${found}`;
    throw new IResNetError('data', title, what);
  }
  const [heldOutRows, validationRows, trainingRows] = split(
    rows,
    [held, set, rows - held - set],
    createRng(splitSeed).split('data').split('split'),
  );
  const weights = createRng(splitSeed).split('data').split('weights');
  const pick = byWeight(title, table, weighted, weights);
  const classes = classesOf(title, table, recipe);
  const plain: Table = { columns: ordered.columns, rows, values: ordered.values };
  const part = (indices: Uint32Array): Part<Table> => ({
    count: indices.length,
    data: takeRows(plain, indices),
    labels: classes && Int32Array.from(indices, (i) => classes.indices[i]!),
    numbers: indices.map((i) => numbers?.[i] ?? i + 1),
  });
  const training = part(pick('train', trainingRows));
  const aside = part(pick('judge', validationRows));
  const heldOut = test
    ? testPart(
        title,
        weighted === undefined ? test : weightedTest(title, test, weighted, weights),
        ordered.columns,
        classes,
      )
    : held > 0
      ? part(pick('judge', heldOutRows))
      : aside;
  refuseConstant(title, training.data);
  // What follows is fitted to rows with their noise, which a network takes in place of whole
  // numbers.
  const whole = discrete(kinds);
  const own = conditions.length > 0 ? columnsOf(title, training.data, columns) : training.data;
  const given =
    conditions.length > 0
      ? fittedGiven(columnsOf(title, training.data, conditions), ordered.kinds?.slice(width))
      : null;
  const fitted = dequantizedTable(own, kinds);
  const raw = momentsOf(title, fitted);
  const transforms =
    recipe.transform || whole
      ? chosenTransforms(title, fitted, recipe.transform ?? { all: 'none' }, kinds)
      : null;
  const curved = transforms ? transformed(fitted, transforms) : fitted;
  const effects = recipe.byCategory && !isMasked(recipe) ? categoryEffects(curved, fitted, kinds) : null;
  const moves = movesOf(columns, effects ?? []);
  const seen = moves ? movedBack(curved, fitted, moves) : curved;
  const standardize = standardizeBy(seen, transforms ? momentsOf(title, seen) : raw, recipe);
  const { factor, ...moments } = standardize;
  const host = hostMap(standardize, transforms ?? undefined, moves);
  const masked = isMasked(recipe) ? maskedMap(host, standardize) : null;
  const possible = possibleValues(own, kinds, transforms);
  const size = Math.min(recipe.batchSize, training.count);
  const indicesOf = inOrder((step) => batches(training.count, size, rng.split('order'), step));
  return {
    input: {
      kind: 'table',
      title,
      columns,
      ...(kinds && { kinds }),
      ...(transforms && { transforms }),
      ...(effects && { effects }),
      ...(possible && { possible }),
      ...(given && { given }),
      label: classes && table.label!,
      classes: classes?.classes ?? [],
    },
    training,
    validation: set > 0 ? aside : heldOut,
    heldOut,
    ...moments,
    factor: factor ?? null,
    truth: null,
    batch(index, batchRng) {
      const indices = indicesOf(index);
      const taken = gathered(training.data, indices, whole, batchRng);
      if (masked) return maskedBatch(taken, whole, host, masked, recipe.noise, batchRng);
      const x = tidy(() => {
        const chosen = tensor2d(onHost(taken, host, width), [size, width]);
        const noisy =
          recipe.noise === 0
            ? chosen
            : (add(chosen, mul(recipe.noise, batchRng.normal([size, width]))) as Tensor2D);
        if (!given) return noisy;
        const contexts = taken.flatMap((row) => contextOf(given, row.subarray(width)));
        return concat([noisy, tensor2d(contexts, [size, contextSize(given)])], 1);
      });
      const { labels } = training;
      return {
        x,
        ...(labels && { labels: labelTensor(Array.from(indices, (i) => labels[i]!)) }),
        ...(transforms && { logSlope: logSlopes(taken, host) }),
      };
    },
  };
}

/** The rows of a test table in proportion to their weights. */
function weightedTest<T extends Table>(title: string, test: T, name: string, rng: Rng): T {
  const all = Uint32Array.from({ length: test.rows }, (_, i) => i);
  return takeRows(test, byWeight(`the test rows of ${title}`, test, name, rng)('judge', all));
}

/** All rows of a test table, with the columns and classes of the table that is trained on. */
function testPart(
  title: string,
  test: Table & Partial<LabelledTable>,
  columns: readonly string[],
  classes: ReturnType<typeof classesOf>,
): Part<Table> {
  const { rows, numbers, labels = [] } = test;
  const where = `the test rows of ${title}`;
  if (classes && labels.length !== rows)
    throw new IResNetError('data', where, 'expected a class for each row, got none');
  return {
    count: rows,
    data: columnsOf(where, test, columns),
    labels:
      classes &&
      Int32Array.from({ length: rows }, (_, i) => {
        const index = classes.classes.indexOf(labels[i]!);
        if (index >= 0) return index;
        const what = `expected one of the classes ${classes.classes.slice(0, 5).join(', ')}, got '${labels[i]}'`;
        throw new IResNetError('data', where, what);
      }),
    numbers: Uint32Array.from({ length: rows }, (_, i) => numbers?.[i] ?? i + 1),
  };
}

function classesOf(title: string, { columns, label, labels }: Partial<LabelledTable>, { task }: Recipe) {
  if (task === 'density') return null;
  if (labels === undefined || label === undefined)
    throw new IResNetError('data', title, `expected a table with classes for the task ${task}, got none`);
  if (columns?.includes(label))
    throw new IResNetError(
      'data',
      title,
      `expected the classes in a column of their own, got '${label}' twice`,
    );
  const encoded = encodeLabels(labels);
  const count = encoded.classes.length;
  if (count < 2 || count > MOST_CLASSES) {
    const what = `expected 2 to ${MOST_CLASSES} classes in '${label}', found ${count}`;
    throw new IResNetError('data', title, what);
  }
  return encoded;
}

/** A table with each column transformed. */
function transformed(table: Table, transforms: NonNullable<TableInput['transforms']>): Table {
  const maps = transforms.map(columnTransform);
  const values = Float64Array.from(table.values, (x, i) => maps[i % maps.length]!.forward(x));
  return { ...table, values };
}

/** Rows by their indices, with new noise on whole numbers. */
function gathered(
  { columns: { length: width }, values }: Table,
  indices: Uint32Array,
  whole: Discrete | null,
  rng: Rng,
): Float64Array[] {
  const noise = rng.split('dequantize');
  return Array.from(indices, (row) => {
    const chosen = Float64Array.from(values.subarray(row * width, (row + 1) * width));
    return whole ? whole.dequantized(chosen, () => uniformOf(noise)) : chosen;
  });
}

/** Refuse missing values, which only a masked density takes. */
function refuseGaps(title: string, values: Table['values']): void {
  const at = values.findIndex(Number.isNaN);
  if (at < 0) return;
  const what = `expected finite numbers, or a masked flow, which takes missing values, got NaN at ${at}`;
  throw new IResNetError('data', title, what);
}

/**
 * Mean and deviation of the columns, and the factor of their correlations where a recipe whitens.
 */
function standardizeBy(
  table: Table,
  moments: ReturnType<typeof momentsOf>,
  recipe: Recipe,
): ReturnType<typeof momentsOf> & { readonly factor?: readonly number[] } {
  const { length } = table.columns;
  if (!whitens(recipe) || (isMasked(recipe) && length > MOST_MASKED)) return moments;
  if (length > 1 && table.values.some(Number.isNaN)) return momentsWithGaps(table, moments);
  const factor = correlationFactor(table, moments);
  return { ...moments, ...(factor && { factor }) };
}

/** Σ ln t′ of rows, `[B]` nats. */
function logSlopes(rows: readonly Float64Array[], { logSlope }: HostMap) {
  return tensor1d(rows.map(logSlope));
}

/** Rows as the network takes them: float64 on the host, then rounded to float32. */
function onHost(rows: readonly Float64Array[], host: HostMap, width: number): Float32Array {
  const chosen = new Float32Array(rows.length * width);
  rows.forEach((row, i) => chosen.set(host.toModel(row), i * width));
  return chosen;
}
