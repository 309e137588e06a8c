import { join } from 'node:path';
import { writeFileAtomic } from '@iresnet/checkpoint/node';

/** Write a file of a run folder, all or nothing. */
export async function writeJson(dir: string, name: string, value: object): Promise<void> {
  await writeFileAtomic(join(dir, name), `${JSON.stringify(value, null, 2)}\n`);
}
