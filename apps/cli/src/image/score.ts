import { IResNetError } from '@iresnet/core';
import { toNpy } from '@iresnet/datasets';
import { mostProbable } from '@iresnet/evaluation';
import { score } from '@iresnet/pipeline';
import type { ScoreRequest } from '../requests/judge';
import type { Opened } from '../run/dispatch';
import { recordLines, type Value } from '../terminal/lines';
import { writeWhole, writeResult, type Output } from '../terminal/output';
import { countProgress } from '../terminal/progress';
import { openPictures } from './pictures';

/** Write of each image ln p in nats, bits per dimension, and the most probable class with its probability. */
export async function scoreImages(opened: Opened, request: ScoreRequest, output: Output): Promise<number> {
  const { format, rank, out, seed } = request;
  const { pipeline } = opened;
  if (pipeline.task === 'classify' && (rank || format === 'npy')) {
    const what = `expected a model with a density for ${rank ? '--rank' : '--format npy'}, got one that only classifies`;
    throw new IResNetError('argument', 'iresnet score', what);
  }
  const { set, names } = await openPictures(opened, request, output);
  const onProgress = countProgress(output, 'scoring', set.count);
  const { logProb, bitsPerDim, probabilities } = await score(pipeline, set, { seed, onProgress });
  if (format === 'npy') {
    await writeWhole(output, out!, toNpy(logProb!, [set.count]));
    return 0;
  }
  const { classes } = pipeline.input;
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
