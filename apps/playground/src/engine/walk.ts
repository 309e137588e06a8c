import { interpolate, score } from '@iresnet/pipeline';
import type { Point, Walked, Way } from '../protocol';
import { chosen, inDeviations, rowAt, tableOf, type Scene } from './scene';

/** Points of each of the two ways. */
const STEPS = 41;

/**
 * Two ways between two points: a straight line in the data, and the inverse of one in the latent
 * space.
 */
export async function walk(
  scene: Scene,
  ends: readonly [Point, Point],
): Promise<Pick<Walked, 'straight' | 'latent'>> {
  const { pipeline, columns, units } = scene;
  const [a, b] = [rowAt(scene, ends[0]), rowAt(scene, ends[1])];
  const width = a.length;
  const line = Float32Array.from({ length: STEPS * width }, (_, k) => {
    const share = Math.floor(k / width) / (STEPS - 1);
    return a[k % width]! + share * (b[k % width]! - a[k % width]!);
  });
  const way = async (shown: Float32Array): Promise<Way> => {
    const { logProb } = await score(pipeline, tableOf(scene, shown));
    return { points: chosen(shown, width, columns), least: Math.min(...logProb!) };
  };
  const { values } = await interpolate(pipeline, tableOf(scene, a), tableOf(scene, b), STEPS);
  return { straight: await way(line), latent: await way(inDeviations(units, values)) };
}
