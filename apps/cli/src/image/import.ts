import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseSafetensors } from '@iresnet/checkpoint';
import { createRng, IResNetError } from '@iresnet/core';
import { iResNet } from '@iresnet/model';
import { loadOfficialState, officialConfig } from '@iresnet/model/official';
import type { Pipeline } from '@iresnet/pipeline';
import { saveModel } from '@iresnet/pipeline/node';
import type { ImportRequest } from '../requests/import';
import { startBackend } from '../run/backend';
import type { Output } from '../terminal/output';
import { stoppable } from '../terminal/stoppable';

/** Make a model folder of an official state_dict. */
export async function importOfficial(file: string, options: ImportRequest, output: Output): Promise<number> {
  const { shape, out, coefficient, activation, initialSqueeze, head, levels, json, backend } = options;
  if (shape.length !== 3)
    throw new IResNetError('argument', '--shape', `expected height, width and channels, got ${shape.join()}`);
  if (existsSync(out))
    throw new IResNetError('argument', '--out', `expected a folder that is not there yet, got ${out}`);
  const { tensors } = parseSafetensors(readBytes(file), { file });
  await startBackend(backend);
  const config = officialConfig(tensors, {
    shape: shape as [number, number, number],
    where: file,
    ...(coefficient !== undefined && { coefficient }),
    ...(activation !== undefined && { activation }),
    ...(initialSqueeze !== undefined && { initialSqueeze }),
    ...(head !== undefined && { head }),
  });
  const model = iResNet(config, createRng(0));
  const { ignored } = loadOfficialState(model, tensors, file);
  const count = config.head?.classes ?? 1;
  const classes = options.classes ?? Array.from({ length: count }, (_, i) => String(i));
  if (config.head && classes.length !== count) {
    const what = `expected ${count} names, as many as the network has classes, got ${classes.length}`;
    throw new IResNetError('argument', '--classes', what);
  }
  const task = config.head === null ? 'density' : config.flow.padding > 0 ? 'classify' : 'hybrid';
  const title = basename(file).replace(/\.\w+$/, '');
  const input = {
    kind: 'images',
    title,
    shape: shape as [number, number, number],
    levels,
    classes: config.head ? classes : [],
  } as const;
  const pipeline: Pipeline = { model, input, task, recipe: null };
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
