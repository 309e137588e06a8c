import type { Tensor } from '@tensorflow/tfjs-core';
import type { Rng } from '@iresnet/core';
import type { Toy2dName } from './definitions';

/** Points of the plane: a tensor `[n, 2]`, or its 2n values row by row. */
export type Points = Tensor | Float32Array | Float64Array;

/** Lower and upper limit of each axis, `[[x0, x1], [y0, y1]]`. */
export type Bounds = readonly [readonly [number, number], readonly [number, number]];

/** A distribution on the plane that can be sampled and whose density is known. */
export interface Toy2d {
  readonly name: Toy2dName;
  /**
   * n independent points, `[n, 2]` float32. Computed on the host, so that a seed gives the same
   * points on every backend. The caller owns the tensor.
   */
  sample(n: number, rng: Rng): Tensor;
  /**
   * log p(x) of each point in nats, in float64. It is the density of the distribution that `sample`
   * draws from, not of a sample. −Infinity outside the support, NaN where a coordinate is NaN. A
   * tensor is read back from the device.
   */
  logDensity(x: Points): Float64Array;
  /** A rectangle that holds all but 1e-9 of the mass. */
  readonly bounds: Bounds;
  /**
   * H = −E[log p(x)] in nats. No model has an expected log-likelihood above −H, and the
   * distribution itself reaches it: a model's held-out log-likelihood falls short of −H by its
   * Kullback–Leibler divergence. By quadrature over `bounds`, to 1e-6; the first call takes a
   * fraction of a second.
   */
  entropy(): number;
}
