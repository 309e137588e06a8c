import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { BackendName } from '@iresnet/backend';
import { toy2dNames } from '@iresnet/datasets';
import { activationNames } from '@iresnet/lipschitz';
import { evaluate } from './commands/eval';
import { report } from './commands/report';
import { sample } from './commands/sample';
import { score } from './commands/score';
import { train } from './commands/train';
import {
  defaultConfig,
  embeddedNames,
  parseConfig,
  readConfig,
  type DataConfig,
  type RunConfig,
} from './config';
import { exitCode } from './exit';
import { processOutput } from './output';

const backends = ['auto', 'tensorflow', 'wasm', 'cpu'];

interface TrainFlags {
  dataset?: string;
  data?: string;
  columns?: string[];
  config?: string;
  steps?: number;
  seed?: number;
  blocks?: number;
  hidden?: number[];
  activation?: string;
  coefficient?: number;
  batchSize?: number;
  learningRate?: number;
  noise?: number;
  holdOut?: number;
  out: string;
  backend: BackendName;
  threads: number;
  quiet?: boolean;
  json?: boolean;
}

/** The command line. `finish` gets the exit code of the command that ran. */
export function createProgram(version: string, finish: (code: number) => void): Command {
  const program = new Command('iresnet')
    .description('Invertible residual networks: fit a density to a table, score, sample, invert, report.')
    .version(version)
    .showHelpAfterError('(add --help for the options and examples)')
    .exitOverride();

  const backend = () => new Option('--backend <name>', 'where to compute').choices(backends).default('auto');
  const quiet = ['-q, --quiet', 'no progress and no messages'] as const;

  program
    .command('train')
    .description('Fit an i-ResNet density to a table or a two-dimensional set and report on it.')
    .addOption(
      new Option('--dataset <name>', 'a table or set that ships with the program').choices([
        ...embeddedNames,
        ...toy2dNames,
      ]),
    )
    .option('--data <file>', 'a numeric CSV file instead')
    .option('--columns <names>', 'columns of the file, comma-separated (default: all)', list)
    .option('--config <file>', 'start from the config.json of another run; flags win over it')
    .option('--steps <n>', 'optimizer steps', integer(1))
    .option('--seed <n>', 'seed of everything random', integer(0))
    .option('--blocks <n>', 'residual blocks', integer(1))
    .option('--hidden <widths>', 'widths of the hidden layers, comma-separated', widths)
    .addOption(new Option('--activation <name>', 'activation of the blocks').choices([...activationNames]))
    .option('--coefficient <c>', 'bound of each layer’s spectral norm, below 1', number)
    .option('--batch-size <n>', 'rows a step', integer(2))
    .option('--learning-rate <r>', 'peak learning rate', number)
    .option('--noise <s>', 'noise on training rows, in deviations of each column', number)
    .option('--hold-out <share>', 'share of the rows to judge on', number)
    .option('--out <folder>', 'where numbered run folders go', 'runs')
    .addOption(backend())
    .option('--threads <n>', 'threads of the wasm backend', integer(1), 1)
    .option('--json', 'print the figures as JSON')
    .option(...quiet)
    .addHelpText(
      'after',
      `
Without --dataset and --data it fits the 272 eruptions of the Old Faithful geyser.

Examples:
  $ iresnet train                                   the geyser, about a minute
  $ iresnet train --dataset moons                   two moons, beside the true value
  $ iresnet train --data flowers.csv --steps 3000   any numeric table
  $ iresnet train --config runs/001-faithful/config.json --seed 2

Through npm, flags follow two dashes: npm start -- --dataset moons`,
    )
    .action(async (flags: TrainFlags) => {
      const config = resolveConfig(flags);
      const { out, threads, backend: name, json = false } = flags;
      finish(await train(config, { out, threads, backend: name, json }, processOutput(flags.quiet ?? false)));
    });

  program
    .command('eval <run>')
    .description('Judge a model again: on the held-out rows of its run, or on another file.')
    .option('--data <file>', 'a CSV file with the model’s columns')
    .option('--seed <n>', 'seed of the probes, for tables of many columns', integer(0))
    .option('--json', 'print JSON')
    .addOption(backend())
    .addHelpText(
      'after',
      '\nExamples:\n  $ iresnet eval runs/001-faithful\n  $ iresnet eval runs/001-faithful --data new.csv --json',
    )
    .action(
      async (run: string, flags: { data?: string; seed?: number; json?: boolean; backend: BackendName }) => {
        finish(await evaluate(run, { ...flags, json: flags.json ?? false }, processOutput(false)));
      },
    );

  program
    .command('score <run>')
    .description('Write the log-likelihood of each row of a file, in nats and the data’s own units.')
    .requiredOption('--data <file>', 'a CSV file with the model’s columns')
    .option('--rank', 'least likely rows first')
    .addOption(new Option('--format <name>', 'output format').choices(['csv', 'jsonl']).default('csv'))
    .option('--out <file>', 'a file instead of standard output')
    .option('--seed <n>', 'seed of the probes, for tables of many columns', integer(0), 0)
    .addOption(backend())
    .option(...quiet)
    .addHelpText(
      'after',
      '\nExamples:\n  $ iresnet score runs/001-faithful --data new.csv > scores.csv\n  $ iresnet score runs/001-faithful --data new.csv --rank | head',
    )
    .action(
      async (
        run: string,
        flags: {
          data: string;
          rank?: boolean;
          format: 'csv' | 'jsonl';
          out?: string;
          seed: number;
          backend: BackendName;
          quiet?: boolean;
        },
      ) => {
        finish(
          await score(run, { ...flags, rank: flags.rank ?? false }, processOutput(flags.quiet ?? false)),
        );
      },
    );

  program
    .command('sample <run>')
    .description('Draw rows from a model, as CSV in the data’s own units.')
    .option('-n, --count <n>', 'rows', integer(1), 1000)
    .option('--temperature <t>', 'below 1: nearer to the modes', number, 1)
    .option('--seed <n>', 'seed', integer(0), 0)
    .option('--out <file>', 'a file instead of standard output')
    .addOption(backend())
    .option(...quiet)
    .addHelpText('after', '\nExamples:\n  $ iresnet sample runs/001-faithful -n 500 --seed 7 > rows.csv')
    .action(
      async (
        run: string,
        flags: {
          count: number;
          temperature: number;
          seed: number;
          out?: string;
          backend: BackendName;
          quiet?: boolean;
        },
      ) => {
        finish(await sample(run, flags, processOutput(flags.quiet ?? false)));
      },
    );

  program
    .command('report <run>')
    .description('Draw report.html of a run folder again.')
    .addOption(backend())
    .addHelpText('after', '\nExamples:\n  $ iresnet report runs/001-faithful')
    .action(async (run: string, flags: { backend: BackendName }) => {
      finish(await report(run, flags, processOutput(false)));
    });

  return program;
}

