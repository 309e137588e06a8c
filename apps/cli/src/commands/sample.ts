import type { Command } from 'commander';
import { integer, positive, runArgument, workersFlag } from './flags';
import { nameList } from '../terminal/nameList';
import { ofFlag } from '../underName';
import { checkLike, type SampleRequest } from '../requests/invert';
import { processOutput } from '../terminal/output';
import { addCommonFlags, type CommonFlags, type Finish } from './common';

type Flags = Omit<SampleRequest, 'json'> & CommonFlags;

/** `iresnet sample`. */
export function addSample(program: Command, finish: Finish): void {
  const command = program
    .command('sample')
    .argument(...runArgument)
    .description('Draw rows from a model, as CSV in the data’s own units, or images.')
    .option(
      '-n, --count <n>',
      'rows or images (default: 1000, 64 images; for --given-rows and --like 1, of each row)',
      integer(1),
    )
    .option('--temperature <t>', 'below 1: nearer to the modes', positive, 1)
    .option('--class <name>', 'draws of one class, from a model that was trained with a base of classes')
    .option(
      '--given <values>',
      'of a model with given columns, a value of each: site=hill,rain=120',
      nameList,
    )
    .option('--given-rows <file>', 'a table with the given columns: draws for each of its rows')
    .option(
      '--like <file>',
      'a table with empty cells: its rows come back completed by draws given the others of the row, all else as it stands; of a model that was trained with --missing marginal',
    )
    .option(
      '--out <path>',
      'rows: a file instead of standard output, .npy for float32 [n,d]; images: .png for one sheet, .npy for uint8 [n,h,w,c], a folder for a PNG file each',
    )
    .option('--seed <n>', 'seed', integer(0), 0)
    .addOption(workersFlag('draw'));
  addCommonFlags(command, 'JSON lines instead of CSV; of images, what was written', [
    'iresnet sample runs/001-faithful -n 500 --seed 7 > rows.csv',
    'iresnet sample runs/001-faithful --temperature 0.5 --json | head -3',
    'iresnet sample runs/003-fields --given site=hill,rain=120 -n 500',
    'iresnet sample runs/004-survey --like gaps.csv > complete.csv',
    'iresnet sample runs/002-digits-hybrid --temperature 0.8 --out samples.png',
    'iresnet sample runs/002-digits-hybrid -n 1000 --out samples/',
    'iresnet sample runs/002-digits-hybrid --class 7 --out sevens.png',
  ]).action(async (run: string, { json = false, quiet, ...flags }: Flags) => {
    checkLike(flags);
    const { dispatch } = await import('../run/dispatch');
    const draw = (): Promise<number> =>
      dispatch<SampleRequest>(run, { ...flags, json }, processOutput(quiet), {
        table: async () => (await import('../table/sample')).sampleRows,
        images: async () => (await import('../image/sample')).sampleImages,
      });
    finish(await (flags.class === undefined ? draw() : ofFlag('--class', draw)));
  });
}
