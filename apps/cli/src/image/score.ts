import { createRng, IResNetError } from '@iresnet/core';
import { toNpy } from '@iresnet/datasets';
import { mostProbable } from '@iresnet/evaluation';
import { startBackend } from '../backend';
import type { ScoreOptions } from '../commands/score';
import { recordLines, type Value } from '../lines';
import { writeBytes, writeResult, type Output } from '../output';
import { countProgress } from '../progress';
import { judge } from './judge';
import { forJudging, openImageModel } from './model';
import { openPictures } from './pictures';

/** Write of each image ln p in nats, bits per dimension, and the most probable class with its probability. */
export async function scoreImages(path: string, options: ScoreOptions, output: Output): Promise<number> {
  const { format, rank, out } = options;
  await startBackend(options.backend);
  const saved = await openImageModel(path);
  const { task, classes } = saved;
  if (task === 'classify' && (rank || format === 'npy')) {
    const what = `expected a model with a density for ${rank ? '--rank' : '--format npy'}, got one that only classifies`;
    throw new IResNetError('argument', 'iresnet score', what);
  }
  const { set, names } = await openPictures(path, saved, options, output);
  const tick = countProgress(output, 'scoring', set.count);
  const model = forJudging(saved.model);
  const { logProb, bitsPerDim, probabilities } = judge(model, set, task, createRng(options.seed), tick);
  if (format === 'npy') {
    await writeBytes(output, out!, toNpy(logProb!, [set.count]));
    return 0;
  }
  const predicted = probabilities && mostProbable(probabilities, classes.length);
  const order = Array.from(names.keys());
  if (rank) order.sort((a, b) => logProb![a]! - logProb![b]!);
  const records = order.map((i): Record<string, Value> => ({
    image: names[i]!,
    ...(logProb && { logLikelihood: logProb[i]!, bitsPerDim: bitsPerDim![i]! }),
    ...(predicted && {
      predicted: classes[predicted[i]!]!,
      probability: probabilities[i * classes.length + predicted[i]!]!,
    }),
  }));
  await writeResult(output, out, [recordLines(records, format)]);
  return 0;
}
