import type { Command } from 'commander';
import { datasetNames } from '@iresnet/datasets';
import { choice } from './flags';
import { addTableFlags } from './tableFlags';

/** The flags of `GivenData`. */
export function addDataFlags(command: Command): Command {
  const given = command
    .option(
      '--data <path>',
      'a CSV file with the model’s columns; for images a PNG or JPEG file, a folder of them, with or without a folder for each class, or an .npy file (uint8, [n,h,w,c] or [n,h,w]) (default: what the run held out)',
    )
    .addOption(
      choice(
        '--dataset <name>',
        'the test images of a set, or all of one without any',
        datasetNames('images'),
      ),
    )
    .option('--data-dir <folder>', 'where the files of --dataset are (default: downloaded into a cache)');
  return addTableFlags(given);
}
