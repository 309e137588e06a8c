import { createRng, IResNetError } from '@iresnet/core';
import { encodeLabels } from '@iresnet/datasets';
import { estimateMean } from '@iresnet/evaluation';
import {
  accuracyFigures,
  references,
  score,
  tableFigures,
  usableScores,
  type TableInput,
  type TableSource,
} from '@iresnet/pipeline';
import { accuracyLines, tableSummary, withError, type SummaryLine } from '@iresnet/pipeline/run';
import { tableFile } from '../requests/data';
import type { EvalRequest } from '../requests/judge';
import type { Opened } from '../run/dispatch';
import { openRun } from '../run/openRun';
import { readTable, type TableFile } from '../run/tableFile';
import { readBy } from './openRows';
import { tableForm } from '../requests/tableForm';
import { aligned } from '../terminal/aligned';
import type { Output } from '../terminal/output';
import { printableText } from '../terminal/printable';
import { unusableNotes } from '../terminal/unusable';

/** Judge a model again: on the held-out rows of its run, or on every row of another file. */
export async function evaluate(opened: Opened, request: EvalRequest, output: Output): Promise<number> {
  const file = tableFile(request, 'iresnet eval');
  await output.data(
    file === undefined
      ? await onHeldOut(opened, request, output)
      : await onFile(opened, file, request, output),
  );
  return 0;
}

async function onHeldOut(
  { path, pipeline }: Opened,
  { seed, json }: EvalRequest,
  output: Output,
): Promise<string> {
  const { config, source } = await openRun<TableSource>(path, pipeline, output);
  const rng = createRng(seed ?? config.seed).split('figures');
  const figures = await tableFigures(pipeline, source, references(source), rng);
  return json ? `${JSON.stringify(figures)}\n` : printableText(aligned(tableSummary(figures)));
}

async function onFile(
  { pipeline }: Opened,
  file: string,
  { seed, json, more, ...given }: EvalRequest,
  output: Output,
): Promise<string> {
  const { label, classes } = pipeline.input as TableInput;
  const table = await readMaybeLabelled(
    { file, more, ...readBy(pipeline), ...tableForm(given) },
    label,
    output,
  );
  if (label !== null && !table.labels)
    output.log(`no column '${label}' in ${file}: without classes only the density is judged`);
  const scores = await score(pipeline, table, { seed: seed ?? 0 });
  const { kept, logProb, probabilities } = usableScores(scores);
  const { unusable } = scores;
  const notes = unusableNotes(output, 'rows');
  for (const { index, reason } of unusable) notes.add({ name: `row ${index + 1}`, reason });
  notes.warn(table.rows, 'They are left out of the figures.');
  const value = kept.length > 0 ? estimateMean(logProb!) : null;
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
    const rows = { rows: table.rows, unusable: unusable.length };
    return `${JSON.stringify({ ...rows, logLikelihood: value, ...(accuracy && { accuracy }) })}\n`;
  }
  const judged = unusable.length > 0 ? `${kept.length} of ${table.rows}` : String(table.rows);
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
