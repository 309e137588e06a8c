import type { Command } from 'commander';
import { checkData } from '../requests/data';
import { addDataFlags } from './dataFlags';
import { integer, runArgument, workersFlag } from './flags';
import type { EvalRequest } from '../requests/judge';
import { processOutput } from '../terminal/output';
import { addCommonFlags, type CommonFlags, type Finish } from './common';

type Flags = Omit<EvalRequest, 'json'> & CommonFlags;

/** `iresnet eval`. */
export function addEval(program: Command, finish: Finish): void {
  const command = program
    .command('eval')
    .argument(...runArgument)
    .description('Judge a model again: on what its run held out, or on other data.');
  addDataFlags(command)
    .option(
      '--seed <n>',
      'seed of what is drawn to judge: samples, noise, probes (default: that of the run for what it held out of a table, else 0)',
      integer(0),
    )
    .addOption(workersFlag('score a table of --data'));
  addCommonFlags(command, 'print JSON', [
    'iresnet eval runs/001-faithful',
    'iresnet eval runs/001-faithful --data new.csv --json',
    'iresnet eval runs/002-mnist-hybrid --dataset fashion-mnist',
  ]).action(async (run: string, { json = false, quiet, ...flags }: Flags) => {
    checkData(flags, 'iresnet eval');
    const { dispatch } = await import('../run/dispatch');
    finish(
      await dispatch(run, { ...flags, json }, processOutput(quiet), {
        table: async () => (await import('../table/eval')).evaluate,
        images: async () => (await import('../image/eval')).evaluateImages,
      }),
    );
  });
}
