import type { Command } from 'commander';
import type { BackendName } from '@iresnet/backend';
import { IResNetError } from '@iresnet/core';
import { toy2dNames } from '@iresnet/datasets';
import { activationNames } from '@iresnet/lipschitz';
import {
  defaultConfig,
  embeddedNames,
  parseConfig,
  readConfig,
  type DataConfig,
  type RunConfig,
} from './config';
import { backendFlag, choice, integer, list, number, positive, quietFlag, widths } from './flags';

/** The flags that decide a run: where the rows come from, and settings over those of `--config` or the defaults. */
interface ConfigFlags {
  readonly dataset?: string;
  readonly data?: string;
  readonly columns?: string[];
  readonly config?: string;
  readonly steps?: number;
  readonly seed?: number;
  readonly blocks?: number;
  readonly hidden?: number[];
  readonly activation?: string;
  readonly coefficient?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly noise?: number;
  readonly holdOut?: number;
}

export interface TrainFlags extends ConfigFlags {
  readonly out: string;
  readonly resume?: string;
  readonly backend: BackendName;
  readonly threads: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

const WHERE = 'iresnet train';

/** The options and the help of `iresnet train`. */
export function addTrainFlags(command: Command): Command {
  return command
    .description('Fit an i-ResNet density to a table or a two-dimensional set and report on it.')
    .addOption(
      choice('--dataset <name>', 'a table or set that ships with the program', [
        ...embeddedNames,
        ...toy2dNames,
      ]),
    )
    .option('--data <file>', 'a numeric CSV file instead')
    .option('--columns <names>', 'columns of the file, comma-separated (default: all)', list)
    .option('--config <file>', 'start from the config.json of another run; flags win over it')
    .option('--steps <n>', 'optimizer steps (default: 1000, or 2000 for a set)', integer(1))
    .option('--seed <n>', 'seed of everything random (default: 1)', integer(0))
    .option('--blocks <n>', 'residual blocks (default: 8)', integer(1))
    .option('--hidden <widths>', 'widths of the hidden layers, comma-separated (default: 64,64)', widths)
    .addOption(choice('--activation <name>', 'activation of the blocks (default: sin)', activationNames))
    .option('--coefficient <c>', 'bound of each layer’s spectral norm, below 1 (default: 0.98)', positive)
    .option('--batch-size <n>', 'rows a step (default: 256, or 500 for a set)', integer(2))
    .option('--learning-rate <r>', 'peak learning rate (default: 0.002, or 0.005 for a set)', positive)
    .option(
      '--noise <s>',
      'noise on training rows, in deviations of each column (default: 0.1, or 0 for a set)',
      number,
    )
    .option('--hold-out <share>', 'share of the rows to judge on (default: a third)', positive)
    .option('--out <folder>', 'where numbered run folders go', 'runs')
    .option('--resume <run>', 'go on with an interrupted run')
    .addOption(backendFlag())
    .option('--threads <n>', 'threads of the wasm backend', integer(1), 1)
    .option('--json', 'print the figures as JSON')
    .option(...quietFlag)
    .addHelpText(
      'after',
      `
Without --dataset and --data it fits the 272 eruptions of the Old Faithful geyser.
Ctrl-C saves the run before it ends; --resume goes on as if it had never stopped.

Examples:
  $ iresnet train                                   the geyser, about a minute
  $ iresnet train --dataset moons                   two moons, beside the true value
  $ iresnet train --data flowers.csv --steps 3000   any numeric table
  $ iresnet train --config runs/001-faithful/config.json --seed 2
  $ iresnet train --resume runs/002-faithful

Through npm, flags follow two dashes: npm start -- --dataset moons`,
    );
}

/** Flags over a configuration file over the defaults of the data. */
export function resolveConfig(flags: TrainFlags): RunConfig {
  const { dataset, data, columns, config, ...settings } = configFlags(flags);
  if (dataset !== undefined && data !== undefined)
    throw new IResNetError('argument', WHERE, 'expected --dataset or --data, got both');
  if (columns !== undefined && data === undefined)
    throw new IResNetError('argument', WHERE, 'expected --data with --columns, got none');
  const from = config === undefined ? null : readConfig(config, 'argument');
  const chosen = chosenData(dataset, data, columns);
  const base = from ?? defaultConfig(chosen ?? { kind: 'embedded', name: 'faithful' });
  return parseConfig({ ...base, ...(chosen && { data: chosen }), ...settings }, WHERE);
}

/** A run that goes on has its configuration already. */
export function refuseConfig(flags: TrainFlags): void {
  const given = Object.keys(configFlags(flags)).map(
    (key) => `--${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`,
  );
  if (given.length === 0) return;
  const what = `expected --resume without what decides a run, got ${given.join(', ')} beside it`;
  throw new IResNetError('argument', WHERE, what);
}

function configFlags(flags: TrainFlags): ConfigFlags {
  const { out: _o, resume: _r, backend: _b, threads: _t, quiet: _q, json: _j, ...rest } = flags;
  return rest;
}

function chosenData(dataset?: string, file?: string, columns?: string[]): DataConfig | null {
  if (file !== undefined) return { kind: 'file', file, ...(columns && { columns }) };
  if (dataset === undefined) return null;
  const embedded = embeddedNames.find((name) => name === dataset);
  return embedded ? { kind: 'embedded', name: embedded } : { kind: 'toy', name: dataset };
}
