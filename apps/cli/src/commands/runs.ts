import type { Command } from 'commander';
import { processOutput } from '../terminal/output';
import type { CommonFlags, Finish } from './common';
import { quietFlag } from './flags';

/** `iresnet runs`. */
export function addRuns(program: Command, finish: Finish): void {
  program
    .command('runs')
    .description(
      'List the runs of a folder: what they learned from, whether they are finished, and how good they are.',
    )
    .argument('[folder]', 'where the numbered run folders are', 'runs')
    .option('--json', 'print JSON')
    .option(...quietFlag)
    .action(async (folder: string, { json = false, quiet }: Pick<CommonFlags, 'json' | 'quiet'>) => {
      const { showRuns } = await import('../run/list');
      finish(await showRuns(folder, json, processOutput(quiet)));
    });
}
