import {
  add,
  concat,
  cos,
  div,
  mul,
  neg,
  sin as tfSin,
  split,
  tidy,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { LipschitzMap } from '@iresnet/core';
import { checkTensor } from '@iresnet/core/internal';
import { sum2, withRounding } from '../rounding';
import { elementwise } from './elementwise';
import { sin } from './sin';

/**
 * Concatenated sine: x ↦ [sin ωx, cos ωx]/ω along the channels, which it doubles. Its Lipschitz
 * constant is 1.
 *
 * The two slopes are cos ωx and −sin ωx, so their length is 1 at every x: no gradient norm is lost,
 * and the map is smooth.
 *
 * @param frequency - ω, as that of `sin`. Default 1.
 * @returns A map `[B, …, C] → [B, …, 2C]` without parameters.
 * @throws IResNetError when ω is not such a number.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { cSin } from '@iresnet/lipschitz';
 *
 * cSin().apply(tf.tensor2d([[0, Math.PI / 2]])).print(); // [[0, 1, 1, 0]]
 * ```
 *
 * @see Sitzmann et al., Implicit Neural Representations with Periodic Activations
 * (arXiv 2006.09661), for sines.
 */
export function cSin(frequency = 1): LipschitzMap {
  const first = sin(frequency);
  const second = elementwise({
    value: (x) => div(cos(mul(frequency, x)), frequency),
    slope: (x) => neg(tfSin(mul(frequency, x))),
    curvature: (_x, y) => mul(-(frequency ** 2), y),
    exact: (x) => Math.cos(frequency * x) / frequency,
    smoothness: frequency,
    lipschitz: 1,
  });
  const where = 'lipschitz.cSin';
  const beside = (a: Tensor, b: Tensor): Tensor => concat([a, b], a.rank - 1);
  return {
    params: {},
    dispose: () => undefined,
    lipschitzBound: () => 1,
    apply: (x) =>
      tidy(() => {
        checkTensor(where, 'x', x);
        return beside(first.apply(x), second.apply(x));
      }),
    applyWithRounding: withRounding((x) => {
      checkTensor(where, 'x', x);
      const [a, b] = [first.applyWithRounding!(x), second.applyWithRounding!(x)];
      return { y: beside(a.y, b.y), rounding: sum2(a.rounding, b.rounding) };
    }),
    onHost: (kit) => kit.beside([first, second].map((part) => ({ scale: 1, map: part.onHost!(kit)! }))),
    linearize(x) {
      checkTensor(where, 'x', x);
      const [a, b] = [first.linearize(x), second.linearize(x)];
      const inShape = x.shape.slice(1);
      return {
        y: beside(a.y, b.y),
        jacobian: {
          inShape,
          outShape: [...inShape.slice(0, -1), 2 * inShape.at(-1)!],
          matvec: (v) => tidy(() => beside(a.jacobian.matvec(v), b.jacobian.matvec(v))),
          rmatvec: (u) =>
            tidy(() => {
              const [own, other] = split(u, 2, u.rank - 1) as [Tensor, Tensor];
              return add(a.jacobian.rmatvec(own), b.jacobian.rmatvec(other));
            }),
        },
      };
    },
  };
}
