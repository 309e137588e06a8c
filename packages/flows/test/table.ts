import * as tf from '@tensorflow/tfjs';
import { createRng, type Bijector, type LipschitzMap } from '@iresnet/core';
import { activation, dense, sequential, type ActivationName } from '@iresnet/lipschitz';
import { exact } from '@iresnet/logdet';
import { actNorm, affine, chain, invert, linear, logit, residualBlock, standardize, whiten } from '../src';

/** So exact that finite differences see the weight and not the tolerance of its power iteration. */
const tight = { rtol: 1e-7, maxSteps: 2000 } as const;

/** dense – σ – dense with Lipschitz constant `lipschitz`, its weights at their bounds. */
export function branch(name: ActivationName, d: number, lipschitz: number, seed = 1): LipschitzMap {
  const coefficient = Math.sqrt(lipschitz);
  const make = (inputs: number, outputs: number, s: number) => {
    const layer = dense({ inputs, outputs, coefficient, rng: createRng(s), ...tight });
    const kernel = layer.params['kernel']!;
    tf.tidy(() => kernel.assign(tf.mul(4, kernel)));
    return layer;
  };
  return sequential(make(d, 8, seed), activation(name), make(8, d, seed + 1));
}

/** Tolerances near float32, since laws compare inverses to 1e-4. */
const solve = { rtol: 2e-6, onFailure: 'return' } as const;
export const block = (name: ActivationName, d: number, lipschitz: number, seed?: number) =>
  residualBlock(branch(name, d, lipschitz, seed), { logDet: exact(), solve });

/**
 * A RealNVP coupling of three values, written to the contract alone: the last two are scaled and
 * moved by functions of the first (arXiv 1605.08803).
 */
function coupling(): Bijector {
  const params = { w: tf.tidy(() => tf.variable(tf.tensor2d([[0.5, -0.3, 0.2, 0.4]]))) };
  const parts = (x: tf.Tensor): [tf.Tensor, tf.Tensor] => tf.split(x, [1, 2], 1) as [tf.Tensor, tf.Tensor];
  const scaleAndShift = (a: tf.Tensor): [tf.Tensor, tf.Tensor] =>
    tf.split(tf.sin(tf.matMul(a as tf.Tensor2D, params.w as unknown as tf.Tensor2D)), 2, 1) as [
      tf.Tensor,
      tf.Tensor,
    ];
  const forwardAndLogDet = (x: tf.Tensor) =>
    tf.tidy(() => {
      const [a, b] = parts(x);
      const [s, t] = scaleAndShift(a);
      return { y: tf.concat([a, tf.add(tf.mul(b, tf.exp(s)), t)], 1), logDet: tf.sum(s, 1) };
    });
  return {
    params,
    dispose: () => params.w.dispose(),
    forward: (x) => tf.tidy(() => forwardAndLogDet(x).y),
    inverse: (y) =>
      tf.tidy(() => {
        const [a, b] = parts(y);
        const [s, t] = scaleAndShift(a);
        return tf.concat([a, tf.mul(tf.sub(b, t), tf.exp(tf.neg(s)))], 1);
      }),
    forwardAndLogDet,
  };
}

/** {@link linear} after some training: every parameter away from its start. */
function trained(f: Bijector): Bijector {
  tf.tidy(() => {
    for (const [i, name] of ['factors', 'shift'].entries()) {
      const variable = f.params[name]!;
      variable.assign(tf.mul(0.4, createRng(20 + i).normal(variable.shape)) as typeof variable);
    }
  });
  return f;
}

/** A bijector and the event shape that it takes. */
export interface Instance {
  readonly name: string;
  readonly shape: readonly number[];
  readonly bijector: () => Bijector;
}

const smooth = ['elu', 'tanh', 'sin', 'softplus', 'lipSwish'] as const;

export const instances: readonly Instance[] = [
  ...smooth.flatMap((name) =>
    [0.5, 0.9].map((lipschitz) => ({
      name: `residual block, ${name}, L = ${lipschitz}`,
      shape: [3],
      bijector: () => block(name, 3, lipschitz),
    })),
  ),
  { name: 'residual block, d = 1', shape: [1], bijector: () => block('tanh', 1, 0.8) },
  { name: 'residual block, d = 2', shape: [2], bijector: () => block('sin', 2, 0.8) },
  { name: 'actNorm', shape: [3], bijector: () => actNorm([3]) },
  { name: 'actNorm on images', shape: [2, 2, 3], bijector: () => actNorm([2, 2, 3]) },
  { name: 'affine', shape: [2], bijector: () => affine([-2, 0.5], [1, 0]) },
  { name: 'affine on images', shape: [2, 2, 3], bijector: () => affine([-2, 0.5, 3], [1, 0, -1]) },
  { name: 'linear at its start', shape: [3], bijector: () => linear([3]) },
  { name: 'linear', shape: [3], bijector: () => trained(linear([3])) },
  {
    name: 'linear on images, with a rotation',
    shape: [2, 2, 3],
    bijector: () => trained(linear([2, 2, 3], { rotation: createRng(3) })),
  },
  {
    name: 'whiten',
    shape: [3],
    bijector: () => whiten({ mean: [1, -2, 0.5], matrix: [2, 0, 0, -1, 0.5, 0, 0.3, 0, 1] }),
  },
  { name: 'standardize', shape: [3], bijector: () => standardize([1, -2, 0], [2, 0.5, 1]) },
  {
    // The affine map brings the laws' normal inputs into [0, 1].
    name: 'logit after affine',
    shape: [3],
    bijector: () => chain(affine([0.1, 0.1, -0.1], [0.5, 0.4, 0.5]), logit(0.05)),
  },
  {
    name: 'chain',
    shape: [2],
    bijector: () =>
      chain(
        standardize([0.3, 0], [0.5, 2]),
        actNorm([2]),
        block('sin', 2, 0.7),
        actNorm([2]),
        block('elu', 2, 0.7, 5),
      ),
  },
  { name: 'a coupling with three methods', shape: [3], bijector: coupling },
  { name: 'the inverse of a coupling', shape: [3], bijector: () => invert(coupling()) },
  {
    name: 'a chain of a block, an inverse and a coupling',
    shape: [3],
    bijector: () =>
      chain(
        block('tanh', 3, 0.5),
        invert(affine([2, 0.5, 1], [0, 1, 0])),
        coupling(),
        invert(invert(actNorm([3]))),
      ),
  },
  {
    name: 'chain of chains',
    shape: [2],
    bijector: () => chain(chain(affine([2, 3], [1, 1])), chain(block('tanh', 2, 0.5))),
  },
];
