import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './workload';

/** Where `scripts/engines.sh` puts the environments of Python. */
const environments = process.env['IRESNET_ENGINES'] ?? join(root, 'node_modules/.cache/engines');

/** The folder of the programs of an engine; null where it is not installed, and it says so. */
export function environmentOf(engine: string, program: string): string | null {
  const folder = join(environments, engine, 'bin');
  return existsSync(join(folder, program)) ? folder : absent(engine);
}

/** Whether programs are on the PATH; it says so where they are not. */
export function programsOf(engine: string, ...programs: readonly string[]): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = programs.every((name) => folders.some((folder) => existsSync(join(folder, name))));
  return found || absent(engine) !== null;
}

function absent(engine: string): null {
  console.warn(`SKIPPED: ${engine} is not installed; bash scripts/engines.sh ${engine}`);
  return null;
}

/** Whether this is root; it says so where it is not. */
export function isRoot(engine: string): boolean {
  const root = process.getuid?.() === 0;
  if (!root) console.warn(`SKIPPED: ${engine} is started by root alone`);
  return root;
}
