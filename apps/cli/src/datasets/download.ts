import { resolve } from 'node:path';
import type { DatasetName } from '@iresnet/datasets';
import { datasetFolder, openDataset } from '@iresnet/datasets/node';
import type { Output } from '../terminal/output';
import { downloadProgress } from '../terminal/progress';

/** Bring a set to the cache, or to a folder that stands for it; print where its files are. */
export async function downloadSet(
  name: DatasetName<'images'>,
  { dir, json }: { readonly dir?: string; readonly json: boolean },
  output: Output,
): Promise<number> {
  // The readers of the sets find their files by this variable, and so does everything else in this
  // process.
  if (dir !== undefined) process.env['IRESNET_CACHE'] = resolve(dir);
  const onProgress = downloadProgress(output);
  const { count: train, shape, classes } = await openDataset(name, { split: 'train', onProgress });
  const { count: test } = await openDataset(name, { split: 'test', onProgress });
  const folder = datasetFolder(name);
  output.log(`${name}: ${train} training and ${test} test images of ${shape.join('×')}, verified`);
  await output.data(`${json ? JSON.stringify({ name, folder, train, test, shape, classes }) : folder}\n`);
  return 0;
}
