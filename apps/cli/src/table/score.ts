import { IResNetError } from '@iresnet/core';
import { cellOf, takeRows, toNpy, writtenForm, type Field, type Table } from '@iresnet/datasets';
import { encodeRecords } from '@iresnet/datasets/node';
import { leastFirst, mostProbable } from '@iresnet/evaluation';
import {
  calibrate,
  decide,
  explain,
  trainedShare,
  type Pipeline,
  type Reason,
  type Scores,
  type TableInput,
} from '@iresnet/pipeline';
import type { ScoreRequest } from '../requests/judge';
import { tableForm } from '../requests/tableForm';
import type { Opened } from '../run/dispatch';
import { readTable } from '../run/tableFile';
import { threadsOf } from '../run/threads';
import { writeRecords, writeWhole, type Output } from '../terminal/output';
import { unusableNotes } from '../terminal/unusable';
import { readBy, streamedRows } from './openRows';
import { keptColumns, withCells } from './kept';
import { writeShard } from './writeShard';

const WHERE = 'iresnet score';
/** Rows with what is known of them. */
interface Scored extends Pick<Scores, 'pValue' | 'percentile' | 'standardError'> {
  readonly numbers: Uint32Array;
  /** The file of each row, where there are several. */
  readonly files: readonly string[] | null;
  readonly logProb: Float64Array;
  /** The rows themselves, where they are to be explained or written. */
  readonly tables: readonly Table[];
  /** Why a row cannot be judged, by its position. */
  readonly reasons: ReadonlyMap<number, string>;
  /** Index and probability of the most probable class; −1 and NaN of a row that cannot be judged. */
  readonly predicted: Int32Array | null;
  readonly probability: Float64Array | null;
}

/**
 * Write ln p of each row, nats, how usual it is, and its most probable class where there is a classifier; piece
 * by piece, as the rows are read.
 */
export async function scoreRows(opened: Opened, request: ScoreRequest, output: Output): Promise<number> {
  const { format, out, seed, probes, rank, decision, workers, onBadRow = 'keep', explain: why } = request;
  const pipeline = await calibrated(opened.pipeline, request, output);
  const kept = keptColumns(opened, request);
  const missing = onBadRow === 'stop' ? 'refuse' : 'keep';
  const read = { missing, ...(kept && { keep: kept.read }) } as const;
  const rows = await streamedRows(opened, request, read, WHERE, output);
  const notes = unusableNotes(output, 'rows');
  const options = { seed, ...(probes !== undefined && { probes }) };
  async function* scored(): AsyncGenerator<Scored> {
    let total = 0;
    const found = { sampled: 0, trained: 0 };
    const pool = threadsOf(WHERE, { ...opened, pipeline }, workers);
    try {
      for (const { name, pieces, numberOf } of rows.all)
        for await (const { first, table, scores } of pool.scorePieces(pieces, options)) {
          const numbers = Uint32Array.from({ length: scores.count }, (_, i) => numberOf(first + i));
          const files = name === null ? null : Array<string>(scores.count).fill(name);
          const { recognized, unusable } = scores;
          for (const { index, reason } of unusable)
            notes.add({ name: `${name === null ? '' : `${name}: `}row ${numbers[index]}`, reason });
          found.sampled += recognized?.sampled ?? 0;
          found.trained += recognized?.trained ?? 0;
          total += scores.count;
          yield {
            ...ofPiece(scores, numbers, pipeline.input.classes.length),
            files,
            tables: why || kept ? [table] : [],
          };
        }
    } finally {
      await pool.close();
    }
    notes.warn(total, onBadRow === 'skip' ? 'Those without a value are left out.' : 'They rank first.');
    const share = pipeline.calibration?.trained ? trainedShare(pipeline.calibration.trained, found) : 0;
    if (share > 0)
      output.warn(
        `about ${Math.round(100 * share)} % of these rows are rows that the model was trained on: their scores are too high, and their p-values say nothing`,
      );
  }
  if (format === 'npy') {
    const { logProb } = together(await all(scored()));
    await writeWhole(output, out!, toNpy(logProb, [logProb.length]));
    return 0;
  }
  const { classes } = pipeline.input;
  async function* records(): AsyncGenerator<Iterable<Field[]>> {
    const whole = rank || (decision !== undefined && !('alarm' in decision));
    for await (const scores of whole ? only(together(await all(scored()))) : scored()) {
      const flags = decision && decide(scores, decision);
      const found = why ? await explained(pipeline, scores, flags, options) : null;
      const beside = kept && withCells(scores.tables, kept, format);
      const { numbers, logProb, reasons } = scores;
      function* inOrder(): Generator<Field[]> {
        for (const i of rank ? leastFirst(logProb) : numbers.keys()) {
          if (onBadRow === 'skip' && reasons.has(i) && Number.isNaN(logProb[i]!)) continue;
          const fields: Field[] = [
            ...fieldsOf(scores, i, classes, flags),
            ...(found ? reasonFields(found.get(i) ?? [], pipeline.input as TableInput) : []),
            ['unusable', reasons.get(i)],
          ];
          yield beside ? beside(fields, i) : fields;
        }
      }
      yield inOrder();
    }
  }
  if (request.shard) {
    const lines = encodeRecords(records(), { form: format, gzip: false }) as AsyncIterable<string>;
    await writeShard(opened, { ...request, shard: request.shard }, rows.inputs, lines, output);
  } else await writeRecords(output, out, writtenForm(out, format), records());
  return 0;
}

