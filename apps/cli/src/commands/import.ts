import type { Command } from 'commander';
import { activationNames } from '@iresnet/lipschitz';
import { choice, integer, list, numbers, positive, widths } from './flags';
import type { ImportRequest } from '../requests/import';
import { processOutput } from '../terminal/output';
import { addCommonFlags, type CommonFlags, type Finish } from './common';

type Flags = CommonFlags & Omit<ImportRequest, 'json'>;

/** `iresnet import`. */
export function addImport(program: Command, finish: Finish): void {
  const command = program
    .command('import')
    .argument('<file>', 'the safetensors file of a state_dict')
    .description(
      'Make a model folder of the weights of the official PyTorch i-ResNet: a safetensors file of its state_dict. Blocks, channels, padding and classes are read off from the shapes.',
    )
    .option('--shape <h,w,c>', 'height, width, channels of the images', widths, [32, 32, 3])
    .requiredOption('--out <folder>', 'where the model folder goes; it must not exist')
    .option('--coefficient <c>', '--coeff of the official training (default: 0.9)', positive)
    .addOption(
      choice('--activation <name>', 'its --nonlin, where sorting is maxMin (default: elu)', activationNames),
    )
    .option('--initial-squeeze', 'its --init_ds 2, where the tensors allow both')
    .option('--no-head', 'leave the classifier out')
    .option('--classes <names>', 'names of the classes, comma-separated (default: their numbers)', list)
    .option(
      '--mean <numbers>',
      'what training took off each channel of pixels from 0 to 1, comma-separated; with --deviation. Classifiers have that, densities have not (default: pixels from -0.5 to 0.5)',
      numbers,
    )
    .option('--deviation <numbers>', 'and what it divided them by', numbers)
    .option('--levels <n>', 'values that a pixel can have', integer(2), 256);
  addCommonFlags(command, 'print JSON', [
    'iresnet import official.safetensors --shape 32,32,3 --out official',
    'iresnet import classifier.safetensors --mean 0.4914,0.4822,0.4465 --deviation 0.2023,0.1994,0.2010 --out official',
    'iresnet import density.safetensors --shape 28,28,1 --no-head --out density && iresnet certify density',
  ]).action(async (file: string, { json = false, quiet, head, ...flags }: Flags) => {
    const { importOfficial } = await import('../image/import');
    // Commander makes true the default of a --no- flag; that the head is wanted was not said.
    const options = { ...flags, json, ...(head === false && { head }) };
    finish(await importOfficial(file, options, processOutput(quiet)));
  });
}
