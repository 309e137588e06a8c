import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseSafetensors } from '@iresnet/checkpoint';
import { IResNetError } from '@iresnet/core';
import { officialPipeline } from '@iresnet/pipeline';
import { saveModel } from '@iresnet/pipeline/node';
import type { ImportRequest } from '../requests/import';
import { startBackend } from '../run/backend';
import type { Output } from '../terminal/output';
import { stoppable } from '../terminal/stoppable';

/** Make a model folder of an official state_dict. */
export async function importOfficial(file: string, options: ImportRequest, output: Output): Promise<number> {
  const { shape, out, json, backend, mean, deviation, ...described } = options;
  if (shape.length !== 3)
    throw new IResNetError('argument', '--shape', `expected height, width and channels, got ${shape.join()}`);
  if (existsSync(out))
    throw new IResNetError('argument', '--out', `expected a folder that is not there yet, got ${out}`);
  if ((mean === undefined) !== (deviation === undefined))
    throw new IResNetError('argument', '--mean', 'expected --mean and --deviation, got one of them');
  const { tensors } = parseSafetensors(readBytes(file), { file });
  await startBackend(backend);
  const { pipeline, ignored } = officialPipeline(tensors, {
    shape: shape as [number, number, number],
    where: file,
    title: basename(file).replace(/\.\w+$/, ''),
    ...(mean && deviation && { normalize: { mean, deviation } }),
    ...described,
  });
  const { model, task } = pipeline;
  if (task !== 'density' && !mean)
    output.warn(
      'pixels go in from -0.5 to 0.5; give --mean and --deviation of each channel for a classifier that was trained on others, as those of the official code are',
    );
  await stoppable(() => saveModel(out, pipeline));
  const { invertible, blocks } = model.certify();
  const bounds = blocks.map(({ lipschitzBound }) => lipschitzBound ?? Infinity);
  const figures = {
    out,
    task,
    blocks: bounds.length,
    ignored,
    invertible,
    largestLipschitzBound: Math.max(...bounds),
  };
  await output.data(
    json
      ? `${JSON.stringify(figures)}\n`
      : `${task} of ${shape.join('×')} images, ${bounds.length} blocks; largest Lipschitz bound ${figures.largestLipschitzBound.toFixed(3)}, ` +
          `${invertible ? 'and the whole model is proven invertible' : 'NOT proven invertible'}\nwrote ${out}\n`,
  );
  return 0;
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const { message } = error as Error;
    throw new IResNetError('data', file, `expected a safetensors file, got ${message}`, {}, { cause: error });
  }
}