/** Flags over a configuration file over the defaults of the data. */
function resolveConfig(flags: TrainFlags): RunConfig {
  const {
    dataset,
    data,
    columns,
    config,
    out: _out,
    backend: _b,
    threads: _t,
    quiet: _q,
    json: _j,
    ...settings
  } = flags;
  if (dataset !== undefined && data !== undefined)
    throw new InvalidArgumentError('--dataset and --data exclude each other');
  if (columns !== undefined && data === undefined) throw new InvalidArgumentError('--columns needs --data');
  const from = config === undefined ? null : readConfig(config);
  const chosen: DataConfig | null =
    data !== undefined
      ? { kind: 'file', file: data, ...(columns && { columns }) }
      : dataset === undefined
        ? null
        : isEmbedded(dataset)
          ? { kind: 'embedded', name: dataset }
          : { kind: 'toy', name: dataset };
  const base = from ?? defaultConfig(chosen ?? { kind: 'embedded', name: 'faithful' });
  return parseConfig({ ...base, ...(chosen && { data: chosen }), ...settings }, 'iresnet train');
}

function isEmbedded(name: string): name is (typeof embeddedNames)[number] {
  return (embeddedNames as readonly string[]).includes(name);
}

function list(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('expected a number');
  return value;
}

function integer(least: number): (text: string) => number {
  return (text) => {
    const value = number(text);
    if (!Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`expected an integer ≥ ${least}`);
    return value;
  };
}

function widths(text: string): number[] {
  return list(text).map(integer(1));
}

/** The exit code for what commander throws: 0 for help and version, else 2. */
export function commanderExitCode(error: CommanderError): number {
  return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
}
