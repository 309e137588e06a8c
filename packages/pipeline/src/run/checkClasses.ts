import { join } from 'node:path';
import { IResNetError } from '@iresnet/core';
import type { Task } from '../task';
import type { LoadedImages } from './loaded';

/**
 * Refuse a folder that has fewer classes than its task needs, or seems to have more than were
 * found.
 *
 * @param images - Of `loadData`; a published set has its classes.
 * @param hint - Another way, which ends the message.
 * @throws IResNetError of kind `data` naming the folder.
 *
 * @example
 * ```ts
 * import { digitImages } from '@iresnet/datasets';
 * import { checkClasses } from '@iresnet/pipeline/run/node';
 *
 * const train = { ...digitImages(), classes: ['0'] };
 * try {
 *   checkClasses({ kind: 'images', title: 'digits', train, test: null, folder: 'digits' }, 'classify');
 * } catch (error) {
 *   console.log((error as Error).message); // digits: expected a folder of pictures for each of 2 or more classes, …
 * }
 * ```
 */
export function checkClasses(
  { folder, empty = [], train }: LoadedImages,
  task: Task,
  hint = 'or train a density, which needs no classes',
): void {
  if (folder === undefined || task === 'density') return;
  // The caches of other programs, such as __pycache__, are not classes.
  const absent = empty.find((name) => !name.startsWith('__'));
  if (absent !== undefined) {
    const what = `expected pictures of the class ${absent}, found none: put some there, remove the folder, ${hint}`;
    throw new IResNetError('data', join(folder, absent), what);
  }
  if (train.classes.length >= 2) return;
  const found = train.classes.length === 0 ? 'pictures without' : `${train.classes[0]} alone`;
  const what = `expected a folder of pictures for each of 2 or more classes, found ${found}: add some, ${hint}`;
  throw new IResNetError('data', folder, what);
}
