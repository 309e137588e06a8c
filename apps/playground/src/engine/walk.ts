import { tensor2d, type Tensor2D } from '@tensorflow/tfjs-core';
import { createRng } from '@iresnet/core';
import type { Walked } from '../protocol';
import { onHost } from './onHost';
import { innerModel, rowAt, unitsOf, type Scene } from './frame';

/** Points of each of the two ways. */
const STEPS = 41;

/** Two ways between two points: a straight line in the data, and the inverse of one in the latent space. */
export function walk(
  scene: Scene,
  ends: readonly [readonly [number, number], readonly [number, number]],
): Pick<Walked, 'straight' | 'latent'> {
  const model = innerModel(scene.pipeline);
  const { columns, source } = scene;
  const [a, b] = [rowAt(scene, ends[0]), rowAt(scene, ends[1])];
  const width = a.length;
  return onHost(() => {
    const line = Float32Array.from({ length: STEPS * width }, (_, k) => {
      const share = Math.floor(k / width) / (STEPS - 1);
      return a[k % width]! + share * (b[k % width]! - a[k % width]!);
    });
    const way = (rows: Tensor2D): Walked['straight'] => {
      const values = rows.dataSync();
      const logProb = model.logProb(rows, createRng(0)).dataSync<'float32'>();
      return {
        points: Float32Array.from(
          { length: 2 * STEPS },
          (_, k) => values[(k >> 1) * width + columns[k & 1]!]!,
        ),
        least: Math.min(...logProb) + unitsOf(source),
      };
    };
    const { value } = model.interpolate(tensor2d([a]), tensor2d([b]), STEPS);
    return { straight: way(tensor2d(line, [STEPS, width])), latent: way(value as Tensor2D) };
  });
}
