import { IResNetError } from '@iresnet/core';
import { toNpy, writtenForm } from '@iresnet/datasets';
import { score, scoreRecords } from '@iresnet/pipeline';
import type { ScoreRequest } from '../requests/judge';
import type { Opened } from '../run/dispatch';
import { writeRecords, writeWhole, type Output } from '../terminal/output';
import { countProgress } from '../terminal/progress';
import { placeOfUnusable, unusableNotes } from '../terminal/unusable';
import { openPictures } from './pictures';

/**
 * Write of each image ln p in nats, bits per dimension, and the most probable class with its
 * probability.
 */
export async function scoreImages(opened: Opened, request: ScoreRequest, output: Output): Promise<number> {
  const { format, rank, out, seed, probes } = request;
  const { pipeline } = opened;
  const { shard, workers, decision, explain, calibrate, keep, onBadRow } = request;
  const ofRows = {
    '--shard': shard,
    '--workers': workers,
    '--alarm, --fdr or --top': decision,
    '--explain': explain || undefined,
    '--calibrate': calibrate,
    '--keep': keep,
    '--on-bad-row': onBadRow,
  };
  const [given] = Object.entries(ofRows).find(([, value]) => value !== undefined) ?? [];
  if (given !== undefined) {
    const what = `expected ${given} with a model of a table, got one of images`;
    throw new IResNetError('argument', 'iresnet score', what);
  }
  if (pipeline.task === 'classify' && (rank || format === 'npy')) {
    const what = `expected a model with a density for ${rank ? '--rank' : '--format npy'}, got one that only classifies`;
    throw new IResNetError('argument', 'iresnet score', what);
  }
  const { set, names } = await openPictures(opened, request, output);
  const onProgress = countProgress(output, 'scoring', set.count);
  const scores = await score(pipeline, set, { seed, ...(probes !== undefined && { probes }), onProgress });
  const notes = unusableNotes(output, 'images');
  for (const { index, reason } of scores.unusable) notes.add({ name: String(names[index]), reason });
  notes.warn(set.count, placeOfUnusable(rank));
  if (format === 'npy') await writeWhole(output, out!, toNpy(scores.logProb!, [set.count]));
  else {
    const records = scoreRecords(pipeline, [{ first: 0, scores, names }], { rank });
    await writeRecords(output, out, writtenForm(out, format), records);
  }
  return 0;
}
