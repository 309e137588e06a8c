import type { Command } from 'commander';
import type { BackendName } from '@iresnet/backend';
import { addDataFlags, checkData, type GivenData } from '../dataFlags';
import { integer } from '../flags';
import { processOutput } from '../output';
import { addCommonFlags, type CommonFlags, type Finish } from './common';

export interface EvalOptions extends GivenData {
  readonly seed?: number;
  readonly json: boolean;
  readonly backend: BackendName;
}

type Flags = Omit<EvalOptions, 'json'> & CommonFlags;

/** `iresnet eval`. */
export function addEval(program: Command, finish: Finish): void {
  const command = program
    .command('eval <run>')
    .description('Judge a model again: on what its run held out, or on other data.');
  addDataFlags(command).option(
    '--seed <n>',
    'seed of the probes, noise and samples (default: that of the run, 0 with other data)',
    integer(0),
  );
  addCommonFlags(command, 'print JSON', [
    'iresnet eval runs/001-faithful',
    'iresnet eval runs/001-faithful --data new.csv --json',
    'iresnet eval runs/002-mnist-hybrid --dataset fashion-mnist',
  ]).action(async (run: string, { json = false, quiet, ...flags }: Flags) => {
    checkData(flags, 'iresnet eval');
    const output = processOutput(quiet);
    const { kindOfModel } = await import('../modelKind');
    if (kindOfModel(run) === 'images') {
      const { evaluateImages } = await import('../image/eval');
      return finish(await evaluateImages(run, { ...flags, json }, output));
    }
    const { evaluate } = await import('../table/eval');
    finish(await evaluate(run, { ...flags, json }, output));
  });
}
