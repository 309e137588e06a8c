import { Argument, type Command } from 'commander';
import { datasetNames, type DatasetName } from '@iresnet/datasets';
import { publishedNames } from '../datasets/catalog';
import type { ShowRequest } from '../requests/show';
import { integer, oneOf, quietFlag } from './flags';
import { processOutput } from '../terminal/output';
import type { CommonFlags, Finish } from './common';

type OutputFlags = Pick<CommonFlags, 'json' | 'quiet'>;

/** `iresnet datasets`, with what can be done to one. */
export function addDatasets(program: Command, finish: Finish): void {
  const datasets = program
    .command('datasets')
    .description('List the data that --dataset of train knows, download a set, or look at one.')
    .option('--json', 'print JSON')
    .option(...quietFlag)
    .addHelpText(
      'after',
      `
Examples:
  $ iresnet datasets
  $ iresnet datasets --json
  $ iresnet datasets download mnist
  $ iresnet datasets show digits --out digits.png`,
    )
    .action(async ({ json = false, quiet }: OutputFlags) => {
      const { listSets } = await import('../datasets/list');
      finish(await listSets({ json }, processOutput(quiet)));
    });
  addDownload(datasets, finish);
  addShow(datasets, finish);
}

function addDownload(datasets: Command, finish: Finish): void {
  const names = publishedNames();
  const name = new Argument('<name>', names.join(', ')).argParser(oneOf(names));
  datasets
    .command('download')
    .description(
      'Download a published set, verify it, and print the folder of its files. An interrupted download goes on.',
    )
    .addArgument(name)
    .option(
      '--dir <folder>',
      'a folder for sets instead of the cache; use it with --data-dir <folder>/<name>',
    )
    .option('--json', 'print JSON')
    .option(...quietFlag)
    .addHelpText(
      'after',
      `
The cache is $IRESNET_CACHE, else $XDG_CACHE_HOME/iresnet, else ~/.cache/iresnet.

Examples:
  $ iresnet datasets download mnist
  $ iresnet datasets download cifar10 --dir /data/sets`,
    )
    .action(async (set: DatasetName<'images'>, _flags: unknown, command: Command) => {
      const { json = false, quiet, dir } = command.optsWithGlobals<OutputFlags & { dir?: string }>();
      const { downloadSet } = await import('../datasets/download');
      finish(await downloadSet(set, { ...(dir !== undefined && { dir }), json }, processOutput(quiet)));
    });
}

function addShow(datasets: Command, finish: Finish): void {
  const names = datasetNames('images');
  const name = new Argument('<name>', names.join(', ')).argParser(oneOf(names));
  datasets
    .command('show')
    .description('Draw the first images of a set; it is downloaded if it is not there.')
    .addArgument(name)
    .option('-n, --count <n>', 'images', integer(1), 64)
    .option('--out <path>', '.png for one sheet, .npy for uint8 [n,h,w,c], a folder for a PNG file each')
    .option('--data-dir <folder>', 'where the files of the set are (default: the cache)')
    .option('--json', 'print what was written as JSON, with the class of each image')
    .option(...quietFlag)
    .addHelpText(
      'after',
      `
Examples:
  $ iresnet datasets show digits --out digits.png
  $ iresnet datasets show cifar10 -n 100 --data-dir /data/sets/cifar10 --out grid.png`,
    )
    .action(async (set: DatasetName<'images'>, _flags: unknown, command: Command) => {
      const {
        json = false,
        quiet,
        ...flags
      } = command.optsWithGlobals<Omit<ShowRequest, 'json'> & OutputFlags>();
      const { showSet } = await import('../datasets/show');
      finish(await showSet(set, { ...flags, json }, processOutput(quiet)));
    });
}
