import { createRng } from '@iresnet/core';
import {
  faithful,
  iris,
  parseTable,
  takeRows,
  toy2d,
  type LabelledTable,
  type Table,
  type Toy2dName,
} from '@iresnet/datasets';
import {
  defaultRecipe,
  planeSource,
  tableSource,
  type DenseRecipe,
  type Recipe,
  type TableSource,
} from '@iresnet/pipeline';
import type { TableData } from '@iresnet/pipeline/run';
import type { OwnTable, TrainingSetup } from '../protocol';
import { STEPS } from '../state';
import { csvOf } from './csv';

/** Rows of a table of the visitor at most: the page stays quick, and a density needs no more. */
const MOST_ROWS = 20_000;

const tables = { faithful, iris } as const;

/** What a run learns from, and how. */
export interface Material {
  readonly recipe: Recipe;
  readonly source: TableSource;
  /** Whether the data has classes, learned or not. */
  readonly hasClasses: boolean;
  /** Where the data comes from, as a run folder says it. */
  readonly data: TableData;
  /**
   * The rows of the visitor as text, which a run folder brings along; null for data that everybody
   * has.
   */
  readonly csv: string | null;
}

/**
 * The recipe of the command line for data of the page or of the visitor, with a network that can be
 * watched.
 */
export function materialOf(setup: TrainingSetup): Material {
  const { data } = setup;
  if (typeof data === 'string' && !(data in tables)) {
    const recipe = recipeOf(defaultRecipe('plane'), setup);
    const name = data as Toy2dName;
    const source = planeSource(toy2d(name), recipe);
    return { recipe, source, hasClasses: false, data: { kind: 'toy', name }, csv: null };
  }
  const own = typeof data !== 'string';
  const table: Table & Partial<LabelledTable> = own
    ? ownTable(data, setup.seed)
    : tables[data as keyof typeof tables]();
  const { rows, columns } = table;
  const hasClasses = table.labels !== undefined && new Set(table.labels).size > 1;
  const task = hasClasses && setup.classes ? 'hybrid' : 'density';
  const recipe = recipeOf(defaultRecipe('table', task, { rows, columns: columns.length }), setup);
  const label = task === 'hybrid' ? { label: table.label! } : {};
  return {
    recipe,
    source: tableSource(own ? data.title : data, table, recipe),
    hasClasses,
    data: own
      ? {
          kind: 'file',
          file: `${fileNameOf(data.title)}.csv`,
          columns,
          ...label,
          header: true,
          separator: ',',
        }
      : { kind: 'embedded', name: data as keyof typeof tables, ...label },
    csv: own ? csvOf(table) : null,
  };
}

/** A name for the files of a run. */
export const fileNameOf = (title: string): string =>
  title.replace(/[^\w.-]+/g, '-').replace(/^[.-]+/, '') || 'run';

function recipeOf(usual: Recipe, { seed, blocks, width, coefficient }: TrainingSetup): Recipe {
  const { flow } = usual.model as DenseRecipe;
  return {
    ...usual,
    seed,
    steps: STEPS,
    batchSize: Math.min(200, usual.batchSize),
    learningRate: 0.005,
    // What is drawn is what learns, in deviations of each column.
    emaDecay: null,
    whiten: false,
    transform: { all: 'none' },
    // The latents that are drawn are those of one normal.
    model: {
      kind: 'dense',
      flow: { ...flow, base: 'standardNormal', blocks, hidden: [width, width], coefficient },
    },
  };
}

/**
 * The columns of a text that hold numbers alone, with its classes where one column alone holds
 * words.
 */
function ownTable({ text, title: file, label }: OwnTable, seed: number): Table & Partial<LabelledTable> {
  const classes = label === undefined ? {} : { label };
  let table: Table & Partial<LabelledTable>;
  try {
    table = parseTable(text, { file, ...classes });
  } catch (error) {
    // A column of words is no reason to stop: the error names those of numbers.
    const { numeric, ...found } = ((error as { context?: unknown }).context ?? {}) as {
      readonly numeric?: readonly string[];
      readonly label?: string;
    };
    if (!numeric || numeric.length < 2) throw error;
    table = parseTable(text, {
      file,
      columns: numeric,
      ...(found.label === undefined ? {} : { label: found.label }),
    });
  }
  if (table.rows <= MOST_ROWS) return table;
  const rng = createRng(seed).split('rows');
  return takeRows(
    table,
    Array.from({ length: MOST_ROWS }, () => rng.nextUint32() % table.rows),
  );
}
