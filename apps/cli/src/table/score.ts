import { toNpy } from '@iresnet/datasets';
import { mostProbable } from '@iresnet/evaluation';
import { scorePieces, type Scores as PipelineScores } from '@iresnet/pipeline';
import type { ScoreRequest } from '../requests/judge';
import type { Opened } from '../run/dispatch';
import { csvLine } from '../terminal/csv';
import { writeResult, writeWhole, type Output } from '../terminal/output';
import { streamedRows } from './openRows';

/** Numbers of rows: all that is kept where the order or the count must be known first. */
interface Scores {
  readonly numbers: Uint32Array;
  readonly logProb: Float64Array;
  /** Index and probability of the most probable class. */
  readonly predicted: Int32Array | null;
  readonly probability: Float64Array | null;
}

/** Lines written at a time. */
const LINES = 65_536;

/** Write ln p of each row, nats, and its most probable class where there is a classifier; piece by piece, as the rows are read. */
export async function scoreRows(opened: Opened, request: ScoreRequest, output: Output): Promise<number> {
  const { format, out, seed } = request;
  const { pipeline } = opened;
  const { classes } = pipeline.input;
  const { pieces, numberOf } = await streamedRows(opened, request, 'iresnet score', output);
  async function* scored(): AsyncGenerator<Scores> {
    for await (const { first, scores } of scorePieces(pipeline, pieces, { seed })) {
      const numbers = Uint32Array.from({ length: scores.count }, (_, i) => numberOf(first + i));
      yield { numbers, logProb: scores.logProb!, ...best(scores, classes.length) };
    }
  }
  if (format === 'npy') {
    const { logProb } = await together(scored());
    await writeWhole(output, out!, toNpy(logProb, [logProb.length]));
    return 0;
  }
  const write = format === 'csv' ? csvWriter(classes) : jsonWriter(classes);
  async function* lines(): AsyncGenerator<string> {
    yield write.header;
    if (!request.rank) {
      for await (const scores of scored()) yield* write.lines(scores, scores.numbers.keys());
      return;
    }
    const scores = await together(scored());
    const order = Uint32Array.from(scores.numbers.keys());
    yield* write.lines(
      scores,
      order.sort((a, b) => scores.logProb[a]! - scores.logProb[b]!),
    );
  }
  await writeResult(output, out, lines());
  return 0;
}

function best({ probabilities }: PipelineScores, classes: number): Pick<Scores, 'predicted' | 'probability'> {
  if (probabilities === null) return { predicted: null, probability: null };
  const predicted = mostProbable(probabilities, classes);
  return {
    predicted,
    probability: Float64Array.from(predicted, (label, i) => probabilities[i * classes + label]!),
  };
}

interface Writer {
  readonly header: string;
  lines(scores: Scores, order: Iterable<number>): Generator<string>;
}

function csvWriter(classes: readonly string[]): Writer {
  const names = ['row', 'log_likelihood', ...(classes.length > 0 ? ['predicted', 'probability'] : [])];
  return writer(csvLine(names), ({ numbers, logProb, predicted, probability }, i) =>
    csvLine([numbers[i]!, logProb[i]!, ...(predicted ? [classes[predicted[i]!]!, probability![i]!] : [])]),
  );
}

function jsonWriter(classes: readonly string[]): Writer {
  return writer('', ({ numbers, logProb, predicted, probability }, i) => {
    const record = {
      row: numbers[i]!,
      logLikelihood: logProb[i]!,
      ...(predicted && {
        predicted: classes[predicted[i]!]!,
        probability: probability![i]!,
      }),
    };
    return `${JSON.stringify(record)}\n`;
  });
}

function writer(header: string, line: (scores: Scores, i: number) => string): Writer {
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
  const all: Scores = {
    numbers: new Uint32Array(total),
    logProb: new Float64Array(total),
    predicted: labelled ? new Int32Array(total) : null,
    probability: labelled ? new Float64Array(total) : null,
  };
  let at = 0;
  for (const piece of found) {
    all.numbers.set(piece.numbers, at);
    all.logProb.set(piece.logProb, at);
    if (piece.predicted) all.predicted!.set(piece.predicted, at);
    if (piece.probability) all.probability!.set(piece.probability, at);
    at += piece.numbers.length;
  }
  return all;
}
