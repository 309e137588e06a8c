import { createRng } from '@iresnet/core';
import { toNpy } from '@iresnet/datasets';
import { mostProbable } from '@iresnet/evaluation';
import { startBackend } from '../backend';
import type { ScoreOptions } from '../commands/score';
import { csvLine } from '../csv';
import { tableFile } from '../dataFlags';
import type { TableClassifier } from '../model';
import { writeBytes, type Output } from '../output';
import { judgeRows } from './judge';
import { openPieces } from './openRows';
import { writePieces } from './writePieces';

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
export async function score(path: string, options: ScoreOptions, output: Output): Promise<number> {
  const { format, out } = options;
  const file = tableFile(options, 'iresnet score');
  await startBackend(options.backend);
  const { pieces, classifier, ...model } = await openPieces(path, file);
  const rng = createRng(options.seed);
  async function* scored(): AsyncGenerator<Scores> {
    for await (const { rows, numbers, first } of pieces) {
      const { logProb, probabilities } = judgeRows({ ...model, classifier }, rows, rng, first);
      yield { numbers, logProb, ...best(probabilities, classifier) };
    }
  }
  if (format === 'npy') {
    const { logProb } = await together(scored());
    await writeBytes(output, out!, toNpy(logProb, [logProb.length]));
    return 0;
  }
  const write = format === 'csv' ? csvWriter(classifier) : jsonWriter(classifier);
  async function* lines(): AsyncGenerator<string> {
    yield write.header;
    if (!options.rank) {
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
  await writePieces(output, out, lines());
  return 0;
}

function best(
  probabilities: Float32Array | null,
  classifier: TableClassifier | null,
): Pick<Scores, 'predicted' | 'probability'> {
  if (probabilities === null || classifier === null) return { predicted: null, probability: null };
  const classes = classifier.classes.length;
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

function csvWriter(classifier: TableClassifier | null): Writer {
  const names = ['row', 'log_likelihood', ...(classifier ? ['predicted', 'probability'] : [])];
  return writer(csvLine(names), ({ numbers, logProb, predicted, probability }, i) =>
    csvLine([
      numbers[i]!,
      logProb[i]!,
      ...(predicted ? [classifier!.classes[predicted[i]!]!, probability![i]!] : []),
    ]),
  );
}

function jsonWriter(classifier: TableClassifier | null): Writer {
  return writer('', ({ numbers, logProb, predicted, probability }, i) => {
    const record = {
      row: numbers[i]!,
      logLikelihood: logProb[i]!,
      ...(predicted && {
        predicted: classifier!.classes[predicted[i]!]!,
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
