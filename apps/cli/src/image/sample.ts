import { createRng, IResNetError, noGrad } from '@iresnet/core';
import { toImages } from '@iresnet/datasets';
import { startBackend } from '../backend';
import type { SampleOptions } from '../commands/sample';
import type { Output } from '../output';
import { countProgress } from '../progress';
import { onHost } from '../rows';
import { openImageModel } from './model';
import { bytesOf } from './source';
import { targetOf, writePictures } from './target';
import { tellUnconverged } from './unconverged';

const WHERE = 'iresnet sample';
/** Images inverted at a time. */
const PIECE = 128;
const IMAGES = 64;

/** Draw images from a model. */
export async function sampleImages(path: string, options: SampleOptions, output: Output): Promise<number> {
  const { count = IMAGES, temperature, seed, json, out } = options;
  const target = targetOf(out, WHERE);
  await startBackend(options.backend);
  const { model, task, levels } = await openImageModel(path);
  if (task === 'classify')
    throw new IResNetError(
      'argument',
      WHERE,
      'expected a model with a density, got one that only classifies',
    );
  const shape = model.shape as [number, number, number];
  const size = shape[0] * shape[1] * shape[2];
  const values = new Uint8Array(count * size);
  const rng = createRng(seed);
  const tick = countProgress(output, 'drawing', count);
  let unconverged = 0;
  for (let from = 0; from < count; from += PIECE) {
    const n = Math.min(PIECE, count - from);
    noGrad(() =>
      onHost(() => {
        const { value, converged } = model.decode(model.flow.base.sample(n, rng.split(from), temperature));
        values.set(bytesOf(toImages(value, { levels })), from * size);
        unconverged += converged.filter((good) => !good).length;
      }),
    );
    tick(from + n);
  }
  await writePictures(target, { count, shape, values }, Math.ceil(Math.sqrt(count)), output);
  tellUnconverged(model, unconverged, count, output);
  if (json) await output.data(`${JSON.stringify({ out, count, shape, temperature, seed, unconverged })}\n`);
  return 0;
}
