import { takeImages } from '@iresnet/datasets';
import { picturesOf } from '@iresnet/pipeline/run';
import { namedSet, type GivenData } from '../requests/data';
import type { ShowRequest } from '../requests/show';
import { openData } from '../run/data';
import { targetOf, writePictures } from '../image/target';
import type { Output } from '../terminal/output';

/** The first training images of a set. */
export async function showSet(
  name: NonNullable<GivenData['dataset']>,
  { dataDir, count: most, out, json }: ShowRequest,
  output: Output,
): Promise<number> {
  const target = targetOf(out, 'iresnet datasets show');
  const { train } = await openData(namedSet(name, dataDir), output);
  const shown = takeImages(
    train,
    Array.from({ length: Math.min(most, train.count) }, (_, i) => i),
  );
  const { count, shape } = shown;
  await writePictures(target, picturesOf(shown), Math.ceil(Math.sqrt(count)), output);
  const classes = Array.from(shown.labels, (label) => shown.classes[label]!);
  if (json) await output.data(`${JSON.stringify({ name, out, count, shape, classes })}\n`);
  return 0;
}
