import type { Command } from 'commander';
import { checkData } from '../requests/data';
import { addDataFlags } from './dataFlags';
import { integer, workersFlag } from './flags';
import type { EvalRequest } from '../requests/judge';
import { processOutput } from '../terminal/output';
import { addCommonFlags, type CommonFlags, type Finish } from './common';

type Flags = Omit<EvalRequest, 'json'> & CommonFlags;

/** `iresnet eval`. */
export function addEval(program: Command, finish: Finish): void {
  const command = program
    .command('eval <run>')
    .description('Judge a model again: on what its run held out, or on other data.');
  addDataFlags(command)
    .option(
      '--seed <n>',
      'seed of the samples that are inverted (default: that of the run); of images also of noise and probes (default 0)',
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
