import type { Command } from 'commander';
import type { BackendName } from '@iresnet/backend';
import { IResNetError } from '@iresnet/core';
import { addDataFlags, checkData, type GivenData } from '../dataFlags';
import { indices, integer, list } from '../flags';
import { processOutput } from '../output';
import { addCommonFlags, type CommonFlags, type Finish } from './common';

export interface InterpolateOptions extends GivenData {
  /** As long as `to`. */
  readonly from?: readonly number[];
  readonly to?: readonly number[];
  /** Two names. */
  readonly classes?: readonly string[];
  readonly steps: number;
  readonly json: boolean;
  readonly out?: string;
  readonly backend: BackendName;
}

type Flags = Omit<InterpolateOptions, 'json'> & CommonFlags;

const WHERE = 'iresnet interpolate';

/** `iresnet interpolate`. */
export function addInterpolate(program: Command, finish: Finish): void {
  const command = program
    .command('interpolate <run>')
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
    checkEnds(flags);
    const output = processOutput(quiet);
    const { kindOfModel } = await import('../modelKind');
    if (kindOfModel(run) === 'images') {
      const { interpolateImages } = await import('../image/interpolate');
      return finish(await interpolateImages(run, { ...flags, json }, output));
    }
    const { interpolate } = await import('../table/interpolate');
    finish(await interpolate(run, { ...flags, json }, output));
  });
}

function checkEnds({ from, to, classes }: Pick<Flags, 'from' | 'to' | 'classes'>): void {
  const refuse = (what: string): never => {
    throw new IResNetError('argument', WHERE, what);
  };
  if (classes && (from || to)) refuse('expected --classes or --from and --to, got both');
  if (classes && classes.length !== 2) refuse(`expected two classes, got ${classes.join(',')}`);
  if (from?.length !== to?.length)
    refuse(`expected as many of --from as of --to, got ${from?.length ?? 0} and ${to?.length ?? 0}`);
}
