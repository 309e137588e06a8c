import { listed, quoted } from '@iresnet/core/internal';
import type { ColumnChoices } from '../columns/choice';
import { defaultRecipe } from '../recipe';
import type { DataConfig, RunConfig } from './config';

/** Flags with their values. */
type Flags = readonly (readonly (string | number)[])[];

/**
 * The command of `@iresnet/cli` that gives a run again, for a POSIX shell. What no flag says, such
 * as the sizes of an architecture that was written by hand, is in the `config.json` beside it.
 *
 * @param config - Of the run.
 * @param from - The run whose model it began with, if it did.
 *
 * @example
 * ```ts
 * import { defaultRecipe } from '@iresnet/pipeline';
 * import { runConfig, trainCommand } from '@iresnet/pipeline/run';
 *
 * const config = runConfig({ kind: 'embedded', name: 'faithful' }, defaultRecipe('table'));
 * console.log(trainCommand(config)); // iresnet train --dataset faithful --steps …
 * ```
 */
export function trainCommand({ data, model, ...config }: RunConfig, from?: string): string {
  const images = model.kind === 'image';
  const { optimizer, emaDecay, clipNorm, augment } = config;
  const flags: Flags = [
    ...(from === undefined ? [] : [['--resume', from]]),
    ...sourceFlags(data),
    ...(images ? [['--task', config.task]] : []),
    ['--steps', config.steps],
    ['--seed', config.seed],
    ['--batch-size', config.batchSize],
    ['--accumulate', config.accumulate],
    // Flags name the optimizer of rows, whose options they cannot: the default is not written.
    ...(same(optimizer, defaultRecipe('table').optimizer) ? [] : [['--optimizer', spec(optimizer)]]),
    ['--learning-rate', config.learningRate],
    ['--schedule', config.schedule],
    ['--warmup', config.warmup],
    ['--ema', emaDecay ?? 'none'],
    ['--clip', clipNorm ?? 'none'],
    ...(config.task === 'hybrid' ? [['--density-weight', config.densityWeight]] : []),
    ...('test' in data ? [] : [['--hold-out', config.holdOut]]),
    ...(config.splitSeed === undefined ? [] : [['--split-seed', config.splitSeed]]),
    ['--validation', config.validation],
    ...(config.validateEvery === undefined ? [] : [['--validate-every', config.validateEvery]]),
    ['--patience', config.patience ?? 'none'],
    ...(images ? [['--shift', augment.shift]] : rowFlags(config)),
    ...(data.kind === 'file' || data.kind === 'embedded' ? transformFlags(config.transform) : []),
    ...(augment.flip ? [['--flip']] : []),
    ...(images
      ? [
          ['--blocks', model.flow.scales.map(({ blocks }) => blocks).join()],
          ['--channels', model.flow.scales.map(({ channels }) => channels).join()],
        ]
      : [
          ['--blocks', model.flow.blocks],
          ['--hidden', model.flow.hidden.join()],
        ]),
    ...(model.flow.linear ? [['--linear']] : images ? [['--no-linear']] : []),
    ...(images ? [['--transform', spec(model.flow.transform ?? 'none')]] : []),
    ['--activation', spec(model.flow.activation)],
    ['--coefficient', model.flow.coefficient ?? 'none'],
    ...(model.flow.logDet ? [['--log-det', spec(model.flow.logDet)]] : []),
    ...(model.flow.base ? [['--base', spec(model.flow.base)]] : []),
    ...(model.flow.solver ? [['--solver', spec(model.flow.solver)]] : []),
  ];
  return ['iresnet', 'train', ...flags.flat().map((word) => quoted(String(word)))].join(' ');
}

function spec(value: string | { readonly kind: string }): string {
  if (typeof value === 'string') return value;
  const { kind, ...options } = value;
  return Object.keys(options).length === 0 ? kind : JSON.stringify(value);
}

/** A run of before there were transforms has none. */
function transformFlags({ all, columns = [] }: ColumnChoices = { all: 'none' }): Flags {
  return [
    ['--transform', spec(all)],
    ...columns.map(({ column, transform }) => ['--transform', `${column}=${spec(transform)}`]),
  ];
}

function rowFlags({ noise, byCategory, whiten, given, weights }: Omit<RunConfig, 'model' | 'data'>): Flags {
  return [
    ['--noise', noise],
    [byCategory ? '--by-category' : '--no-by-category'],
    [whiten ? '--whiten' : '--no-whiten'],
    ...(given ? [['--given', listed(given)]] : []),
    ...(weights === undefined ? [] : [['--weights', weights]]),
  ];
}

function sourceFlags(data: DataConfig): Flags {
  const label = 'label' in data && data.label !== undefined ? [['--label', data.label]] : [];
  switch (data.kind) {
    case 'file':
      return [
        ['--data', data.file, ...(data.more ?? [])],
        ...(data.test === undefined ? [] : [['--test', data.test]]),
        ...(data.columns ? [['--columns', listed(data.columns)]] : []),
        ...label,
        ...leftFlags(data),
        ...formFlags(data),
      ];
    case 'folder':
      return [['--data', data.folder]];
    case 'set':
      return [['--dataset', data.name], ...(data.dir === undefined ? [] : [['--data-dir', data.dir]])];
    default:
      return [['--dataset', data.name], ...label];
  }
}

/** Columns that were left out by name, and rows without a value. */
function leftFlags({ schema = [], missing }: Extract<DataConfig, { kind: 'file' }>): string[][] {
  const ids = schema.filter(({ kind }) => kind === 'id').map(({ column }) => column);
  const omitted = schema.filter(({ kind }) => kind === 'omit').map(({ column }) => column);
  return [
    ...(ids.length > 0 ? [['--id', listed(ids)]] : []),
    ...(omitted.length > 0 ? [['--exclude', listed(omitted)]] : []),
    ...(missing === undefined ? [] : [['--missing', missing]]),
  ];
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** How the text of a table is written, where that was said. */
function formFlags({ header, separator, decimal, grouping }: Extract<DataConfig, { kind: 'file' }>): Flags {
  const name = separator === '\t' ? 'tab' : separator === ' ' ? 'blank' : separator;
  return [
    ...(header === undefined ? [] : [['--header', header ? 'yes' : 'no']]),
    ...(name === undefined ? [] : [['--separator', name]]),
    ...(decimal === undefined ? [] : [['--decimal', decimal]]),
    ...(grouping === undefined ? [] : [['--grouping', grouping === ' ' ? 'blank' : grouping]]),
  ];
}
