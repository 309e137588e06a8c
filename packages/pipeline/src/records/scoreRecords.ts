import { checkOptions, ensure } from '@iresnet/core/internal';
import { takeRows, type Field } from '@iresnet/datasets';
import { leastFirst } from '@iresnet/evaluation';
import { decide, type Decision } from '../decide';
import { explain, type ExplainOptions, type Reason } from '../explain';
import type { TableInput } from '../input';
import type { Pipeline } from '../pipeline';
import type { ScoredPiece } from '../scorePieces';
import { standardized } from '../standardized';
import { surprises } from '../surprises';
import { keptFields, keptNames, type CellForm } from './keptFields';
import { reasonFields, surpriseFields } from './reasonFields';
import { scoredExamples, scoreFields, type ScoredExamples } from './scoredExamples';

/** Options of {@link scoreRecords}; `most`, `seed` and `probes` are those of `explain`. */
export interface ScoreRecordsOptions extends ExplainOptions {
  /**
   * Which rows to flag: a field `flagged` says of each whether. `fdr` and `top` look at all rows
   * first.
   */
  readonly decision?: Decision;
  /**
   * Whether to name the columns that make a flagged row, or else each row, improbable. Default
   * false.
   */
  readonly explain?: boolean;
  /** Least likely first; all examples are scored before the first record. Default false. */
  readonly rank?: boolean;
  /** What becomes of a row that lacks a value, whose score is NaN. Default `keep`. */
  readonly missing?: 'keep' | 'skip';
  /**
   * Whether cells that a table keeps come as their text, or numbers as numbers and empty ones as
   * null. Default `text`.
   */
  readonly cells?: CellForm;
}

/** Columns that `explain` names of a row. */
const NAMED = 3;

/**
 * Records of scores, one an example: what it goes by, ln p, its standard error, bits per dimension,
 * percentile, p-value, whether it is flagged, the most probable class with its probability, the
 * columns that make it improbable, and why it cannot be judged.
 *
 * A field is there where the model gives it: `standardError` where something is drawn, `bitsPerDim`
 * of images, `percentile` and `pValue` of a calibrated pipeline, rounded to six digits, `predicted`
 * and `probability` of a classifier. Cells that a table keeps (`kept`) stand behind the number of
 * their row. Records come with the pieces, in constant memory; where all examples must be looked at
 * first, some 60 bytes of each are held, and with `explain` their rows. Each part stands alone too:
 * `scorePieces`, `decide`, `explain`, `leastFirst`.
 *
 * @param pipeline - The model that scored the examples, with its calibration.
 * @param pieces - Scores with what they are of: `scorePieces(pipeline, tables)`, that of a
 * `pipelinePool`, or `[{ first: 0, scores }]`.
 * @returns Runs of records in order, or by their rank in one run. All records have the same fields;
 * `recordLines` and `encodeRecords` of `@iresnet/datasets` write them. Cost: that of `explain` for
 * the rows that are explained; ranking n examples takes n log n comparisons.
 * @throws IResNetError (argument) for a rank or a decision without a density, `fdr` and `alarm`
 * without a calibration, and `explain` without one or without the rows; and what `pieces` throws,
 * after the records before it.
 *
 * @example
 * ```ts
 * import { faithful, recordLines, takeRows } from '@iresnet/datasets';
 * import { calibrate, defaultRecipe, scorePieces, scoreRecords, tableSource, train } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 5 };
 * const source = tableSource('faithful', faithful(), recipe);
 * const pipeline = await calibrate((await train(source, recipe)).pipeline, source);
 * const pieces = [takeRows(faithful(), [0, 1]), { columns: ['eruptions', 'waiting'], rows: 1, values: Float64Array.of(1.8, 500) }];
 * const options = { decision: { alarm: 0.05 }, explain: true } as const;
 * for await (const records of scoreRecords(pipeline, scorePieces(pipeline, pieces), options))
 *   console.log(recordLines(Array.from(records), 'jsonl')); // {"row":1,"logLikelihood":…,"flagged":false,…}
 * ```
 */
export async function* scoreRecords(
  pipeline: Pipeline,
  pieces: Iterable<ScoredPiece> | AsyncIterable<ScoredPiece>,
  options: ScoreRecordsOptions = {},
): AsyncGenerator<Iterable<Field[]>> {
  const where = 'pipeline.scoreRecords';
  checkOptions(where, options, { decision: true, explain: true, rank: true, missing: true, cells: true, most: true, seed: true, probes: true }); // prettier-ignore
  const { decision, rank = false, explain: why = false } = options;
  ensure(
    !rank || pipeline.task !== 'classify',
    where,
    () => 'expected a model with a density to rank by, got one that only classifies',
  );
  const write = recordWriter(pipeline, options);
  const held: ScoredExamples[] = [];
  const whole = rank || (decision !== undefined && !('alarm' in decision));
  for await (const piece of pieces) {
    ensure(!why || piece.table !== undefined, where, () => 'expected pieces with their table to explain, got one without'); // prettier-ignore
    const examples = scoredExamples(pipeline, piece, why);
    if (whole) held.push(examples);
    else yield await write([examples]);
  }
  if (whole) yield await write(held);
}

