import { createRng, IResNetError } from '@iresnet/core';
import { encodeLabels } from '@iresnet/datasets';
import { estimateMean } from '@iresnet/evaluation';
import {
  accuracyFigures,
  references,
  tableFigures,
  usableScores,
  type TableInput,
  type TableSource,
} from '@iresnet/pipeline';
import { accuracyLines, tableSummary, withError, type SummaryLine } from '@iresnet/pipeline/run';
import { tableFile } from '../requests/data';
import type { EvalRequest } from '../requests/judge';
import type { Opened } from '../run/dispatch';
import { runData } from '../run/data';
import { refuseWorkers, threadsOf } from '../run/threads';
import { readTable, type TableFile } from '../run/tableFile';
import { readBy } from './openRows';
import { tableForm } from '../requests/tableForm';
import { aligned } from '../terminal/aligned';
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
  { seed, json, more, workers, ...given }: EvalRequest,
  output: Output,
): Promise<string> {
  const { pipeline } = opened;
  const { label, classes } = pipeline.input as TableInput;
  const table = await readMaybeLabelled(
    { file, more, ...readBy(pipeline), ...tableForm(given) },
    label,
    output,
  );
  if (label !== null && !table.labels)
    output.log(`no column '${label}' in ${file}: without classes only the density is judged`);
  const notes = unusableNotes(output, 'rows');
  const kept: number[] = [];
  const logProb: number[] = [];
  const shares: Float32Array[] = [];
  const pool = threadsOf(WHERE, opened, workers);
  try {
    for await (const { first, scores } of pool.scorePieces([table], { seed: seed ?? 0 })) {
      const usable = usableScores(scores);
      for (const i of usable.kept) kept.push(first + i);
      for (const value of usable.logProb!) logProb.push(value);
      if (usable.probabilities) shares.push(usable.probabilities);
      for (const { index, reason } of scores.unusable)
        notes.add({ name: `row ${first + index + 1}`, reason });
    }
  } finally {
    await pool.close();
  }
  notes.warn(table.rows, 'They are left out of the figures.');
  const unusable = table.rows - kept.length;
  const probabilities = shares.length > 0 ? Float32Array.from(shares.flatMap((part) => [...part])) : null;
  const value = kept.length > 0 ? estimateMean(logProb) : null;
  const all = table.labels && encodeLabels(table.labels, { classes: [...classes], file }).indices;
  const accuracy =
    probabilities && all && value
      ? accuracyFigures(probabilities, {
          column: label!,
          classes,
          labels: Int32Array.from(kept, (i) => all[i]!),
          training: null,
        })
      : null;
  if (json) {
    const rows = { rows: table.rows, unusable };
    return `${JSON.stringify({ ...rows, logLikelihood: value, ...(accuracy && { accuracy }) })}\n`;
  }
  const judged = unusable > 0 ? `${kept.length} of ${table.rows}` : String(table.rows);
  const lines: SummaryLine[] = [
    ['log-likelihood', value ? `${withError(value)} nats a row (${judged} rows)` : 'no row can be judged'],
    ...(accuracy ? accuracyLines(accuracy, kept.length) : []),
  ];
  return printableText(aligned(lines));
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
