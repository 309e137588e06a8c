import { Command } from 'commander';
import { addBackends } from './commands/backends';
import { addCertify } from './commands/certify';
import { addDatasets } from './commands/datasets';
import { addEval } from './commands/eval';
import { addImport } from './commands/import';
import { addInterpolate } from './commands/interpolate';
import { addReconstruct } from './commands/reconstruct';
import { addReport } from './commands/report';
import { addSample } from './commands/sample';
import { addScore } from './commands/score';
import { processOutput } from './output';
import { addTrainFlags, type TrainFlags } from './trainFlags';
import { refuseConfig, resolveRequest } from './trainRequest';

/**
 * The command line. `finish` gets the exit code of the command that ran.
 *
 * A command is loaded when it runs: help and a mistyped flag need no tensors.
 */
export function createProgram(version: string, finish: (code: number) => void): Command {
  const program = new Command('iresnet')
    .description(
      'Invertible residual networks: classify, estimate densities and generate, on images and tables, with a proven inverse.',
    )
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
4 training diverged, 5 an inverse did not converge, 6 not proven invertible (certify),
130 and 143 stopped by a signal after saving.`,
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

  const others = [
    addEval,
    addScore,
    addSample,
    addReconstruct,
    addInterpolate,
    addCertify,
    addReport,
    addDatasets,
    addImport,
    addBackends,
  ];
  for (const add of others) add(program, finish);
  return program;
}
