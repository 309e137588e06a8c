import type { Command } from 'commander';
import { checkData } from '../requests/data';
import { addDataFlags } from './dataFlags';
import { integer, runArgument, workersFlag } from './flags';
import type { ReconstructRequest } from '../requests/invert';
import { processOutput } from '../terminal/output';
import { addCommonFlags, type CommonFlags, type Finish } from './common';

type Flags = Omit<ReconstructRequest, 'json'> & CommonFlags;

/** `iresnet reconstruct`. */
export function addReconstruct(program: Command, finish: Finish): void {
  const command = program
    .command('reconstruct')
    .argument(...runArgument)
    .description(
      'Take data through the network and back, and print the error of each: the largest of a pixel, whose range is 1, or of a column in its own unit; the proven bound of its 2-norm, with all rounding, empty without a proof; and the residual, what is left when the result goes to the latent again.',
    );
  addDataFlags(command)
    .option('-n, --count <n>', 'images or rows, the first ones', integer(1), 16)
    .addOption(workersFlag('invert'))
    .option(
      '--out <file>',
      'images: a .png with what came back below the originals; rows: a file for the CSV',
    );
  addCommonFlags(command, 'JSON lines instead of CSV', [
    'iresnet reconstruct runs/002-digits-hybrid --out pairs.png',
    'iresnet reconstruct runs/002-digits-hybrid --data photos/ -n 100 --json',
    'iresnet reconstruct runs/001-faithful --data new.csv',
  ]).action(async (run: string, { json = false, quiet, ...flags }: Flags) => {
    checkData(flags, 'iresnet reconstruct');
    const { dispatch } = await import('../run/dispatch');
    finish(
      await dispatch(run, { ...flags, json }, processOutput(quiet), {
        table: async () => (await import('../table/reconstruct')).reconstructRows,
        images: async () => (await import('../image/reconstruct')).reconstructImages,
      }),
    );
  });
}
