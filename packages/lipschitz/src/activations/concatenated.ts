import { concat, div, mul, neg, split, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import {
  composeOperators,
  scaleOperator,
  type LinearOperator,
  type LipschitzMap,
  type Shape,
} from '@iresnet/core';
import { checkTensor, lengthsAbove, unitRoundoff } from '@iresnet/core/internal';
import { sum2, withRounding } from '../rounding';
import { relu } from './relu';
import { swish } from './swish';
import { checkLipSwish, lipSwish, type LipSwishOptions } from './lipSwish';

/**
 * sup of ‖(h′(t), h′(−t))‖/1.1 over t for Swish h. Since h′(−t) = 1 − h′(t), it lies at the largest
 * slope s and is √(s² + (1 − s)²)/1.1.
 */
const CLIPSWISH_SLOPE = /* @__PURE__ */ Math.hypot(swish.lipschitz, swish.lipschitz - 1) / 1.1;
/** CLipSwish divides by this; {@link CLIPSWISH_SLOPE} rounded up. */
const CLIPSWISH_SCALE = 1.004;

/**
 * CLipSwish: x ↦ [LipSwish(x), LipSwish(−x)]/1.004 along the channels, which it doubles. Its
 * Lipschitz constant is 0.99997.
 *
 * @param options - Those of `lipSwish`.
 * @returns A map `[B, …, C] → [B, …, 2C]` that owns the scalar `beta`.
 * @throws IResNetError for an unknown option, or when `beta` is not finite.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { cLipSwish } from '@iresnet/lipschitz';
 *
 * console.log(cLipSwish().apply(tf.tensor2d([[1, 2]])).shape); // [ 1, 4 ]
 * ```
 *
 * @see Perugachi-Diaz et al., Invertible DenseNets with Concatenated LipSwish (arXiv 2102.02694).
 */
export function cLipSwish(options: LipSwishOptions = {}): LipschitzMap {
  checkLipSwish('lipschitz.cLipSwish', options);
  return concatenated(
    'lipschitz.cLipSwish',
    lipSwish(options),
    CLIPSWISH_SCALE,
    CLIPSWISH_SLOPE / CLIPSWISH_SCALE,
  );
}

/**
 * Concatenated ReLU: x ↦ [max(x, 0), max(−x, 0)] along the channels, which it doubles. Its
 * Lipschitz constant is 1.
 *
 * At every x one of the two has slope ±1 and the other 0, so no gradient norm is lost.
 *
 * @returns A map `[B, …, C] → [B, …, 2C]` without parameters.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { cRelu } from '@iresnet/lipschitz';
 *
 * cRelu().apply(tf.tensor2d([[1, -2]])).print(); // [[1, 0, 0, 2]]
 * ```
 *
 * @see Shang et al., Concatenated ReLU (arXiv 1603.05201).
 */
export function cRelu(): LipschitzMap {
  return concatenated('lipschitz.cRelu', relu(), 1, 1);
}

/** x ↦ [σ(x), σ(−x)]/scale: σ after the doubling x ↦ [x, −x]. */
function concatenated(where: string, sigma: LipschitzMap, scale: number, lipschitz: number): LipschitzMap {
  const scaled = (y: Tensor): Tensor => (scale === 1 ? y : div(y, scale));
  return {
    params: sigma.params,
    dispose: () => sigma.dispose(),
    // The bound of σ is infinite where its parameter is not finite.
    lipschitzBound: () => (Number.isFinite(sigma.lipschitzBound()) ? lipschitz : Infinity),
    apply: (x) =>
      tidy(() => {
        checkTensor(where, 'x', x);
        return scaled(sigma.apply(doubled(x)));
      }),
    applyWithRounding: withRounding((x) => {
      checkTensor(where, 'x', x);
      const { y, rounding } = sigma.applyWithRounding!(doubled(x));
      if (scale === 1) return { y, rounding };
      // The scale is rounded to float32, and so is the quotient.
      const z = div(y, scale);
      return { y: z, rounding: sum2(div(rounding, scale), mul(2.01 * unitRoundoff(), lengthsAbove(z))) };
    }),
    onHost(kit) {
      const map = sigma.onHost?.(kit);
      if (!map) return undefined;
      const both = kit.beside([1, -1].map((scale) => ({ scale, map: kit.identity })));
      const joined = kit.sequence([
        { map: both, lipschitz: Math.SQRT2 * (1 + 2 ** -50) },
        { map, lipschitz: sigma.lipschitzBound() },
      ]);
      return kit.beside([{ scale: 1 / scale, map: joined }]);
    },
    linearize(x) {
      checkTensor(where, 'x', x);
      const { y, jacobian } = sigma.linearize(doubled(x));
      const product = composeOperators(doubling(x.shape.slice(1)), jacobian);
      return { y: scaled(y), jacobian: scale === 1 ? product : scaleOperator(product, 1 / scale) };
    },
  };
}

function doubled(x: Tensor): Tensor {
  return concat([x, neg(x)], x.rank - 1);
}

/** v ↦ [v, −v] and its transpose u ↦ u₁ − u₂. */
function doubling(shape: Shape): LinearOperator {
  const channels = shape[shape.length - 1]!;
  return {
    inShape: shape,
    outShape: [...shape.slice(0, -1), 2 * channels],
    matvec: (v) => tidy(() => doubled(v)),
    rmatvec: (u) =>
      tidy(() => {
        const [first, second] = split(u, 2, u.rank - 1) as [Tensor, Tensor];
        return sub(first, second);
      }),
  };
}
