import { eventSize } from '@iresnet/core';
import { finiteOrNull } from '@iresnet/core/internal';
import { takeImages, type Field } from '@iresnet/datasets';
import type { ImageInput } from '@iresnet/pipeline';
import { drawnPictures, pairedPictures, picturesOf } from '@iresnet/pipeline/run';
import type { ReconstructRequest } from '../requests/invert';
import type { Opened } from '../run/dispatch';
import { threadsOf } from '../run/threads';
import { recordsForm, writeRecords, writeWhole, type Output } from '../terminal/output';
import { countProgress } from '../terminal/progress';
import { tellEmptyBounds } from '../emptyBounds';
import { openPictures } from './pictures';
import { sheetOf, targetOf } from './target';
import { tellUnconverged } from '../unconverged';

/** Pairs side by side. */
const COLUMNS = 16;

/**
 * Images that went to the latent space and back: the error of each on stdout, pairs as a contact
 * sheet.
 */
export async function reconstructImages(
  opened: Opened,
  request: ReconstructRequest,
  output: Output,
): Promise<number> {
  const { pipeline } = opened;
  const target = request.out === undefined ? null : targetOf(request.out, 'iresnet reconstruct', ['sheet']);
  const { set, names } = await openPictures(opened, request, output);
  const count = Math.min(request.count, set.count);
  const shown = takeImages(
    set,
    Array.from({ length: count }, (_, i) => i),
  );
  const onProgress = countProgress(output, 'inverting', count);
  const pool = threadsOf('iresnet reconstruct', opened, request.workers);
  const back = await pool.reconstruct(shown, { onProgress }).finally(() => pool.close());
  if (target) {
    const columns = Math.min(COLUMNS, count);
    const pairs = pairedPictures(picturesOf(shown), drawnPictures(back, set.levels), columns);
    await writeWhole(output, target.path, sheetOf(pairs, columns));
  }
  const records = back.converged.map((converged, i): Field[] => [
    ['image', names[i]!],
    ['maxError', finiteOrNull(back.maxError[i]!)],
    ['errorBound', finiteOrNull(back.errorBound[i]!)],
    ['residual', finiteOrNull(back.residual[i]!)],
    ['converged', converged],
  ]);
  await writeRecords(output, undefined, recordsForm(undefined, request.json), [records]);
  // Pixels are from 0 to 1.
  tellEmptyBounds(
    back.errorBound,
    Math.sqrt(eventSize((pipeline.input as ImageInput).shape)),
    'images',
    output,
  );
  return tellUnconverged(pipeline, back.converged, 'images', output);
}
