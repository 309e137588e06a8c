import type { Command } from 'commander';
import type { BackendName } from '@iresnet/backend';
import { datasetNames } from '@iresnet/datasets';
import { bases, transforms } from '@iresnet/flows';
import { solvers } from '@iresnet/inversion';
import { activations, branches } from '@iresnet/lipschitz';
import { logDetEstimators } from '@iresnet/logdet';
import { iResNetPresetNames } from '@iresnet/model';
import { tasks, transformChoices } from '@iresnet/pipeline';
import { optimizers } from '@iresnet/training';
import { refuse, type ConfigFlags } from '../requests/configFlags';
import { furtherFlags, refuseConfig, resolveRequest } from '../requests/train';
import { processOutput } from '../terminal/output';
import type { Finish } from './common';
import { listEveryday } from './everyday';
import {
  addDataFlag,
  backendFlag,
  choice,
  duration,
  either,
  gathered,
  integer,
  named,
  number,
  orNone,
  positive,
  quietFlag,
  shareOrZero,
  widths,
  type TrainWorkers,
} from './flags';
import { recipeDefault } from './recipeDefaults';
import { addColumnFlags, addTableFlags } from './tableFlags';

/** The flags of {@link addTrain}: those that decide a run, and those that do not. */
type TrainFlags = ConfigFlags & {
  readonly out: string;
  readonly resume?: string;
  readonly budget?: number;
  readonly backend: BackendName;
  readonly threads: number;
  readonly workers?: TrainWorkers;
  readonly quiet?: boolean;
  readonly json?: boolean;
};

/** What `--help` lists; the others shape the network, its training and the reading of a table. */
const everyday =
  'dataset data data-dir columns exclude label given missing hold-out test task config resume ' +
  'steps budget seed out workers backend json quiet';

/** `iresnet train`. */
export function addTrain(program: Command, finish: Finish): void {
  listEveryday(addTrainFlags(program.command('train')), everyday).action(async (flags: TrainFlags) => {
    const { out, resume, backend, threads, workers, quiet, budget, json = false, ...config } = flags;
    const output = processOutput(quiet);
    if (workers !== undefined && workers !== 1 && threads > 1)
      refuse('expected --workers or --threads, got both');
    const options = { backend, threads, workers: workers ?? 1, json };
    const further = resume !== undefined && config.steps !== undefined;
    if (resume !== undefined && !further)
      refuseConfig({ ...config, ...(budget !== undefined && { budget }) });
    const request =
      resume === undefined || further
        ? resolveRequest(further ? furtherFlags(resume, config) : config, budget, workers !== undefined)
        : null;
    if (workers === 'ranks' && (process.env['RANK'] ?? '0') !== '0')
      return finish(await (await import('../run/threads')).serveRanks(backend));
    const run = await import('../run/train');
    finish(
      request === null
        ? await run.resume(resume!, options, output)
        : await run.train(request, out, options, output, resume),
    );
  });
}

