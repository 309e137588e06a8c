import type { Command } from 'commander';
import type { BackendName } from '@iresnet/backend';
import { backendFlag, quietFlag } from './flags';

/** Takes the exit code of the command that ran. */
export type Finish = (code: number) => void;

/** What the flags of every command say, a switch that is not given being absent. */
export interface CommonFlags {
  readonly backend: BackendName;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** The last flags of every command that computes, and its examples. */
export function addCommonFlags(command: Command, json: string, examples: readonly string[]): Command {
  return command
    .option('--json', json)
    .addOption(backendFlag())
    .option(...quietFlag)
    .addHelpText('after', ['\nExamples:', ...examples.map((line) => `  $ ${line}`)].join('\n'));
}
