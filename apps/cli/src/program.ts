import { Command } from 'commander';
import { addBackends } from './commands/backends';
import { addCheck } from './commands/check';
import { addCertify } from './commands/certify';
import { addComplete } from './commands/complete';
import { addDatasets } from './commands/datasets';
import { addEval } from './commands/eval';
import { addImport } from './commands/import';
import { addInterpolate } from './commands/interpolate';
import { addMerge } from './commands/merge';
import { addReconstruct } from './commands/reconstruct';
import { addReport } from './commands/report';
import { addRuns } from './commands/runs';
import { addSample } from './commands/sample';
import { addScore } from './commands/score';
import { addTrain } from './commands/train';
import { refuseEmpty } from './commands/flags';
import { endingsText } from './exit';
import { printableText } from './terminal/printable';

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
      outputError: (text, write) =>
        write(printableText(text.replace(/\s*\n\((.*)\)/, (_, hint: string) => ` (${hint})`))),
    })
    .exitOverride()
    .addHelpText(
      'after',
      `
Examples:
  $ iresnet train --data flowers.csv
  $ iresnet score runs/001-flowers --data new.csv --rank | head

${endingsText()}`,
    );

  const commands = [
    addCheck,
    addTrain,
    addEval,
    addScore,
    addMerge,
    addSample,
    addReconstruct,
    addInterpolate,
    addCertify,
    addReport,
    addRuns,
    addDatasets,
    addImport,
    addBackends,
  ];
  for (const add of commands) add(program, finish);
  refuseEmpty(program);
  addComplete(program);
  return program;
}
