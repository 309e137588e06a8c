import type { Command } from 'commander';
import { countProgress, leavesTerminal } from '../terminal/progress';
import { processOutput, writeResult } from '../terminal/output';
import type { Finish } from './common';
import { integer, quietFlag } from './flags';

interface Flags {
  readonly out?: string;
  readonly top?: number;
  readonly quiet?: boolean;
}

/** `iresnet merge`. */
export function addMerge(program: Command, finish: Finish): void {
  program
    .command('merge')
    .argument('<parts>', 'the folder that --out of score --shard named')
    .description(
      'Join the parts that score --shard wrote into what one process would have written, byte for byte. Every part is verified; one that is missing or damaged is named and nothing is written. With --out the file _SUCCESS in the folder of the parts comes last.',
    )
    .option('--out <file>', 'a file instead of standard output')
    .option(
      '--top <k>',
      'only the k least likely rows, least likely first; rows that cannot be judged come before them',
      integer(1),
    )
    .option(...quietFlag)
    .addHelpText(
      'after',
      `
Examples:
  $ iresnet merge parts --out scores.csv
  $ iresnet merge parts --top 100`,
    )
    .action(async (dir: string, { out, top, quiet }: Flags) => {
      const { openParts } = await import('@iresnet/pipeline/node');
      const parts = await openParts(dir, top === undefined ? {} : { top });
      const output = processOutput(quiet);
      const onProgress = leavesTerminal(out)
        ? countProgress(output, 'merging parts', parts.count)
        : undefined;
      await writeResult(output, out, parts.content(onProgress));
      if (out !== undefined) await parts.succeed(out);
      finish(0);
    });
}
