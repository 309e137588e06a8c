import { IResNetError } from '@iresnet/core';
import type { ImageInput } from '@iresnet/pipeline';
import { drawnPictures } from '@iresnet/pipeline/run';
import type { SampleRequest } from '../requests/invert';
import type { Opened } from '../run/dispatch';
import { threadsOf } from '../run/threads';
import type { Output } from '../terminal/output';
import { countProgress } from '../terminal/progress';
import { targetOf, writePictures } from './target';
import { tellUnconverged } from '../unconverged';

const IMAGES = 64;

/** Draw images from a model. */
export async function sampleImages(
  opened: Opened,
  { count = IMAGES, temperature, seed, json, out, class: name, workers, ...rows }: SampleRequest,
  output: Output,
): Promise<number> {
  const where = 'iresnet sample';
  if (rows.given ?? rows.givenRows ?? rows.like)
    throw new IResNetError(
      'argument',
      where,
      'expected a model of rows with --given and --like, got one of images',
    );
  const { pipeline } = opened;
  const target = targetOf(out, where);
  const { levels } = pipeline.input as ImageInput;
  const onProgress = countProgress(output, 'drawing', count);
  const pool = threadsOf('iresnet sample', opened, workers);
  const drawn = await pool
    .sample(count, { seed, temperature, ...(name !== undefined && { class: name }), onProgress })
    .finally(() => pool.close());
  await writePictures(target, drawnPictures(drawn, levels), Math.ceil(Math.sqrt(count)), output);
  const code = tellUnconverged(pipeline, drawn.converged, 'images', output);
  const unconverged = drawn.converged.filter((good) => !good).length;
  const { shape } = drawn;
  if (json)
    await output.data(
      `${JSON.stringify({ out, count, shape, temperature, ...(name !== undefined && { class: name }), seed, unconverged })}\n`,
    );
  return code;
}
