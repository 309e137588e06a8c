import type { Command } from 'commander';
import { datasetNames } from '@iresnet/datasets';
import { addDataFlag, choice } from './flags';
import { addTableFlags } from './tableFlags';

/** The flags of `GivenData`. */
export function addDataFlags(command: Command): Command {
  const given = addDataFlag(
    command,
    'a table with the model’s columns, several of them, a folder or a pattern such as "logs/*.csv"; for images a PNG or JPEG file, a folder of them, with or without a folder for each class, or an .npy file (uint8, [n,h,w,c] or [n,h,w]) (default: what the run held out)',
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
