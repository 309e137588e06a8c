import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { IResNetError, type Rng } from '@iresnet/core';
import { checkRng, didYouMean, ensure } from '@iresnet/core/internal';
import type { Bounds, Points, Toy2d } from './contract';
import { toyDefinitions, type Toy2dName } from './definitions';
import type { ToyDefinition } from './toyDefinition';

/** The names of the distributions on the plane, in a fixed order. */
export const toy2dNames: readonly Toy2dName[] = Object.freeze(Object.keys(toyDefinitions) as Toy2dName[]);

/**
 * A distribution on the plane from the literature on flows, with its true log-density and entropy.
 *
 * Shapes and scales are those of the toy data of FFJORD and residual flows (arXiv:1810.01367,
 * 1906.02735); where those have no density, noise is added. N is a Gaussian, U a uniform
 * distribution, R(φ) the rotation by φ, σ the standard deviation of isotropic Gaussian noise on
 * each axis.
 *
 * | name | definition | σ |
 * |---|---|---|
 * | `moons` | (2 cos t − 1, 2 sin t − 0.2) or (1 − 2 cos t, 0.8 − 2 sin t), t ~ U[0, π] | 0.2 |
 * | `pinwheel` | 2 R(−2πk/5 − ¼e^‖f‖) f, f ~ N((1, 0), diag(0.3², 0.1²)), k one of 5 arms | |
 * | `checkerboard` | uniform on the squares [2i, 2i+2) × [2j, 2j+2), i, j ∈ {−2, −1, 0, 1}, i + j even | |
 * | `8gaussians` | centres 4/1.414 · (cos πk/4, sin πk/4) | 0.5/1.414 |
 * | `swissroll` | (t cos t, t sin t)/5, t ~ U[3π/2, 9π/2] | 0.2 |
 * | `rings` | radius 0.75, 1.5, 2.25 or 3 | 0.08 |
 * | `2spirals` | ±((0.25 − t cos t)/3, (0.25 + t sin t)/3), t = 3π√u, u ~ U[0, 1] | √(0.1² + 1/432) |
 * | `line` | (t, t), t ~ U[−2.5, 2.5] | 0.1 |
 * | `cosine` | (t, 2.5 sin t), t ~ U[−2.5, 2.5] (the field's name; the curve is a sine) | 0.1 |
 *
 * Checkerboard, 8gaussians and pinwheel have their density in closed form. That of a curve with
 * noise is an integral along the curve, by Gauss–Legendre quadrature: log p is right to 1e-12 where
 * the mass is and to 1e-6 everywhere in `bounds`. A point costs some hundred exponentials, a few
 * microseconds.
 *
 * @param name - One of {@link toy2dNames}.
 * @throws IResNetError (argument) for another name, with the nearest one.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { toy2d } from '@iresnet/datasets';
 *
 * const moons = toy2d('moons');
 * const x = moons.sample(1000, createRng(1)); // [1000, 2]
 * const logP = moons.logDensity(x); // nats
 * const mean = logP.reduce((sum, value) => sum + value, 0) / logP.length;
 * console.log(mean.toFixed(2), (-moons.entropy()).toFixed(2)); // a sample mean and its expectation
 * x.dispose();
 * ```
 */
export function toy2d(name: Toy2dName): Toy2d {
  if (!Object.hasOwn(toyDefinitions, name)) {
    const hint = didYouMean(String(name), toy2dNames);
    const what = `expected one of ${toy2dNames.join(', ')}, got '${String(name)}'${hint}`;
    throw new IResNetError('argument', 'datasets.toy2d', what);
  }
  const definition: ToyDefinition = toyDefinitions[name];
  const range = [-definition.halfWidth, definition.halfWidth] as const;
  const bounds: Bounds = [range, range];
  let entropy: number | undefined;
  return {
    name,
    bounds,
    sample: (n, rng) => sample(definition, n, rng),
    logDensity: (x) => logDensity(definition, x),
    entropy: () => (entropy ??= entropyOf(definition)),
  };
}

function sample(definition: ToyDefinition, n: number, rng: Rng): Tensor {
  ensure(
    Number.isSafeInteger(n) && n >= 0,
    'datasets.Toy2d.sample',
    () => `expected an integer n ≥ 0, got ${n}`,
  );
  checkRng('datasets.Toy2d.sample', rng);
  const values = new Float32Array(2 * n);
  for (let i = 0; i < n; i++) values.set(definition.draw(rng), 2 * i);
  return tensor(values, [n, 2], 'float32');
}

function logDensity(definition: ToyDefinition, x: Points): Float64Array {
  const isArray = x instanceof Float32Array || x instanceof Float64Array;
  ensure(
    isArray ? x.length % 2 === 0 : x.rank === 2 && x.shape[1] === 2,
    'datasets.Toy2d.logDensity',
    () => `expected points [n, 2], got ${isArray ? `${x.length} values` : `shape [${x.shape.join(', ')}]`}`,
  );
  const values = isArray ? x : x.dataSync();
  return Float64Array.from({ length: values.length / 2 }, (_, i) => {
    const x0 = values[2 * i]!;
    const x1 = values[2 * i + 1]!;
    if (Number.isNaN(x0) || Number.isNaN(x1)) return NaN;
    return Number.isFinite(x0) && Number.isFinite(x1) ? definition.logDensityAt(x0, x1) : -Infinity;
  });
}

/**
 * −∫ p log p over the bounds by the midpoint rule, whose error for a smooth density that vanishes
 * at the border falls faster than any power of the step; for the checkerboard it is exact because
 * the squares are whole cells.
 */
function entropyOf({ halfWidth, scale, logDensityAt }: ToyDefinition): number {
  const cells = Math.ceil((2 * halfWidth) / (scale / 2));
  const step = (2 * halfWidth) / cells;
  let sum = 0;
  for (let i = 0; i < cells; i++) {
    for (let j = 0; j < cells; j++) {
      const logP = logDensityAt((i + 0.5) * step - halfWidth, (j + 0.5) * step - halfWidth);
      if (logP !== -Infinity) sum -= Math.exp(logP) * logP;
    }
  }
  return sum * step * step;
}
