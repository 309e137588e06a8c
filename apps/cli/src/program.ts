import { Command } from 'commander';
import type { EvalOptions } from './commands/eval';
import type { SampleOptions } from './commands/sample';
import type { ScoreOptions } from './commands/score';
import { backendFlag, integer, positive, quietFlag } from './flags';
import { processOutput } from './output';
import { addTrainFlags, refuseConfig, resolveRequest, type TrainFlags } from './trainFlags';

/** The flags of a command: its options, where a switch that is not given is absent. */
type Flags<T> = Omit<T, 'json' | 'rank'> & { json?: boolean; rank?: boolean; quiet?: boolean };

/**
 * The command line. `finish` gets the exit code of the command that ran.
 *
 * A command is loaded when it runs: help and a mistyped flag need no tensors.
 */
export function createProgram(version: string, finish: (code: number) => void): Command {
  const program = new Command('iresnet')
    .description('Invertible residual networks: fit a density to a table, score, sample, invert, report.')
    .version(version)
    .configureOutput({
      outputError: (text, write) => write(text.replace(/\s*\n\((.*)\)/, (_, hint: string) => ` (${hint})`)),
    })
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  $ iresnet train --data flowers.csv
  $ iresnet score runs/001-flowers --data new.csv --rank | head

Exit codes: 0 done, 1 a bug, 2 wrong usage, 3 a file is missing, corrupt or cannot be written,
4 training diverged, 5 an inverse did not converge, 130 and 143 stopped by a signal after saving.`,
    );

  addTrainFlags(program.command('train')).action(async (flags: TrainFlags) => {
    const output = processOutput(flags.quiet);
    const options = { backend: flags.backend, threads: flags.threads, json: flags.json ?? false };
    if (flags.resume !== undefined) refuseConfig(flags);
    const request = flags.resume === undefined ? resolveRequest(flags) : null;
    const { train, resume } = await import('./commands/train');
    if (request === null) return finish(await resume(flags.resume!, options, output));
    if (request.kind === 'table') return finish(await train(request.config, flags.out, options, output));
    const { trainOnImages } = await import('./image/command');
    finish(await trainOnImages(request, flags.out, options, output));
  });

  program
    .command('eval <run>')
    .description('Judge a model again: on the held-out rows of its run, or on another file.')
    .option('--data <file>', 'a CSV file with the model’s columns')
    .option(
      '--seed <n>',
      'seed of the probes and samples (default: that of the run, 0 with --data)',
      integer(0),
    )
    .option('--json', 'print JSON')
    .addOption(backendFlag())
    .option(...quietFlag)
    .addHelpText(
      'after',
      `
Examples:
  $ iresnet eval runs/001-faithful
  $ iresnet eval runs/001-faithful --data new.csv --json`,
    )
    .action(async (run: string, { json = false, quiet, ...flags }: Flags<EvalOptions>) => {
      const { evaluate } = await import('./commands/eval');
      finish(await evaluate(run, { ...flags, json }, processOutput(quiet)));
    });

  program
    .command('score <run>')
    .description('Write the log-likelihood of each row of a file, in nats and the data’s own units.')
    .requiredOption('--data <file>', 'a CSV file with the model’s columns')
    .option('--rank', 'least likely rows first')
    .option('--out <file>', 'a file instead of standard output')
    .option('--seed <n>', 'seed of the probes, for tables of many columns', integer(0), 0)
    .option('--json', 'JSON lines instead of CSV')
    .addOption(backendFlag())
    .option(...quietFlag)
    .addHelpText(
      'after',
      `
Examples:
  $ iresnet score runs/001-faithful --data new.csv > scores.csv
  $ iresnet score runs/001-faithful --data new.csv --rank | head`,
    )
    .action(async (run: string, { json = false, rank = false, quiet, ...flags }: Flags<ScoreOptions>) => {
      const { score } = await import('./commands/score');
      finish(await score(run, { ...flags, json, rank }, processOutput(quiet)));
    });

  program
    .command('sample <run>')
    .description('Draw rows from a model, as CSV in the data’s own units.')
    .option('-n, --count <n>', 'rows', integer(1), 1000)
    .option('--temperature <t>', 'below 1: nearer to the modes', positive, 1)
    .option('--out <file>', 'a file instead of standard output')
    .option('--seed <n>', 'seed', integer(0), 0)
    .option('--json', 'JSON lines instead of CSV')
    .addOption(backendFlag())
    .option(...quietFlag)
    .addHelpText(
      'after',
      `
Examples:
  $ iresnet sample runs/001-faithful -n 500 --seed 7 > rows.csv
  $ iresnet sample runs/001-faithful --temperature 0.5 --json | head -3`,
    )
    .action(async (run: string, { json = false, quiet, ...flags }: Flags<SampleOptions>) => {
      const { sample } = await import('./commands/sample');
      finish(await sample(run, { ...flags, json }, processOutput(quiet)));
    });

  program
    .command('report <run>')
    .description('Draw report.html of a run folder again and print its path.')
    .addOption(backendFlag())
    .option(...quietFlag)
    .addHelpText('after', '\nExamples:\n  $ iresnet report runs/001-faithful')
    .action(async (run: string, flags: Pick<TrainFlags, 'backend' | 'quiet'>) => {
      const { report } = await import('./commands/report');
      finish(await report(run, flags, processOutput(flags.quiet)));
    });

  return program;
}
