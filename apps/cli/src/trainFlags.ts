import type { Command } from 'commander';
import type { BackendName } from '@iresnet/backend';
import { datasetNames } from '@iresnet/datasets';
import { activationNames } from '@iresnet/lipschitz';
import { iResNetPresetNames } from '@iresnet/model';
import {
  backendFlag,
  choice,
  integer,
  list,
  number,
  orNone,
  positive,
  quietFlag,
  share,
  widths,
} from './flags';
import { tasks, type Task } from './image/config';

/** Flags of runs on tables and two-dimensional sets alone. */
export interface TableFlags {
  readonly columns?: string[];
  readonly label?: string;
  readonly hidden?: number[];
  readonly noise?: number;
}

/** Flags of runs on images alone. */
export interface ImageFlags {
  readonly task?: Task;
  readonly dataDir?: string;
  readonly preset?: string;
  readonly channels?: number[];
  readonly accumulate?: number;
  readonly optimizer?: string;
  readonly schedule?: string;
  readonly warmup?: number;
  readonly weightDecay?: number;
  readonly ema?: number | 'none';
  readonly clip?: number | 'none';
  readonly shift?: number;
  readonly flip?: boolean;
  readonly validation?: number;
}

/** Flags of every run. */
interface CommonFlags {
  readonly dataset?: string;
  readonly data?: string;
  readonly config?: string;
  readonly steps?: number;
  readonly seed?: number;
  readonly blocks?: number[];
  readonly activation?: string;
  readonly coefficient?: number | 'none';
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly holdOut?: number;
  readonly densityWeight?: number;
}

/** The flags that decide a run: where the data come from, and settings over those of `--config` or the defaults. */
export type ConfigFlags = CommonFlags & TableFlags & ImageFlags;

export interface TrainFlags extends ConfigFlags {
  readonly out: string;
  readonly resume?: string;
  readonly backend: BackendName;
  readonly threads: number;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** The options and the help of `iresnet train`. */
export function addTrainFlags(command: Command): Command {
  return command
    .description(
      'Train an i-ResNet and report on it: a density of a table or a two-dimensional set; a density, a classifier or both of images.',
    )
    .optionsGroup('Data:')
    .addOption(
      choice(
        '--dataset <name>',
        'a table or set that ships with the program, or a set of images',
        datasetNames(),
      ),
    )
    .option(
      '--data <path>',
      'a numeric CSV file, also .gz or .npy, or a folder with one folder of PNG images for each class',
    )
    .option(
      '--hold-out <share>',
      'share to judge on, of data without a test set (default: a third; images: 0.2)',
      share,
    )
    .optionsGroup('Training:')
    .option('--config <file>', 'start from the config.json of another run; flags win over it')
    .option('--resume <run>', 'go on with an interrupted run')
    .option(
      '--steps <n>',
      'optimizer steps (default: 1000 a table, 2000 a set or images, 600 digits)',
      integer(1),
    )
    .option('--seed <n>', 'seed of everything random (default: 1)', integer(0))
    .option(
      '--batch-size <n>',
      'rows or images a step (default: 256 a table, 500 a set, 64 images)',
      integer(2),
    )
    .option(
      '--learning-rate <r>',
      'peak learning rate (default: 0.002 a table, 0.005 a set, 0.003 images)',
      positive,
    )
    .option(
      '--density-weight <w>',
      'weight of the density beside the classes, of a model of both (default: 1)',
      number,
    )
    .optionsGroup('Model:')
    .option(
      '--blocks <n>',
      'residual blocks; for images of each scale, comma-separated (default: 8; 4,4)',
      widths,
    )
    .addOption(
      choice('--activation <name>', 'activation of the blocks (default: sin; images: elu)', activationNames),
    )
    .option(
      '--coefficient <c>',
      'bound of each layer’s spectral norm, below 1 (default: 0.98; images: 0.9); for images none is a plain ResNet',
      orNone(positive),
    )
    .optionsGroup('Tables:')
    .option('--columns <names>', 'columns of the file, comma-separated (default: all)', list)
    .option('--label <name>', 'a column of classes: the model also tells them; of iris: species')
    .option('--hidden <widths>', 'widths of the hidden layers, comma-separated (default: 64,64)', widths)
    .option(
      '--noise <s>',
      'noise on training rows, in deviations of each column (default: 0.1, or 0 for a set)',
      number,
    )
    .optionsGroup('Images:')
    .addOption(choice('--task <task>', 'density, classify, or hybrid: both (default: hybrid)', tasks))
    .option('--data-dir <folder>', 'where the files of --dataset are (default: downloaded into a cache)')
    .addOption(choice('--preset <name>', 'an architecture by name', iResNetPresetNames))
    .option(
      '--channels <list>',
      'hidden channels of each scale, comma-separated (default: of the preset)',
      widths,
    )
    .addOption(
      choice('--optimizer <name>', 'default: adamax for a density, else adam', ['adam', 'adamax', 'sgd']),
    )
    .addOption(choice('--schedule <name>', 'of the learning rate (default: cosine)', ['constant', 'cosine']))
    .option('--warmup <n>', 'steps in which the learning rate rises (default: 20)', integer(0))
    .option('--weight-decay <r>', 'decoupled weight decay (default: 0)', number)
    .option('--accumulate <n>', 'batches whose gradients make one step (default: 1)', integer(1))
    .option('--ema <d>', 'decay of the average of the weights, or none (default: 0.99)', orNone(number))
    .option('--clip <n>', 'longest gradient, or none (default: 10)', orNone(positive))
    .option(
      '--shift <n>',
      'shift training images by up to n pixels (default: 2 to classify, else 0)',
      integer(0),
    )
    .option('--flip', 'mirror training images at random')
    .option(
      '--validation <n>',
      'training images that draw the validation curve (default: 500 or a twentieth)',
      integer(0),
    )
    .optionsGroup('Running:')
    .option('--out <folder>', 'where numbered run folders go', 'runs')
    .addOption(backendFlag())
    .option('--threads <n>', 'threads of the backend', integer(1), 1)
    .option('--json', 'print the figures as JSON')
    .option(...quietFlag)
    .addHelpText(
      'after',
      `
Without --dataset and --data it fits the 272 eruptions of the Old Faithful geyser.
Ctrl-C saves the run before it ends; --resume goes on as if it had never stopped, after a crash from the last save:
one every 30 seconds, or every $IRESNET_SAVE_SECONDS.

Examples:
  $ iresnet train                                   the geyser, about a minute
  $ iresnet train --dataset moons                   two moons, beside the true value
  $ iresnet train --data flowers.csv --steps 3000   any numeric table
  $ iresnet train --data flowers.csv --label species
  $ iresnet train --dataset digits                  one model that classifies and generates digits
  $ iresnet train --dataset mnist --data-dir mnist/ --task classify
  $ iresnet train --data photos/ --task density     a folder of PNG images
  $ iresnet train --config runs/001-faithful/config.json --seed 2
  $ iresnet train --resume runs/002-faithful

Through npm, flags follow two dashes: npm start -- --dataset moons`,
    );
}