/** Gives the records of some pieces together; the fields are the same from call to call. */
function recordWriter(pipeline: Pipeline, options: ScoreRecordsOptions) {
  const { decision, explain: why, rank, missing, cells: form = 'text', ...explaining } = options;
  const { most = NAMED } = explaining;
  const name = pipeline.input.kind === 'table' ? 'row' : 'image';
  let names: readonly string[] | undefined;

  const fieldsOf = (
    piece: ScoredExamples,
    i: number,
    flags: Uint8Array | undefined,
    found: Reasons,
  ): Field[] => {
    const head: Field[] = [
      ...(piece.file === undefined ? [] : [['file', piece.file] as const]),
      [name, piece.nameOf(i)],
    ];
    const rest: Field[] = [
      ...scoreFields(piece, i, pipeline, flags),
      ...(found ? reasonFields(found.reasons.get(i) ?? [], pipeline.input as TableInput, most) : []),
      ...(found?.surprises ? surpriseFields(found.surprises.get(i), pipeline.input as TableInput) : []),
      ['unusable', piece.reasons.get(i)],
    ];
    if (!piece.kept) return [...head, ...rest];
    names ??= keptNames(piece.kept.columns, [...head, ...rest]);
    return [...head, ...keptFields(names, piece.kept.cells[i]!, form), ...rest];
  };

  return async (pieces: readonly ScoredExamples[]): Promise<Iterable<Field[]>> => {
    const starts = startsOf(pieces);
    const logProb = joined(
      pieces.map((piece) => piece.logProb),
      starts,
    );
    const pValue = joined(
      pieces.map((piece) => piece.pValue),
      starts,
    );
    const all = decision && pieces.length > 0 ? decide({ logProb, pValue }, decision) : undefined;
    const flags = pieces.map((_, k) => all?.subarray(starts[k], starts[k + 1]));
    const found: Reasons[] = [];
    for (const [k, piece] of pieces.entries())
      found.push(why ? await explained(pipeline, piece, flags[k], explaining) : undefined);
    function* inOrder(): Generator<Field[]> {
      const of = new Uint32Array(starts.at(-1)!);
      pieces.forEach((_, k) => of.fill(k, starts[k], starts[k + 1]));
      for (const at of rank && logProb ? leastFirst(logProb) : of.keys()) {
        const k = of[at]!;
        const i = at - starts[k]!;
        if (missing === 'skip' && logProb && Number.isNaN(logProb[at]!)) continue;
        yield fieldsOf(pieces[k]!, i, flags[k], found[k]);
      }
    }
    return { [Symbol.iterator]: inOrder };
  };
}

/** The reasons of the rows of a piece, where they are asked for. */
type Reasons =
  | {
      readonly reasons: ReadonlyMap<number, readonly Reason[]>;
      /** Of each column, where the model knows it. */
      readonly surprises: ReadonlyMap<number, Float64Array> | null;
    }
  | undefined;

/** The reasons of the flagged rows, or of all where none are to be flagged. */
async function explained(
  pipeline: Pipeline,
  { table, count }: ScoredExamples,
  flags: Uint8Array | undefined,
  options: ExplainOptions,
): Promise<Reasons> {
  const rows = Array.from({ length: count }, (_, i) => i).filter((i) => flags?.[i] !== 0);
  const some = takeRows(table!, rows);
  const reasons = await explain(pipeline, some, options);
  const { most: _, ...scoring } = options;
  const d = (pipeline.input as TableInput).columns.length;
  const all = standardized(pipeline).masked ? await surprises(pipeline, some, scoring) : null;
  return {
    reasons: new Map(rows.map((i, k) => [i, reasons[k]!])),
    surprises: all && new Map(rows.map((i, k) => [i, all.subarray(k * d, (k + 1) * d)])),
  };
}

/** How many examples come before each piece, and how many there are in all. */
function startsOf(pieces: readonly ScoredExamples[]): number[] {
  const starts = [0];
  for (const { count } of pieces) starts.push(starts.at(-1)! + count);
  return starts;
}

/** The values of all pieces; null where the pieces have none. */
function joined(parts: readonly (Float64Array | null)[], starts: readonly number[]): Float64Array | null {
  if (parts.length === 1 || parts.includes(null)) return parts[0] ?? null;
  const all = new Float64Array(starts.at(-1)!);
  parts.forEach((part, k) => all.set(part!, starts[k]));
  return all;
}
