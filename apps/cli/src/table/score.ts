import { finiteOrNull } from '@iresnet/core/internal';
import { toNpy } from '@iresnet/datasets';
import { leastFirst, mostProbable } from '@iresnet/evaluation';
import { scorePieces, type Scores as PipelineScores } from '@iresnet/pipeline';
import type { ScoreRequest } from '../requests/judge';
import type { Opened } from '../run/dispatch';
import { csvLine } from '../terminal/csv';
import { writeResult, writeWhole, type Output } from '../terminal/output';
import { unusableNotes } from '../terminal/unusable';
import { streamedRows } from './openRows';
import { writeShard } from './writeShard';

/** Numbers of rows: all that is kept where the order or the count must be known first. */
interface Scores {
  readonly numbers: Uint32Array;
  /** The file of each row, where there are several. */
  readonly files: readonly string[] | null;
  readonly logProb: Float64Array;
  /** Of `logProb`, where it is estimated. */
  readonly standardError: Float64Array | null;
  /** Why a row cannot be judged, by its position. */
  readonly reasons: ReadonlyMap<number, string>;
  /** Index and probability of the most probable class; −1 and NaN of a row that cannot be judged. */
  readonly predicted: Int32Array | null;
  readonly probability: Float64Array | null;
}

/** Lines written at a time. */
const LINES = 65_536;

/** Write ln p of each row, nats, and its most probable class where there is a classifier; piece by piece, as the rows are read. */
export async function scoreRows(opened: Opened, request: ScoreRequest, output: Output): Promise<number> {
  const { format, out, seed, probes } = request;
  const { pipeline } = opened;
  const { classes } = pipeline.input;
  const rows = await streamedRows(opened, request, 'iresnet score', output);
  const notes = unusableNotes(output, 'rows');
  const options = { seed, ...(probes !== undefined && { probes }) };
  async function* scored(): AsyncGenerator<Scores> {
    let total = 0;
    for (const { name, pieces, numberOf } of rows.all)
      for await (const { first, scores } of scorePieces(pipeline, pieces, options)) {
        const numbers = Uint32Array.from({ length: scores.count }, (_, i) => numberOf(first + i));
        const files = name === null ? null : Array<string>(scores.count).fill(name);
        const { logProb, standardError, unusable } = scores;
        for (const { index, reason } of unusable)
          notes.add({ name: `${name === null ? '' : `${name}: `}row ${numbers[index]}`, reason });
        const reasons = new Map(unusable.map(({ index, reason }) => [index, reason]));
        total += scores.count;
        yield { numbers, files, logProb: logProb!, standardError, reasons, ...best(scores, classes.length) };
      }
    notes.warn(total, 'They rank first.');
  }
  if (format === 'npy') {
    const { logProb } = await together(scored());
    await writeWhole(output, out!, toNpy(logProb, [logProb.length]));
    return 0;
  }
  const write = format === 'csv' ? csvWriter(classes) : jsonWriter(classes);
  async function* lines(): AsyncGenerator<string> {
    if (request.rank) {
      const scores = await together(scored());
      yield write.header(scores);
      yield* write.lines(scores, leastFirst(scores.logProb));
      return;
    }
    let begun = false;
    for await (const scores of scored()) {
      if (!begun) yield write.header(scores);
      begun = true;
      yield* write.lines(scores, scores.numbers.keys());
    }
  }
  if (request.shard)
    await writeShard(opened, { ...request, shard: request.shard }, rows.inputs, lines(), output);
  else await writeResult(output, out, lines());
  return 0;
}

function best({ probabilities }: PipelineScores, classes: number): Pick<Scores, 'predicted' | 'probability'> {
  if (probabilities === null) return { predicted: null, probability: null };
  const predicted = mostProbable(probabilities, classes);
  return {
    predicted,
    probability: Float64Array.from(predicted, (label, i) =>
      label < 0 ? NaN : probabilities[i * classes + label]!,
    ),
  };
}

interface Writer {
  header(scores: Scores): string;
  lines(scores: Scores, order: Iterable<number>): Generator<string>;
}

function csvWriter(classes: readonly string[]): Writer {
  const header = ({ files, standardError, predicted }: Scores): string =>
    csvLine([
      ...(files ? ['file'] : []),
      'row',
      'log_likelihood',
      ...(standardError ? ['standard_error'] : []),
      ...(predicted ? ['predicted', 'probability'] : []),
      'unusable',
    ]);
  return writer(header, (scores, i) => {
    const { numbers, files, logProb, standardError, reasons, predicted, probability } = scores;
    // The cells that a row without an answer leaves empty.
    const given = (value: number | string): number | string => (reasons.has(i) ? '' : value);
    return csvLine([
      ...(files ? [files[i]!] : []),
      numbers[i]!,
      logProb[i]!,
      ...(standardError ? [given(standardError[i]!)] : []),
      ...(predicted ? [given(classes[predicted[i]!]!), given(probability![i]!)] : []),
      reasons.get(i) ?? '',
    ]);
  });
}

function jsonWriter(classes: readonly string[]): Writer {
  return writer(
    () => '',
    ({ numbers, files, logProb, standardError, reasons, predicted, probability }, i) => {
      const record = {
        ...(files && { file: files[i]! }),
        row: numbers[i]!,
        logLikelihood: finiteOrNull(logProb[i]!),
        ...(standardError && { standardError: finiteOrNull(standardError[i]!) }),
        ...(predicted && {
          predicted: classes[predicted[i]!] ?? null,
          probability: finiteOrNull(probability![i]!),
        }),
        ...(reasons.has(i) && { unusable: reasons.get(i)! }),
      };
      return `${JSON.stringify(record)}\n`;
    },
  );
}

function writer(header: Writer['header'], line: (scores: Scores, i: number) => string): Writer {
  return {
    header,
    *lines(scores, order) {
      let piece: string[] = [];
      for (const i of order) {
        piece.push(line(scores, i));
        if (piece.length < LINES) continue;
        yield piece.join('');
        piece = [];
      }
      yield piece.join('');
    },
  };
}

/** All scores at once. */
async function together(pieces: AsyncIterable<Scores>): Promise<Scores> {
  const found: Scores[] = [];
  for await (const piece of pieces) found.push(piece);
  const total = found.reduce((sum, { numbers }) => sum + numbers.length, 0);
  const labelled = found.some(({ predicted }) => predicted !== null);
  const reasons = new Map<number, string>();
  const all: Scores = {
    numbers: new Uint32Array(total),
    files: found.some(({ files }) => files) ? found.flatMap(({ files }) => files!) : null,
    logProb: new Float64Array(total),
    standardError: found.some(({ standardError }) => standardError) ? new Float64Array(total) : null,
    reasons,
    predicted: labelled ? new Int32Array(total) : null,
    probability: labelled ? new Float64Array(total) : null,
  };
  let at = 0;
  for (const piece of found) {
    all.numbers.set(piece.numbers, at);
    all.logProb.set(piece.logProb, at);
    if (piece.standardError) all.standardError!.set(piece.standardError, at);
    for (const [i, reason] of piece.reasons) reasons.set(at + i, reason);
    if (piece.predicted) all.predicted!.set(piece.predicted, at);
    if (piece.probability) all.probability!.set(piece.probability, at);
    at += piece.numbers.length;
  }
  return all;
}
