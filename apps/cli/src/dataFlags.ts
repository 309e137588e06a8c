import type { Command } from 'commander';
import { IResNetError } from '@iresnet/core';
import { datasetNames, type DatasetName } from '@iresnet/datasets';
import { choice } from './flags';
import type { ImageData } from './image/config';

/** Which data a command works on; none of them means the held-out data of the run. */
export interface GivenData {
  readonly data?: string;
  readonly dataset?: DatasetName<'images'>;
  readonly dataDir?: string;
}

/** The flags of {@link GivenData}. */
export function addDataFlags(command: Command): Command {
  return command
    .option(
      '--data <path>',
      'a CSV file with the model’s columns; for images a folder of PNG files, with or without a folder for each class, or an .npy file (uint8, [n,h,w,c] or [n,h,w]) (default: what the run held out)',
    )
    .addOption(
      choice(
        '--dataset <name>',
        'the test images of a set, or all of one without any',
        datasetNames('images'),
      ),
    )
    .option('--data-dir <folder>', 'where the files of --dataset are (default: downloaded into a cache)');
}

/** Refuse flags that contradict each other. */
export function checkData({ data, dataset, dataDir }: GivenData, where: string): void {
  if (data !== undefined && dataset !== undefined)
    throw new IResNetError('argument', where, 'expected --data or --dataset, got both');
  if (dataDir !== undefined && dataset === undefined)
    throw new IResNetError('argument', where, 'expected --dataset with --data-dir, got none');
}

/** The CSV file for a model of a table, if there is one. */
export function tableFile({ data, dataset }: GivenData, where: string): string | undefined {
  if (dataset === undefined) return data;
  const what = `expected --data for a model of a table, got --dataset ${dataset}, which are images`;
  throw new IResNetError('argument', where, what);
}

/** A published set by the flags. */
export function namedSet(name: DatasetName<'images'>, dir: string | undefined): ImageData {
  return { kind: 'set', name, ...(dir !== undefined && { dir }) };
}
