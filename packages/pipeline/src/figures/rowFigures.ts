import { estimateMean, type Estimate } from '@iresnet/evaluation';
import type { Pipeline } from '../pipeline';
import { usableScores } from '../score';
import type { ScoredPiece } from '../scorePieces';
import { accuracyFigures, type AccuracyFigures } from './accuracy';

/** How good a model is on some rows. */
export interface RowFigures {
  readonly rows: number;
  /** Rows that cannot be judged, which the other figures leave out. */
  readonly unusable: number;
  /** Mean of ln p, nats a row; null where no row can be judged, and without a density. */
  readonly logLikelihood: Estimate | null;
  /** Absent without labels or without a classifier. */
  readonly accuracy?: AccuracyFigures;
}

/**
 * Judge a model on rows that it was not trained on: the mean of ln p and the accuracy over those
 * that can be judged.
 *
 * @param pieces - The rows with their scores, as `scorePieces` gives them.
 * @param labels - The class of each row, its position in `pipeline.input.classes`; null without
 * classes.
 * @returns Figures. Memory is that of the scores: 8 bytes a row, and 4 more for each class.
 *
 * @example
 * ```ts
 * import { encodeLabels, iris } from '@iresnet/datasets';
 * import { defaultRecipe, rowFigures, scorePieces, tableSource, train } from '@iresnet/pipeline';
 *
 * const recipe = { ...defaultRecipe('table', 'hybrid'), steps: 5 };
 * const { pipeline } = await train(tableSource('iris', iris(), recipe), recipe);
 * const labels = encodeLabels(iris().labels, { classes: [...pipeline.input.classes] }).indices;
 * const { logLikelihood, accuracy } = await rowFigures(pipeline, scorePieces(pipeline, [iris()]), labels);
 * console.log(logLikelihood?.mean, accuracy?.value.mean); // nats, and a share
 * ```
 */
export async function rowFigures(
  { input }: Pick<Pipeline, 'input'>,
  pieces: Iterable<ScoredPiece> | AsyncIterable<ScoredPiece>,
  labels: ArrayLike<number> | null = null,
): Promise<RowFigures> {
  const logProb: number[] = [];
  const shares: Float32Array[] = [];
  const classes: number[] = [];
  let [rows, judged] = [0, 0];
  for await (const { first, scores } of pieces) {
    const usable = usableScores(scores);
    for (const value of usable.logProb ?? []) logProb.push(value);
    if (usable.probabilities) shares.push(usable.probabilities);
    if (labels) for (const i of usable.kept) classes.push(labels[first + i]!);
    rows += scores.count;
    judged += usable.kept.length;
  }
  const figures = {
    rows,
    unusable: rows - judged,
    logLikelihood: logProb.length > 0 ? estimateMean(logProb) : null,
  };
  if (!labels || shares.length === 0 || judged === 0) return figures;
  const probabilities = Float32Array.from(shares.flatMap((part) => [...part]));
  const column = (input.kind === 'table' && input.label) || 'class';
  const truth = { column, classes: input.classes, labels: Int32Array.from(classes), training: null };
  return { ...figures, accuracy: accuracyFigures(probabilities, truth) };
}
