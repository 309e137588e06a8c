import { IResNetError } from '@iresnet/core';
import { finiteOrNull } from '@iresnet/core/internal';
import { toNpy } from '@iresnet/datasets';
import { leastFirst, mostProbable } from '@iresnet/evaluation';
import { score } from '@iresnet/pipeline';
import type { ScoreRequest } from '../requests/judge';
import type { Opened } from '../run/dispatch';
import { recordLines, type Field, type Value } from '../terminal/lines';
import { writeWhole, writeResult, type Output } from '../terminal/output';
import { countProgress } from '../terminal/progress';
import { unusableNotes } from '../terminal/unusable';
import { openPictures } from './pictures';

/** Write of each image ln p in nats, bits per dimension, and the most probable class with its probability. */
export async function scoreImages(opened: Opened, request: ScoreRequest, output: Output): Promise<number> {
  const { format, rank, out, seed, probes } = request;
  const { pipeline } = opened;
  const split = request.shard ? '--shard' : request.workers !== undefined ? '--workers' : undefined;
  if (split !== undefined) {
    const what = `expected ${split} with a model of a table, got one of images`;
    throw new IResNetError('argument', 'iresnet score', what);
  }
  if (request.decision || request.explain || request.calibrate !== undefined) {
    const what =
      'expected --alarm, --fdr, --top, --explain and --calibrate with a model of a table, got one of images';
    throw new IResNetError('argument', 'iresnet score', what);
  }
  if (pipeline.task === 'classify' && (rank || format === 'npy')) {
    const what = `expected a model with a density for ${rank ? '--rank' : '--format npy'}, got one that only classifies`;
    throw new IResNetError('argument', 'iresnet score', what);
  }
  const { set, names } = await openPictures(opened, request, output);
  const onProgress = countProgress(output, 'scoring', set.count);
  const { logProb, standardError, bitsPerDim, probabilities, unusable } = await score(pipeline, set, {
    seed,
    ...(probes !== undefined && { probes }),
    onProgress,
  });
  const notes = unusableNotes(output, 'images');
  for (const { index, reason } of unusable) notes.add({ name: String(names[index]), reason });
  notes.warn(set.count, 'They rank first.');
  const reasons = new Map(unusable.map(({ index, reason }) => [index, reason]));
  if (format === 'npy') {
    await writeWhole(output, out!, toNpy(logProb!, [set.count]));
    return 0;
  }
  const { classes } = pipeline.input;
  const predicted = probabilities && mostProbable(probabilities, classes.length);
  const order = rank ? Array.from(leastFirst(logProb!)) : Array.from(names.keys());
  // JSON knows no infinity; a spreadsheet does.
  const number = (value: number): Value => (format === 'csv' ? value : finiteOrNull(value));
  const reasonOf = (i: number): Field[] =>
    format === 'csv' || reasons.has(i) ? [['unusable', reasons.get(i) ?? null]] : [];
  const records = order.map((i): Field[] => [
    ['image', names[i]!],
    ...(logProb ? [['logLikelihood', number(logProb[i]!)] as const] : []),
    ...(standardError ? [['standardError', finiteOrNull(standardError[i]!)] as const] : []),
    ...(logProb ? [['bitsPerDim', number(bitsPerDim![i]!)] as const] : []),
    ...(predicted
      ? ([
          ['predicted', classes[predicted[i]!] ?? null],
          ['probability', reasons.has(i) ? null : probabilities[i * classes.length + predicted[i]!]!],
        ] as const)
      : []),
    ...reasonOf(i),
  ]);
  await writeResult(output, out, [recordLines(records, format)]);
  return 0;
}
