import { IResNetError, type ErrorKind } from '@iresnet/core';
import { checkStructure, type Structure } from '@iresnet/core/internal';
import {
  datasetNames,
  groupingMarks,
  tableSchemaStructure,
  type DatasetName,
  type TableFileOptions,
  type TableSchema,
} from '@iresnet/datasets';
import { checkRecipe } from '../checkRecipe';
import { isMasked, type Recipe } from '../recipe';
import { upgraded } from './oldConfig';

/** The layout of `config.json` that is written, and the newest that is read. */
const VERSION = 2;

/** Where the data of a run comes from. */
export type DataConfig = TableData | ImageData;

/** Rows: a distribution on the plane, a table that ships with the packages, or a file. */
export type TableData =
  | { readonly kind: 'toy'; readonly name: DatasetName<'toy'> }
  | { readonly kind: 'embedded'; readonly name: DatasetName<'table'>; readonly label?: string }
  | ({
      readonly kind: 'file';
      /** A file, a folder of files, or a pattern such as `logs/*.csv`. */
      readonly file: string;
      /** More of them, whose rows follow. */
      readonly more?: readonly string[];
      /**
       * Rows to be judged on: a file, a folder of files or a pattern. Without it some rows of the
       * table.
       */
      readonly test?: string;
      readonly columns?: readonly string[];
      readonly label?: string;
      /** What its columns hold; absent in runs of before, whose columns are numbers. */
      readonly schema?: TableSchema;
      /**
       * What becomes of rows without a value; `refuse` by default. `marginal` takes a model with a
       * masked flow.
       */
      readonly missing?: 'refuse' | 'drop' | 'marginal';
    } & Pick<TableFileOptions, 'header' | 'separator' | 'decimal' | 'grouping'>);

/** Images: a set by its name, whose files may lie in `dir`, or a folder of pictures. */
export type ImageData =
  | { readonly kind: 'set'; readonly name: DatasetName<'images'>; readonly dir?: string }
  | { readonly kind: 'folder'; readonly folder: string };

/** Everything that decides a training run; what `config.json` of a run folder holds. */
export type RunConfig = Recipe & { readonly version: typeof VERSION; readonly data: DataConfig };

/** A configuration of a recipe and its data. */
export function runConfig(data: DataConfig, recipe: Recipe): RunConfig {
  return { version: VERSION, data, ...recipe };
}

/** The recipe of a configuration. */
export function recipeOf({ version: _version, data: _data, ...recipe }: RunConfig): Recipe {
  return recipe;
}

/** Whether data are images. */
export function isImages(data: DataConfig): data is ImageData {
  return data.kind === 'set' || data.kind === 'folder';
}

/** The column of the classes, where there is one. */
export function labelOf(data: DataConfig): string | undefined {
  return 'label' in data ? data.label : undefined;
}

const text = (doc: string) => ({ type: 'text', doc }) as const satisfies Structure;
const name = (kind: 'toy' | 'table' | 'images') =>
  ({
    type: 'choice',
    choices: datasetNames(kind),
    doc: 'Name of the data set.',
  }) as const satisfies Structure;
const label = { ...text('The column of the classes.'), optional: true } as const;

const dataStructure: Structure = {
  type: 'kinds',
  doc: 'Where the data comes from.',
  kinds: {
    toy: { name: name('toy') },
    embedded: { name: name('table'), label },
    file: {
      file: text('A table, a folder of tables or a pattern.'),
      more: { type: 'list', of: text('A table.'), optional: true, doc: 'More tables, whose rows follow.' },
      test: { ...text('Rows to be judged on.'), optional: true },
      columns: { type: 'list', of: text('A column.'), min: 1, optional: true, doc: 'Its columns.' },
      label,
      schema: { ...tableSchemaStructure, optional: true },
      missing: {
        type: 'choice',
        choices: ['refuse', 'drop', 'marginal'],
        optional: true,
        doc: 'What becomes of rows without a value.',
      },
      header: { type: 'flag', optional: true, doc: 'Whether its first line names the columns.' },
      separator: { ...text('The character between its fields.'), optional: true },
      decimal: { type: 'choice', choices: ['.', ','], optional: true, doc: 'Its decimal mark.' },
      grouping: {
        type: 'choice',
        choices: groupingMarks,
        optional: true,
        doc: 'The mark between its groups of digits.',
      },
    },
    set: { name: name('images'), dir: { ...text('The folder of its files.'), optional: true } },
    folder: {
      folder: text('A folder of PNG or JPEG files, in a folder for each class where it has classes.'),
    },
  },
};

/**
 * Check a configuration; one of an earlier version is brought up to date.
 *
 * @param where - The file or the command line, for the message.
 * @param kind - `argument` for what a person wrote, `data` for a file of a run folder.
 * @throws IResNetError that lists every difference at once.
 */
export function parseRunConfig(value: unknown, where: string, kind: ErrorKind = 'argument'): RunConfig {
  const refuse = (what: string): never => {
    throw new IResNetError(kind, where, what);
  };
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse(`expected the configuration of a run, got ${JSON.stringify(value)}`);
  const { version = 1 } = value as { version?: unknown };
  if (typeof version === 'number' && version > VERSION)
    return refuse(
      `expected version ${VERSION} or older, got ${version}: a newer iresnet made it; update this one`,
    );
  if (version !== 1 && version !== VERSION)
    return refuse(`expected version 1 or ${VERSION}, got ${JSON.stringify(version)}`);
  const { version: _, data, ...recipe } = (version === 1 ? upgraded(value, VERSION) : value) as RunConfig;
  const problems: string[] = [];
  const attempt = (check: () => void): void => {
    try {
      check();
    } catch (error) {
      if (!(error instanceof IResNetError)) throw error;
      problems.push(error.message.slice(error.where.length + 2));
    }
  };
  attempt(() => checkStructure(where, dataStructure, data, 'data'));
  attempt(() => checkRecipe(where, recipe));
  if (problems.length === 0) attempt(() => checkKinds(where, data, recipe));
  if (problems.length > 0) return refuse(problems.join('; '));
  return { version: VERSION, data, ...recipe };
}

/** Rows are for dense networks, images for convolutional ones. */
function checkKinds(where: string, data: DataConfig, recipe: Recipe): void {
  const { model, task } = recipe;
  const refuse = (what: string): never => {
    throw new IResNetError('argument', where, what);
  };
  const images = isImages(data);
  if (images !== (model?.kind === 'image'))
    refuse(`expected a model of kind ${images ? 'image' : 'dense'} for the data, got ${model?.kind}`);
  if (data.kind === 'file' && data.missing === 'marginal' && !isMasked(recipe))
    refuse('expected a masked flow with the rule marginal for missing values, got another');
  if (data.kind === 'toy' && isMasked(recipe)) refuse('expected a table for a masked flow, got a toy');
  if (!images && (task === 'hybrid') !== (labelOf(data) !== undefined))
    refuse(`expected the task hybrid with a label and density without, got ${task}`);
}