/** The model with scores of usual rows: its own, or those of a file. */
async function calibrated(pipeline: Pipeline, request: ScoreRequest, output: Output): Promise<Pipeline> {
  const { calibrate: file, decision } = request;
  const known =
    file === undefined
      ? pipeline
      : await calibrate(
          pipeline,
          await readTable({ file, ...readBy(pipeline), missing: 'drop', ...tableForm(request) }, output),
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

function ofPiece(scores: Scores, numbers: Uint32Array, classes: number): Omit<Scored, 'files' | 'tables'> {
  const { logProb, standardError, pValue, percentile, probabilities, unusable } = scores;
  const reasons = new Map(unusable.map(({ index, reason }) => [index, reason]));
  const found = { numbers, logProb: logProb!, standardError, pValue, percentile, reasons };
  if (probabilities === null) return { ...found, predicted: null, probability: null };
  const predicted = mostProbable(probabilities, classes);
  const probability = Float64Array.from(predicted, (label, i) =>
    label < 0 ? NaN : probabilities[i * classes + label]!,
  );
  return { ...found, predicted, probability };
}

/** What is written of row i. The cells that a row without an answer leaves empty are null. */
function fieldsOf(
  { numbers, files, logProb, percentile, pValue, standardError, predicted, probability, reasons }: Scored,
  i: number,
  classes: readonly string[],
  flags: Uint8Array | undefined,
): Field[] {
  const given = <T>(value: T): T | null => (reasons.has(i) ? null : value);
  const rounded = (value: number): number | null =>
    Number.isNaN(value) ? null : Number(value.toPrecision(6));
  return [
    ...(files ? [['file', files[i]!] as const] : []),
    ['row', numbers[i]!],
    ['logLikelihood', logProb[i]!],
    ...(standardError ? [['standardError', given(standardError[i]!)] as const] : []),
    ...(percentile ? [['percentile', rounded(percentile[i]!)] as const] : []),
    ...(pValue ? [['pValue', rounded(pValue[i]!)] as const] : []),
    ...(flags ? [['flagged', flags[i] === 1] as const] : []),
    ...(predicted
      ? [
          ['predicted', given(classes[predicted[i]!]!)] as const,
          ['probability', given(probability![i]!)] as const,
        ]
      : []),
  ];
}

/** Columns that are named of a row. */
const NAMED = 3;

/** The reasons of the flagged rows, or of all where none are to be flagged. */
async function explained(
  pipeline: Pipeline,
  { numbers, tables }: Scored,
  flags: Uint8Array | undefined,
  options: { readonly seed: number; readonly probes?: number },
): Promise<ReadonlyMap<number, readonly Reason[]>> {
  const found = new Map<number, readonly Reason[]>();
  let first = 0;
  for (const table of tables) {
    const rows = Array.from(numbers.keys())
      .slice(0, table.rows)
      .filter((i) => flags?.[first + i] !== 0);
    const reasons = await explain(pipeline, takeRows(table, rows), { ...options, most: NAMED });
    rows.forEach((i, k) => found.set(first + i, reasons[k]!));
    first += table.rows;
  }
  return found;
}

/** `column_1,usual_1,gain_1` and so on; empty where there is no such reason. */
function reasonFields(reasons: readonly Reason[], { columns, kinds }: TableInput): Field[] {
  return Array.from({ length: NAMED }, (_, k) => k).flatMap((k): Field[] => {
    const reason = reasons[k];
    return [
      [`column${k + 1}`, reason?.column ?? null, `column_${k + 1}`],
      [
        `usual${k + 1}`,
        reason ? cellOf(kinds?.[columns.indexOf(reason.column)], reason.usual) : null,
        `usual_${k + 1}`,
      ],
      [`gain${k + 1}`, reason ? Number(reason.gain.toPrecision(6)) : null, `gain_${k + 1}`],
    ];
  });
}

async function all<T>(pieces: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const piece of pieces) found.push(piece);
  return found;
}

async function* only<T>(item: T): AsyncGenerator<T> {
  yield item;
}

/** All scores at once: some 60 bytes a row, where the order or the count must be known first. */
function together(pieces: readonly Scored[]): Scored {
  const starts: number[] = [];
  const total = pieces.reduce((sum, { numbers }) => (starts.push(sum), sum + numbers.length), 0);
  type Columns = Omit<Scored, 'reasons' | 'files' | 'tables'>;
  const joined = <T extends Float64Array | Uint32Array | Int32Array>(name: keyof Columns, all: T): T => {
    pieces.forEach((piece, k) => all.set(piece[name] as T, starts[k]));
    return all;
  };
  const optional = (name: 'standardError' | 'pValue' | 'percentile' | 'probability') =>
    pieces[0]?.[name] ? joined(name, new Float64Array(total)) : null;
  return {
    numbers: joined('numbers', new Uint32Array(total)),
    tables: pieces.flatMap(({ tables }) => tables),
    files: pieces[0]?.files ? pieces.flatMap(({ files }) => files!) : null,
    logProb: joined('logProb', new Float64Array(total)),
    pValue: optional('pValue'),
    percentile: optional('percentile'),
    standardError: optional('standardError'),
    reasons: new Map(
      pieces.flatMap(({ reasons }, k) =>
        Array.from(reasons, ([i, reason]) => [starts[k]! + i, reason] as const),
      ),
    ),
    predicted: pieces[0]?.predicted ? joined('predicted', new Int32Array(total)) : null,
    probability: optional('probability'),
  };
}
