import { createRng, IResNetError } from '@iresnet/core';
import { encodeLabels } from '@iresnet/datasets';
import {
  references,
  rowFigures,
  tableFigures,
  type ScoredPiece,
  type TableInput,
  type TableSource,
} from '@iresnet/pipeline';
import { aligned, rowSummary, tableSummary } from '@iresnet/pipeline/run';
import { tableFile } from '../requests/data';
import type { EvalRequest } from '../requests/judge';
import type { Opened } from '../run/dispatch';
import { runData } from '../run/data';
import { refuseWorkers, threadsOf } from '../run/threads';
import { readTable, type TableFile } from '../run/tableFile';
import { readBy } from './openRows';
import { tableForm } from '../requests/tableForm';
import type { Output } from '../terminal/output';
import { printableText } from '../terminal/printable';
import { unusableNotes } from '../terminal/unusable';

const WHERE = 'iresnet eval';

/** Judge a model again: on the held-out rows of its run, or on every row of another file. */
export async function evaluate(opened: Opened, request: EvalRequest, output: Output): Promise<number> {
  const file = tableFile(request, WHERE);
  await output.data(
    file === undefined
      ? await onHeldOut(opened, request, output)
      : await onFile(opened, file, request, output),
  );
  return 0;
}

async function onHeldOut(
  { path, pipeline }: Opened,
  { seed, json, workers }: EvalRequest,
  output: Output,
): Promise<string> {
  refuseWorkers(workers, 'expected --workers with --data of a table, got the rows that the run held out');
  const { config, source } = await runData<TableSource>(path, pipeline, output);
  const rng = createRng(seed ?? config.seed).split('figures');
  const figures = await tableFigures(pipeline, source, references(source), rng);
  return json ? `${JSON.stringify(figures)}\n` : printableText(aligned(tableSummary(figures)));
}

async function onFile(
  opened: Opened,
  file: string,
  { seed = 0, json, more, workers, ...given }: EvalRequest,
  output: Output,
): Promise<string> {
  const { pipeline } = opened;
  const { label, classes } = pipeline.input as TableInput;
  const form = { file, more, ...readBy(pipeline), ...tableForm(given) };
  const table = await readMaybeLabelled(form, label, output);
  if (label !== null && !table.labels)
    output.log(`no column '${label}' in ${file}: without classes only the density is judged`);
  const labels = table.labels ? encodeLabels(table.labels, { classes: [...classes], file }).indices : null;
  const notes = unusableNotes(output, 'rows');
  const pool = threadsOf(WHERE, opened, workers);
  async function* noted(): AsyncGenerator<ScoredPiece> {
    for await (const piece of pool.scorePieces([table], { seed })) {
      for (const { index, reason } of piece.scores.unusable)
        notes.add({ name: `row ${piece.first + index + 1}`, reason });
      yield piece;
    }
  }
  const figures = await rowFigures(pipeline, noted(), labels).finally(() => pool.close());
  notes.warn(table.rows, 'They are left out of the figures.');
  return json ? `${JSON.stringify(figures)}\n` : printableText(aligned(rowSummary(figures)));
}

/** A table with its labels, if it has any: without them there is no accuracy. */
async function readMaybeLabelled(table: TableFile, label: string | null, output: Output) {
  if (label === null) return readTable(table, output);
  try {
    return await readTable({ ...table, label }, output);
  } catch (error) {
    if (error instanceof IResNetError && error.context.missing === label) return readTable(table, output);
    throw error;
  }
}
