import { readdirSync } from 'node:fs';
import addCompletion from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

/** Flags whose value is a path. */
const paths = ['data', 'data-dir', 'config', 'resume', 'out', 'schema', 'test', 'calibrate', 'given-rows'];

/**
 * `iresnet complete <shell>`: the script by which a shell completes commands, flags, names and
 * paths.
 */
export function addComplete(program: Command): void {
  for (const { options, arguments: words } of addCompletion(program).commands.values()) {
    for (const name of paths) {
      const option = options.get(name);
      if (option) option.handler = completePath;
    }
    for (const word of words.values()) word.handler ??= completePath;
  }
}

/** What lies where the last word of the command line points to; of `runs`, its runs at once. */
function completePath(complete: (value: string, description: string) => void): void {
  const word = process.argv.at(-1) ?? '';
  const folder = word.slice(0, word.lastIndexOf('/') + 1);
  for (const place of folder === '' ? ['', 'runs/'] : [folder])
    for (const name of entries(place || '.')) complete(`${place}${name}`, '');
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
}
