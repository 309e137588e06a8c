import type { Command } from 'commander';
import type { TableFlags } from '../requests/configFlags';
import { resolveRequest } from '../requests/train';
import { processOutput } from '../terminal/output';
import type { Finish } from './common';
import { addColumnFlags, addTableFlags } from './tableFlags';

/** `iresnet check`. */
export function addCheck(program: Command, finish: Finish): void {
  const command = program
    .command('check')
    .argument('<data...>', 'a table, several of them, or a pattern such as "logs/*.csv"')
    .description(
      'Say what train would make of a table, or of several: its rows, what the columns hold and which are left out, what stands out in the values (codes for missing ones, copies, columns that follow from others), the transforms, and the settings of the run. Nothing is trained.',
    );
  addTableFlags(addColumnFlags(command))
    .addHelpText(
      'after',
      '\nExamples:\n  $ iresnet check flowers.csv\n  $ iresnet check sales.csv --missing drop --exclude note',
    )
    .action(async ([data, ...more]: [string, ...string[]], flags: TableFlags) => {
      const request = resolveRequest({ ...flags, data, ...(more.length > 0 && { more }) });
      const { check } = await import('../run/train');
      finish(await check(request, processOutput(true)));
    });
}
