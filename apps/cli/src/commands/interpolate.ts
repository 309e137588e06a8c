import type { Command } from 'commander';
import { checkData } from '../requests/data';
import { addDataFlags } from './dataFlags';
import { indices, integer, list, runArgument } from './flags';
import { checkEnds, type InterpolateRequest } from '../requests/invert';
import { processOutput } from '../terminal/output';
import { addCommonFlags, type CommonFlags, type Finish } from './common';

type Flags = Omit<InterpolateRequest, 'json'> & CommonFlags;

const WHERE = 'iresnet interpolate';

/** `iresnet interpolate`. */
export function addInterpolate(program: Command, finish: Finish): void {
  const command = program
    .command('interpolate')
    .argument(...runArgument)
    .description('Walk the straight line between two images or rows in the latent space.');
  addDataFlags(command)
    .option(
      '--from <list>',
      'index of an image (from 0) or number of a row, as score has them; several for several paths (default: the first)',
      indices,
    )
    .option('--to <list>', 'the other ends (default: the second)', indices)
    .option('--classes <a,b>', 'images: from the first of one class to the first of another', list)
    .option('--steps <n>', 'points on a path, both ends included', integer(2), 9)
    .option(
      '--out <path>',
      'images: .png for a sheet with a row for each path, .npy or a folder; rows: a file for the CSV',
    );
  addCommonFlags(command, 'rows: JSON lines instead of CSV; images: what was written', [
    'iresnet interpolate runs/002-digits-hybrid --classes 3,8 --out path.png',
    'iresnet interpolate runs/002-digits-hybrid --from 0,4,7 --to 1,5,2 --steps 12 --out paths.png',
    'iresnet interpolate runs/001-faithful --data new.csv --from 1 --to 3 > path.csv',
  ]).action(async (run: string, { json = false, quiet, ...flags }: Flags) => {
    checkData(flags, WHERE);
    checkEnds(WHERE, flags);
    const { dispatch } = await import('../run/dispatch');
    finish(
      await dispatch(run, { ...flags, json }, processOutput(quiet), {
        table: async () => (await import('../table/interpolate')).interpolateRows,
        images: async () => (await import('../image/interpolate')).interpolateImages,
      }),
    );
  });
}
