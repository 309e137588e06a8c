import type { Command } from 'commander';
import { positive, integer, quietFlag } from './flags';
import type { BackendsRequest } from '../requests/backends';
import { processOutput } from '../terminal/output';
import type { CommonFlags, Finish } from './common';

/** `iresnet backends`. */
export function addBackends(program: Command, finish: Finish): void {
  program
    .command('backends')
    .description('List the backends that compute, and measure each: a convolution and a matrix product.')
    .option('--seconds <s>', 'how long each is measured', positive, 1)
    .option(
      '--threads <n>',
      'threads of the backends that take a number (default: those of each backend)',
      integer(1),
    )
    .option('--json', 'print JSON')
    .option(...quietFlag)
    .addHelpText(
      'after',
      `
The native backend is installed by \`npx @iresnet/backend install-native\`.

Examples:
  $ iresnet backends
  $ iresnet backends --seconds 0.2 --json`,
    )
    .action(
      async ({
        json = false,
        quiet,
        ...flags
      }: Omit<CommonFlags, 'backend'> & Omit<BackendsRequest, 'json'>) => {
        const { showBackends } = await import('../backends');
        finish(await showBackends({ ...flags, json }, processOutput(quiet)));
      },
    );
}
