import { tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import type { Rng } from '@iresnet/core';
import type { Discrete } from '../columns/discrete';
import type { HostMap } from '../columns/hostMap';
import type { MaskedMap } from '../columns/maskedMap';
import { drawnRoles } from '../columns/roles';
import type { Batch } from './source';

/** Rows with sets of columns that are asked for, as a masked network takes them. */
export function maskedBatch(
  rows: readonly Float64Array[],
  whole: Discrete | null,
  host: HostMap,
  masked: MaskedMap,
  noise: number,
  rng: Rng,
): Batch {
  const d = host.transforms.length;
  const draw = rng.normal([rows.length, d]);
  const noises = draw.dataSync<'float32'>();
  draw.dispose();
  const sets = rng.split('masks');
  const roles = rows.map((row) => drawnRoles(row, d, sets));
  const x = new Float32Array(rows.length * 4 * d);
  rows.forEach((row, i) => {
    whole?.centered(row, roles[i]!);
    const more = host.moved(noises.subarray(i * d, (i + 1) * d));
    const u = host.inDeviations(row).map((value, j) => value + noise * more[j]!);
    x.set(masked.toModel(u, roles[i]!), i * 4 * d);
  });
  return {
    x: tensor2d(x, [rows.length, 4 * d]),
    logSlope: tensor1d(rows.map((row, i) => -masked.logVolume(row, roles[i]!))),
  };
}
