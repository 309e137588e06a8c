import { createRng, IResNetError } from '@iresnet/core';
import { encodeLabels } from '@iresnet/datasets';
import { estimateMean } from '@iresnet/evaluation';
import { startBackend } from '../backend';
import type { EvalOptions } from '../commands/eval';
import { tableFile } from '../dataFlags';
import { computeFigures } from '../figures';
import { openModel } from '../model';
import type { Output } from '../output';
import { references } from '../references';
import { tableRows } from '../rows';
import { openRun } from '../run';
import { readTable } from '../source';
import { accuracyLines, summarize, withError } from '../summary';
import { accuracyFigures } from './accuracy';
import { judgeRows } from './judge';

/** Judge a model again: on the held-out rows of its run, or on every row of another file. */
export async function evaluate(path: string, options: EvalOptions, output: Output): Promise<number> {
  const file = tableFile(options, 'iresnet eval');
  await startBackend(options.backend);
  await output.data(
    file === undefined ? await onHeldOut(path, options) : await onFile(path, file, options, output),
  );
  return 0;
}

async function onHeldOut(path: string, { seed, json }: EvalOptions): Promise<string> {
  const { config, source, model } = await openRun(path);
  const rng = createRng(seed ?? config.seed).split('figures');
  const figures = computeFigures(model, source, references(source), rng);
  return json ? `${JSON.stringify(figures)}\n` : `${summarize(figures)}\n`;
}

async function onFile(
  path: string,
  file: string,
  { seed, json }: EvalOptions,
  output: Output,
): Promise<string> {
  const model = await openModel(path);
  const { classifier, columns } = model;
  const table = await readMaybeLabelled(file, [...columns], classifier?.label);
  if (classifier && !table.labels)
    output.log(`no column '${classifier.label}' in ${file}: without classes only the density is judged`);
  const { logProb, probabilities } = judgeRows(model, tableRows(table), createRng(seed ?? 0));
  const value = estimateMean(logProb);
  const accuracy =
    classifier && probabilities && table.labels
      ? accuracyFigures(probabilities, {
          column: classifier.label,
          classes: classifier.classes,
          labels: encodeLabels(table.labels, { classes: classifier.classes, file }).indices,
          training: null,
        })
      : null;
  if (json)
    return `${JSON.stringify({ rows: table.rows, logLikelihood: value, ...(accuracy && { accuracy }) })}\n`;
  const lines: [string, string][] = [
    ['log-likelihood', `${withError(value)} nats a row (${table.rows} rows)`],
    ...(accuracy ? accuracyLines(accuracy, table.rows) : []),
  ];
  const width = Math.max(...lines.map(([name]) => name.length)) + 2;
  return lines.map(([name, text]) => `${name.padEnd(width)}${text}\n`).join('');
}

/** A table with its labels, if it has any: without them there is no accuracy. */
async function readMaybeLabelled(file: string, columns: string[], label: string | undefined) {
  const read = (chosen: object) => readTable({ kind: 'file', file, columns, ...chosen });
  if (label === undefined) return read({});
  try {
    return await read({ label });
  } catch (error) {
    if (error instanceof IResNetError && error.context.missing === label) return read({});
    throw error;
  }
}
