import { takeImages } from '@iresnet/datasets';
import { namedSet, type GivenData } from '../dataFlags';
import { bytesOf, loadImages } from '../image/source';
import { targetOf, writePictures } from '../image/target';
import type { Output } from '../output';

export interface ShowOptions extends Pick<GivenData, 'dataDir'> {
  readonly count: number;
  readonly out?: string;
  readonly json: boolean;
}

/** The first training images of a set. */
export async function showSet(
  name: NonNullable<GivenData['dataset']>,
  { dataDir, count: most, out, json }: ShowOptions,
  output: Output,
): Promise<number> {
  const target = targetOf(out, 'iresnet datasets show');
  const { train } = await loadImages(namedSet(name, dataDir), output);
  const shown = takeImages(
    train,
    Array.from({ length: Math.min(most, train.count) }, (_, i) => i),
  );
  const { count, shape } = shown;
  const pictures = { count, shape, values: bytesOf(shown) };
  await writePictures(target, pictures, Math.ceil(Math.sqrt(count)), output);
  const classes = Array.from(shown.labels, (label) => shown.classes[label]!);
  if (json) await output.data(`${JSON.stringify({ name, out, count, shape, classes })}\n`);
  return 0;
}
