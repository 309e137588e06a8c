import { noGrad } from '@iresnet/core';
import { imageBatch, takeImages, toImages } from '@iresnet/datasets';
import type { Pictures } from '@iresnet/report';
import { startBackend } from '../backend';
import type { ReconstructOptions } from '../commands/reconstruct';
import { recordLines, type Value } from '../lines';
import { writeBytes, writeResult, type Output } from '../output';
import { countProgress } from '../progress';
import { onHost } from '../rows';
import { finiteOrNull } from './figures';
import { openImageModel } from './model';
import { openPictures } from './pictures';
import { bytesOf } from './source';
import { sheetOf, targetOf } from './target';
import { tellUnconverged } from './unconverged';

/** Images inverted at a time. */
const PIECE = 100;
/** Pairs side by side. */
const COLUMNS = 16;
const GREY = 128;

/** Images that went to the latent space and back: the error of each on stdout, pairs as a contact sheet. */
export async function reconstructImages(
  path: string,
  options: ReconstructOptions,
  output: Output,
): Promise<number> {
  const target = options.out === undefined ? null : targetOf(options.out, 'iresnet reconstruct', ['sheet']);
  await startBackend(options.backend);
  const saved = await openImageModel(path);
  const { model, levels } = saved;
  const { set, names } = await openPictures(path, saved, options, output);
  const count = Math.min(options.count, set.count);
  const shown = takeImages(
    set,
    Array.from({ length: count }, (_, i) => i),
  );
  const tick = countProgress(output, 'inverting', count);
  const back = new Uint8Array(shown.images.length);
  const records: Record<string, Value>[] = [];
  for (let from = 0; from < count; from += PIECE) {
    const to = Math.min(count, from + PIECE);
    const piece = takeImages(
      shown,
      Array.from({ length: to - from }, (_, i) => from + i),
    );
    noGrad(() =>
      onHost(() => {
        const { value, maxError, errorBound, converged } = model.reconstruct(imageBatch(piece));
        back.set(bytesOf(toImages(value, { levels })), (from * back.length) / count);
        converged.forEach((good, i) =>
          records.push({
            image: names[from + i]!,
            maxError: finiteOrNull(maxError[i]!),
            errorBound: finiteOrNull(errorBound[i]!),
            converged: good,
          }),
        );
      }),
    );
    tick(to);
  }
  const pairs = (values: Uint8Array): Pictures => ({ count, shape: set.shape, values });
  if (target) {
    const sheet = sheetOf(aboveEachOther(pairs(bytesOf(shown)), pairs(back)), Math.min(COLUMNS, count));
    await writeBytes(output, target.path, sheet);
  }
  await writeResult(output, undefined, [recordLines(records, options.json ? 'jsonl' : 'csv')]);
  tellUnconverged(model, records.filter(({ converged }) => !converged).length, count, output);
  return 0;
}

/** A row of pictures of `a`, below them those of `b`, and so on; what a last row lacks is grey. */
function aboveEachOther(a: Pictures, b: Pictures): Pictures {
  const { count, shape } = a;
  const columns = Math.min(COLUMNS, count);
  const bands = Math.ceil(count / columns);
  const row = (columns * a.values.length) / count;
  const values = new Uint8Array(2 * bands * row).fill(GREY);
  for (let band = 0; band < bands; band++) {
    [a, b].forEach(({ values: from }, below) =>
      values.set(from.subarray(band * row, (band + 1) * row), (2 * band + below) * row),
    );
  }
  return { count: 2 * bands * columns, shape, values };
}
