import { getBackend } from '@tensorflow/tfjs-core';
import { IResNetError } from '@iresnet/core';
import { writtenForm } from '@iresnet/datasets';
import { encodeRecords } from '@iresnet/datasets/node';
import { calibrate, scoreRecords, trainedShare, type Pipeline, type ScoredPiece } from '@iresnet/pipeline';
import { writePart, type PartInput, type Shard } from '@iresnet/pipeline/node';
import type { ScoreRequest } from '../requests/judge';
import { tableForm } from '../requests/tableForm';
import type { Opened } from '../run/dispatch';
import { readTable } from '../run/tableFile';
import { threadsOf } from '../run/threads';
import { writeNpy, writeRecords, type Output } from '../terminal/output';
import { rowProgress } from '../terminal/progress';
import { stoppable } from '../terminal/stoppable';
import { placeOfUnusable, unusableNotes } from '../terminal/unusable';
import { countFlagged } from './countFlagged';
import { checkKept, keptColumns, type KeptColumns } from './kept';
import { readBy, streamedRows, unkept, type ManyRows } from './openRows';

const WHERE = 'iresnet score';

/**
 * Write ln p of each row, nats, how usual it is, and its most probable class where there is a
 * classifier; piece by piece, as the rows are read.
 */
export async function scoreRows(opened: Opened, request: ScoreRequest, output: Output): Promise<number> {
  const { format, out, seed, probes, rank, decision, onBadRow, explain, shard } = request;
  const pipeline = await calibrated(opened.pipeline, request, output);
  const kept = keptColumns(opened, request);
  const missing = onBadRow === 'stop' ? unkept(pipeline, 'refuse') : 'keep';
  const read = { missing, ...(kept && { keep: kept.read }) } as const;
  const rows = await streamedRows(opened, request, read, WHERE, output);
  const pieces = scored({ ...opened, pipeline }, rows, kept, request, output);
  if (format === 'npy') {
    await writeNpy(output, out!, scoresAlone(pieces));
    return 0;
  }
  const all = scoreRecords(pipeline, pieces, {
    seed,
    ...(probes !== undefined && { probes }),
    ...(decision && { decision }),
    rank,
    explain,
    missing: onBadRow === 'skip' ? 'skip' : 'keep',
    cells: format === 'jsonl' ? 'json' : 'text',
  });
  const usual = pipeline.calibration?.count ?? 0;
  const records = decision ? countFlagged(all, decision, usual, output) : all;
  if (shard) {
    const lines = encodeRecords(records, { form: format, gzip: false }) as AsyncIterable<string>;
    await writeShard(opened, { ...request, shard }, rows.inputs, lines, output);
  } else await writeRecords(output, out, writtenForm(out, format), records);
  return 0;
}

/** The scores of rows, as they are read; at their end a word about those without. */
async function* scored(
  opened: Opened,
  { all }: ManyRows,
  kept: KeptColumns | null,
  { seed, probes, workers, onBadRow, rank, shard, out }: ScoreRequest,
  output: Output,
): AsyncGenerator<ScoredPiece> {
  const notes = unusableNotes(output, 'rows');
  const found = { rows: 0, sampled: 0, trained: 0 };
  const progress = rowProgress(output, shard ? `scoring ${nameOf(shard)}` : 'scoring', out);
  const pool = threadsOf(WHERE, opened, workers);
  try {
    for (const { file, pieces } of all)
      for await (const piece of pool.scorePieces(pieces, { seed, ...(probes !== undefined && { probes }) })) {
        const { first, table, scores } = piece;
        if (kept) checkKept(table, kept);
        for (const { index, reason } of scores.unusable) {
          const row = `row ${table.numbers?.[index] ?? first + index + 1}`;
          notes.add({ name: file === null ? row : `${file}: ${row}`, reason });
        }
        found.sampled += scores.recognized?.sampled ?? 0;
        found.trained += scores.recognized?.trained ?? 0;
        found.rows += scores.count;
        progress.tell(found.rows);
        yield { ...piece, ...(file !== null && { file }) };
      }
  } finally {
    progress.end();
    await pool.close();
  }
  notes.warn(found.rows, onBadRow === 'skip' ? 'Those without a value are left out.' : placeOfUnusable(rank));
  const { trained } = opened.pipeline.calibration ?? {};
  const share = trained ? trainedShare(trained, found) : 0;
  if (share > 0)
    output.warn(
      `about ${Math.round(100 * share)} % of these rows (${found.trained} of ${found.sampled} that were compared) are rows that the model was trained on: their scores are too high, and their p-values say nothing`,
    );
}

async function* scoresAlone(pieces: AsyncIterable<ScoredPiece>): AsyncGenerator<Float64Array> {
  for await (const { scores } of pieces) yield scores.logProb!;
}

/** The model with scores of usual rows: its own, or those of a file. */
async function calibrated(pipeline: Pipeline, request: ScoreRequest, output: Output): Promise<Pipeline> {
  const { calibrate: file, decision } = request;
  const known =
    file === undefined
      ? pipeline
      : await calibrate(
          pipeline,
          await readTable(
            { file, ...readBy(pipeline), missing: unkept(pipeline, 'drop'), ...tableForm(request) },
            output,
          ),
        );
  const { calibration } = known;
  const needed = request.explain || (decision !== undefined && !('top' in decision));
  if (calibration) {
    const least = 1 / (calibration.count + 1);
    if (decision && 'alarm' in decision && decision.alarm < least)
      output.warn(
        `no row is flagged: beside ${calibration.count} usual rows the least p-value is ${Number(least.toPrecision(2))}; give --calibrate a file of more`,
      );
    return known;
  }
  const what =
    'scores of usual rows, for p-values: give --calibrate a file of rows that it was not trained on';
  if (needed)
    throw new IResNetError('argument', WHERE, `expected a model that keeps ${what}; or train it again`);
  output.log(`this model keeps no ${what}`);
  return known;
}

/**
 * Write the scores of a shard into the folder `out`, unless they are there; a signal leaves nothing
 * half-written.
 */
async function writeShard(
  { path: model }: Opened,
  {
    shard,
    out,
    format,
    data: _data,
    backend: _backend,
    workers: _workers,
    ...options
  }: ScoreRequest & { readonly shard: Shard },
  inputs: readonly PartInput[],
  lines: AsyncIterable<string>,
  output: Output,
): Promise<void> {
  const part = {
    dir: out!,
    shard,
    format: format as 'csv' | 'jsonl',
    model,
    backend: getBackend(),
    options,
    inputs,
  };
  const written = await stoppable((signal) => writePart(part, lines, signal));
  output.log(
    `${nameOf(shard)}${shard.from === null ? '' : ` (${shard.from})`}: ${written ? 'wrote its part to' : 'its part is there already in'} ${out}`,
  );
}

function nameOf({ index, count }: Shard): string {
  return `shard ${index}/${count}`;
}
