import { sub, type Tensor } from '@tensorflow/tfjs-core';
import { batchDot, eventSize, noGrad } from '@iresnet/core';
import type { KrylovLog } from './krylovLog';
import { probeEstimator } from './probeEstimator';
import { drawProbes, type AdaptedProbe } from './probes';
import type { ProductEstimator } from './product';
import { withGradient } from './surrogate';

/** The estimator that applies `log` to its probes, `d` being the size of an example. */
export function krylovEstimator(
  where: string,
  probe: AdaptedProbe,
  log: (u: Tensor, product: (v: Tensor) => Tensor, d: number, weight: number) => KrylovLog,
): ProductEstimator {
  return probeEstimator(where, (a, shape, rng) => {
    const product = (v: Tensor) => a.matvec(v);
    const {
      vectors,
      value,
      first,
      w,
      indicator: _indicator,
      ...weights
    } = noGrad(() => {
      const set = drawProbes(where, probe, shape, rng, product);
      return { ...set, ...log(set.vectors, product, eventSize(shape.slice(1)), set.weight) };
    });
    const [rest, v] = a.trace ? noGrad(() => [sub(value, first), sub(w, vectors)]) : [value, w];
    return { ...weights, values: withGradient(rest, batchDot(vectors, product(v), shape.length - 1)) };
  });
}
