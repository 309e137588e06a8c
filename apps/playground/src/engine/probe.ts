import { softmax, tensor2d, tidy, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { createRng, noGrad } from '@iresnet/core';
import { anderson, invertResidual, picard, type FixedPointSolver } from '@iresnet/inversion';
import type { Inverted, Iteration, Point, Probed } from '../protocol';
import { onHost } from './onHost';
import { innerModel, rowAt, unitsOf, type Scene } from './frame';

/** Evaluations that are shown. */
const MOST_EVALUATIONS = 40;

/** Values of a column that are tried, when its most likely one is looked for. */
const TRIED = 41;

/** ln p of a point, part by part, its classes, and what would be more likely. */
export function probe(scene: Scene, point: Point): Omit<Probed, 'kind' | 'request' | 'step'> {
  const { pipeline, source, reach } = scene;
  const row = rowAt(scene, point);
  const model = innerModel(pipeline);
  const { flow } = model;
  const rng = createRng(0);
  return onHost(() => {
    let at: Tensor = tensor2d([row]);
    const stages: number[][] = [row];
    const logDets = flow.parts.map((part) => {
      const { y, logDet } = part.forwardAndLogDet(at, rng);
      at = y;
      stages.push(Array.from(y.dataSync()));
      return logDet.dataSync()[0]!;
    });
    const base = flow.base.logProb(at).dataSync()[0]!;
    const units = unitsOf(source);
    const logProb = logDets.reduce((sum, logDet) => sum + logDet, base + units);
    const probabilities = model.head && Array.from(softmax(model.head.logits(at)).dataSync());
    const tried = row.flatMap((_, c) =>
      Array.from({ length: TRIED }, (_, k) =>
        row.map((x, i) => (i === c ? reach * ((2 * k) / (TRIED - 1) - 1) : x)),
      ),
    );
    const found = model.logProb(tensor2d(tried), rng).dataSync();
    const better = row.map((_, c) => {
      const mine = found.slice(c * TRIED, (c + 1) * TRIED);
      const best = mine.indexOf(Math.max(...mine));
      return { value: tried[c * TRIED + best]![c]!, logProb: mine[best]! + units };
    });
    return { point: row, z: stages.at(-1)!, base, logDets, units, logProb, stages, better, probabilities };
  });
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
