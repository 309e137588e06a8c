import { tensor2d, tidy, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { createRng, noGrad } from '@iresnet/core';
import { anderson, invertResidual, picard, type FixedPointSolver } from '@iresnet/inversion';
import { decide, explain, score } from '@iresnet/pipeline';
import type { Inverted, Iteration, Point, Probed } from '../protocol';
import { onHost } from './onHost';
import { hasColumnMap, innerModel, networkRows, rowAt, tableOf, type Scene } from './scene';

/** Evaluations that are shown. */
const MOST_EVALUATIONS = 40;

/**
 * ln p of a point, part by part, its classes, and how usual it is beside held-out rows.
 *
 * @param alarm - The share of false alarms at which a point counts as strange; null where none
 * does.
 */
export async function probe(
  scene: Scene,
  point: Point,
  alarm: number | null,
): Promise<Omit<Probed, 'kind' | 'request' | 'step'>> {
  const { pipeline } = scene;
  const row = rowAt(scene, point);
  const table = tableOf(scene, row);
  const scores = await score(pipeline, table);
  const flagged = alarm !== null && decide(scores, { alarm })[0] === 1;
  const [reasons] = flagged ? await explain(pipeline, table, { most: 1 }) : [];
  const logProb = scores.logProb![0]!;
  const { flow } = innerModel(pipeline);
  const way = onHost(() => {
    const start = Array.from(networkRows(scene, row));
    let at: Tensor = tensor2d([start]);
    const stages = hasColumnMap(scene) ? [row, start] : [row];
    const logDets = flow.parts.map((part) => {
      const { y, logDet } = part.forwardAndLogDet(at, createRng(0));
      at = y;
      stages.push(Array.from(y.dataSync()));
      return logDet.dataSync()[0]!;
    });
    return { stages, logDets, base: flow.base.logProb(at).dataSync()[0]! };
  });
  return {
    ...way,
    point: row,
    values: Array.from(table.values),
    z: way.stages.at(-1)!,
    // What is left over is what the columns themselves stretch.
    units: logProb - way.base - way.logDets.reduce((sum, logDet) => sum + logDet, 0),
    logProb,
    probabilities: scores.probabilities && Array.from(scores.probabilities),
    pValue: scores.pValue![0]!,
    flagged,
    reason: reasons?.[0] ?? null,
  };
}

/** The inverse of one block, evaluation by evaluation, by both solvers. */
export function invert(
  { pipeline, columns }: Scene,
  block: number,
  from: Float32Array,
): Pick<Inverted, 'lipschitz' | 'picard' | 'anderson'> {
  const { branch, lipschitzBound } = innerModel(pipeline).flow.blocks[block]!;
  const lipschitz = lipschitzBound();
  const by = (solver: FixedPointSolver): Iteration => {
    const points: [number, number][] = [[from[columns[0]]!, from[columns[1]]!]];
    const bounds: number[] = [];
    let outcome = 'capped';
    let evaluations = 0;
    // The iterates of one solve: each solve is one step longer than the last.
    for (let steps = 1; steps <= MOST_EVALUATIONS && outcome === 'capped'; steps++) {
      tidy(() => {
        const y = tensor2d(from, [1, from.length]);
        const promise = lipschitz < 1 ? { lipschitz } : {};
        const solved = noGrad(() =>
          invertResidual(branch, y, {
            solver,
            maxSteps: steps,
            onFailure: 'return',
            certify: false,
            ...promise,
          }),
        );
        const row = (solved.value as Tensor2D).dataSync();
        points.push([row[columns[0]]!, row[columns[1]]!]);
        bounds.push(solved.errorBound[0]!);
        outcome = solved.outcome[0]!;
        evaluations = solved.evaluations;
      });
    }
    return { points, bounds, evaluations, outcome };
  };
  return { lipschitz, picard: by(picard()), anderson: by(anderson()) };
}
