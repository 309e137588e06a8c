import { createRng } from '@iresnet/core';
import { faithful, iris, parseTable, takeRows, toy2d, type Table, type Toy2dName } from '@iresnet/datasets';
import {
  defaultRecipe,
  planeSource,
  tableSource,
  type DenseRecipe,
  type Recipe,
  type TableSource,
} from '@iresnet/pipeline';
import { POINTS, type Setup } from '../protocol';
import { STEPS } from '../state';

/** Rows of a table of the visitor at most: the page stays quick, and a density needs no more. */
const MOST_ROWS = 20_000;

const tables = { faithful, iris } as const;

/** The recipe of a run: that of the command line, with a network that is small enough to be watched. */
export function recipeOf({ data, seed, blocks, width, coefficient }: Setup): Recipe {
  const plane = typeof data === 'string' && !(data in tables);
  const usual = defaultRecipe(plane ? 'plane' : 'table');
  const { flow } = usual.model as DenseRecipe;
  return {
    ...usual,
    seed,
    steps: STEPS,
    batchSize: 200,
    learningRate: 0.005,
    // What is drawn is what learns.
    emaDecay: null,
    model: { kind: 'dense', flow: { ...flow, blocks, hidden: [width, width], coefficient } },
  };
}

/** The data of a run, cut into its parts. */
export function sourceOf({ data }: Setup, recipe: Recipe): TableSource {
  if (typeof data !== 'string')
    return tableSource(data.title, ownTable(data.text, data.title, recipe.seed), recipe);
  if (data in tables) return tableSource(data, tables[data as keyof typeof tables](), recipe);
  return planeSource(toy2d(data as Toy2dName), recipe);
}

/** The columns of a text that hold numbers alone. */
function ownTable(text: string, file: string, seed: number): Table {
  let table: Table;
  try {
    table = parseTable(text, { file });
  } catch (error) {
    // A column of words is no reason to stop: the error names those of numbers.
    const { numeric } = (error as { context?: { numeric?: readonly string[] } }).context ?? {};
    if (!numeric || numeric.length < 2) throw error;
    table = parseTable(text, { file, columns: numeric });
  }
  if (table.rows <= MOST_ROWS) return table;
  const rng = createRng(seed).split('rows');
  return takeRows(
    table,
    Array.from({ length: MOST_ROWS }, () => rng.nextUint32() % table.rows),
  );
}

/** The training rows that are shown, in deviations, all columns. */
export function shownPoints({ training, mean, deviation }: TableSource): Float32Array {
  const { values } = training.data;
  const width = mean.length;
  return Float32Array.from(
    { length: Math.min(POINTS, training.count) * width },
    (_, i) => (values[i]! - mean[i % width]!) / deviation[i % width]!,
  );
}

/** Half the side of the square that holds nearly all shown points, in deviations. */
export function reachOf(points: Float32Array): number {
  const sizes = Float32Array.from(points, Math.abs).sort();
  return Math.min(8, Math.max(3, 1.15 * (sizes[Math.floor(0.995 * sizes.length)] ?? 3)));
}