/** The options and the help of `iresnet train`. */
function addTrainFlags(command: Command): Command {
  const described = command
    .description(
      'Train an i-ResNet and report on it: a density of a table or a two-dimensional set; a density, a classifier or both of images.',
    )
    .optionsGroup('Data:')
    .addOption(
      choice(
        '--dataset <name>',
        'a table or set that ships with the program, or a set of images (default: faithful, without --data)',
        datasetNames(),
      ),
    );
  addDataFlag(
    described,
    'a table, several of them, or a pattern such as "logs/*.csv"; or a folder with one folder of PNG or JPEG images for each class (--task density needs no classes)',
  )
    .option(
      '--hold-out <share>',
      'share to judge on, of data without a test set; with 0 the examples for validation are judged (default: by the rows of a table, a third of a set, 0.2 of images)',
      shareOrZero,
    )
    .option('--split-seed <n>', 'seed of what is held out and set aside (default: --seed)', integer(0))
    .option(
      '--validation <n>',
      'examples set aside to choose the best model, apart from those that are judged: a count, or below 1 a share (default: 0.1, or 0.15 below 500 rows; images: 500, or a twentieth)',
      number,
    )
    .optionsGroup('Training:')
    .option('--config <file>', 'start from the config.json of another run; flags win over it')
    .option(
      '--resume <run>',
      'go on with an interrupted run; with --steps train the model of a finished one for so many more, as a new run, where other flags win over its configuration',
    )
    .option(
      '--steps <n>',
      `optimizer steps at most (default: ${recipeDefault('steps', 'by the rows of a table, 400 or 1000')}; digits: 400, or 600 to classify)`,
      integer(1),
    )
    .option(
      '--budget <time>',
      'tables and sets: try some recipes for a while, then train the best one for the rest of the time, such as 20s or 2m',
      duration,
    )
    .option(
      '--validate-every <n>',
      'steps between two validations (default: by the rows of a table, 20 to 50; else a twentieth of the run)',
      integer(1),
    )
    .option(
      '--patience <n>',
      `stop after so many validations without a better one, with the best model as the result; none makes all steps (default: ${recipeDefault('patience')})`,
      orNone(integer(1)),
    )
    .option('--seed <n>', 'seed of everything random (default: 1)', integer(0))
    .option(
      '--batch-size <n>',
      `rows or images a step (default: ${recipeDefault('batchSize', 'by the rows of a table, 128 or 256')})`,
      integer(2),
    )
    .option('--accumulate <n>', 'batches whose gradients make one step (default: 1)', integer(1))
    .addOption(named('--optimizer <spec>', 'how weights move (default: adam)', optimizers))
    .option(
      '--learning-rate <r>',
      `peak learning rate (default: ${recipeDefault('learningRate')}, 0.004 for their density alone)`,
      positive,
    )
    .addOption(choice('--schedule <name>', 'of the learning rate (default: cosine)', ['constant', 'cosine']))
    .option(
      '--warmup <n>',
      `steps in which the learning rate rises, a tenth of the run at most (default: ${recipeDefault('warmup')})`,
      integer(0),
    )
    .option(
      '--ema <d>',
      `decay of the average of the weights, or none (default: ${recipeDefault('emaDecay')})`,
      orNone(number),
    )
    .option(
      '--clip <n>',
      `longest gradient, or none (default: ${recipeDefault('clipNorm')})`,
      orNone(positive),
    )
    .option(
      '--density-weight <w>',
      `weight of the density in the loss of a model that also classifies (default: ${recipeDefault('densityWeight')})`,
      number,
    )
    .optionsGroup('Model:')
    .option(
      '--blocks <n>',
      'residual blocks; for images of each scale, comma-separated (default: 5 a table, 8 from 4000 rows on, 8 a set; images: of the preset)',
      widths,
    )
    .addOption(
      named(
        '--activation <spec>',
        'activation of the blocks (default: sin; images: of the preset)',
        activations,
      ),
    )
    .option(
      '--coefficient <c>',
      'bound of the spectral norm of each layer, below 1, or none for a plain ResNet (default: 0.98; images: of the preset)',
      orNone(positive),
    )
    .addOption(
      named(
        '--branch <spec>',
        'residual branch of a block (default: plain; images: of the preset)',
        branches,
      ),
    )
    .option('--linear', 'put a trained matrix of the columns or channels before each block')
    .option('--no-linear', 'put none there')
    .addOption(
      named(
        '--log-det <spec>',
        'estimator of the log-determinant in training (default: exact up to 16 columns, then powerSeries by Russian roulette; images: of the preset)',
        logDetEstimators,
      ),
    )
    .addOption(named('--solver <spec>', 'solver of the inverse (default: anderson)', solvers))
    .addOption(
      named(
        '--base <spec>',
        'distribution of the latent (default: standardNormal; from 4000 rows on and of a set a mixture of 16; images: of the preset)',
        bases,
      ),
    )
    .addOption(
      named(
        '--transform <spec>',
        `of each column of a table (default: auto), or of one as price=log, given again for others: ${Object.keys(transformChoices).join(', ')}; of images`,
        transforms,
      ).argParser(gathered),
    )
    .optionsGroup('Tables:');
  addColumnFlags(described)
    .option('--hidden <widths>', 'widths of the hidden layers, comma-separated (default: 64,64)', widths)
    .option('--by-category', 'see numbers from their means by category (default: of a table)')
    .option('--no-by-category', 'see them from their means over all rows')
    .option('--whiten', 'make the columns uncorrelated in front of the network (default: of a table)')
    .option('--no-whiten', 'only bring each column to mean 0 and deviation 1')
    .option(
      '--noise <s>',
      'noise on training rows, in deviations of each direction (default: by rows and columns, or 0 for a set)',
      number,
    );
  return addTableFlags(described)
    .optionsGroup('Images:')
    .addOption(choice('--task <task>', 'density, classify, or hybrid for both (default: hybrid)', tasks))
    .option('--data-dir <folder>', 'where the files of --dataset are (default: downloaded into a cache)')
    .addOption(
      choice(
        '--preset <name>',
        'an architecture by name (default: by the task and the images)',
        iResNetPresetNames,
      ),
    )
    .option(
      '--channels <list>',
      'hidden channels of each scale, comma-separated (default: of the preset)',
      widths,
    )
    .option(
      '--shift <n>',
      'shift training images by up to n pixels (default: 2 to classify images above 8 × 8, else 0)',
      integer(0),
    )
    .option('--flip', 'mirror training images at random')
    .optionsGroup('Running:')
    .option('--out <folder>', 'where numbered run folders go', 'runs')
    .addOption(backendFlag())
    .option('--threads <n>', 'threads of the backend', integer(1), 1)
    .option(
      '--workers <n>',
      'threads that train: a number, or auto for all cores (default: 1); or ranks, the processes of a job of deploy/ranks.py. They share the micro-batches of a step, into which --workers cuts it; the numbers are those of any number of them, 1 too',
      either('ranks', either('auto', integer(1))),
    )
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
  $ iresnet train --data flowers.csv --steps 3000   any table
  $ iresnet train --data flowers.csv --label species
  $ iresnet train --dataset digits                  one model that classifies and generates digits
  $ iresnet train --dataset mnist --data-dir mnist/ --task classify
  $ iresnet train --data photos/ --task density     a folder of PNG or JPEG images
  $ iresnet train --data wide.csv --log-det arnoldi:products=6,probe.samples=2
  $ iresnet train --config runs/001-faithful/config.json --seed 2
  $ iresnet train --resume runs/002-faithful

Through npm, flags follow two dashes: \`npm start -- --dataset moons\``,
    );
}
