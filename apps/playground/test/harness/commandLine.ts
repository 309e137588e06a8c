import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../../../..');

/** Run the command line from its sources in a folder; gives what it prints. */
export async function iresnet(cwd: string, ...args: readonly string[]): Promise<string> {
  const program = join(root, 'apps/cli/src/bin.ts');
  const tsx = join(root, 'node_modules/tsx/dist/loader.mjs');
  const command = ['--conditions=@iresnet/source', '--import', tsx, program, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd });
  return stdout;
}

/** The files of a folder, as a page gets them when the folder is chosen. */
export function filesOf(dir: string, name: string): Record<string, Uint8Array> {
  const paths = readdirSync(dir, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    paths
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [`${name}${path.slice(dir.length)}`, new Uint8Array(readFileSync(path))];
      }),
  );
}
