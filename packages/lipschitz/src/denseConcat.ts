import {
  add,
  concat,
  div,
  mul,
  split,
  sqrt,
  square,
  sum,
  tidy,
  unstack,
  variable,
  zeros,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { compose, noGrad, type LipschitzMap } from '@iresnet/core';
import {
  checkOptions,
  checkParts,
  checkTensor,
  ensure,
  lengthsAbove,
  readProven,
  unitRoundoff,
} from '@iresnet/core/internal';
import { sum2, withRounding } from './rounding';
import { exactPositive, positiveOf } from './positiveOf';

/** More than the rounding of a float32 product and a square root. */
const ABOVE_ROUNDING = 1 + 2 ** -21;

/** Options of {@link denseConcat}. */
export interface DenseConcatOptions {
  /** Whether η learns. Default true; a constant η is the plain concatenation over √2. */
  readonly trainable?: boolean;
}

/**
 * The learnable concatenation of i-DenseNets: x ↦ [η̂₁ x, η̂₂ h(x)] along the channels, with
 * η̂₁² + η̂₂² = 1.
 *
 * η̂ᵢ = p(ηᵢ)/‖p(η)‖, where p is softplus, held between 2⁻³⁰ and 2³⁰. So the Lipschitz constant is
 * √(η̂₁² + η̂₂² L²) ≤ max(1, L), whatever η learns.
 *
 * `params`: `eta` `[2]`, 0 at the start, when both parts weigh 1/√2; and those of h under `h.`.
 *
 * @param h - A map that keeps all axes but the channels. It is disposed with the concatenation.
 * @param options - Whether η learns.
 * @returns A map `[B, …, C] → [B, …, C + C′]`, where h gives C′ channels.
 * @throws IResNetError when h is not a map, for an unknown option, and when h changes an axis other
 * than the channels.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { dense, denseConcat, elu, sequential } from '@iresnet/lipschitz';
 *
 * const rng = createRng(0);
 * const h = sequential(dense({ inputs: 2, outputs: 6, coefficient: 1, rng }), elu());
 * console.log(denseConcat(h).apply(tf.ones([4, 2])).shape); // [ 4, 8 ]
 * ```
 *
 * @see Perugachi-Diaz et al., Invertible DenseNets with Concatenated LipSwish (arXiv 2102.02694).
 */
export function denseConcat(h: LipschitzMap, options: DenseConcatOptions = {}): LipschitzMap {
  checkParts('lipschitz.denseConcat', [h], 'linearize');
  checkOptions('lipschitz.denseConcat', options, { trainable: true });
  const eta = tidy(() => variable(zeros([2]), options.trainable ?? true));
  const weights = (): Tensor => {
    const positive = positiveOf(eta);
    return div(positive, sqrt(sum(square(positive))));
  };
  const parts = (): [Tensor, Tensor] => unstack(weights()) as [Tensor, Tensor];
  /** η̂ in float64. */
  const exactParts = (): [number, number] => {
    const [p, q] = Array.from(eta.dataSync(), exactPositive) as [number, number];
    const length = Math.hypot(p, q);
    return [p / length, q / length];
  };
  const join = (x: Tensor, hx: Tensor, [a, b]: [Tensor, Tensor]): Tensor => {
    ensure(
      x.shape.slice(0, -1).join() === hx.shape.slice(0, -1).join(),
      'lipschitz.denseConcat',
      () => `expected h to keep all axes but the channels, got [${x.shape}] → [${hx.shape}]`,
    );
    return concat([mul(a, x), mul(b, hx)], x.rank - 1);
  };
  const inner = compose({ h });
  return {
    ...inner,
    params: { eta, ...inner.params },
    dispose() {
      eta.dispose();
      inner.dispose();
    },
    lipschitzBound() {
      // The weights that the map computes with, and not those that it should have: the bound is one
      // of the float32 function.
      const [a, b] = noGrad(() => tidy(() => Array.from(readProven('lipschitz.denseConcat', weights())))) as [
        number,
        number,
      ];
      const bound = Math.hypot(a, b * h.lipschitzBound()) * ABOVE_ROUNDING;
      return Number.isFinite(bound) ? bound : Infinity;
    },
    apply: (x) =>
      tidy(() => {
        checkTensor('lipschitz.denseConcat', 'x', x);
        return join(x, h.apply(x), parts());
      }),
    ...(h.applyWithRounding && {
      applyWithRounding: withRounding((x: Tensor) => {
        checkTensor('lipschitz.denseConcat', 'x', x);
        const weights = parts();
        const inside = h.applyWithRounding!(x);
        const used = weights.map((weight) => weight.dataSync()[0]!) as [number, number];
        const exact = exactParts();
        const off = used.map((value, i) => Math.abs(value - exact[i]!) + unitRoundoff() * value);
        const direct = mul(off[0]!, lengthsAbove(x));
        const through = sum2(mul(off[1]!, lengthsAbove(inside.y)), mul(exact[1], inside.rounding));
        return { y: join(x, inside.y, weights), rounding: sum2(direct, through) };
      }),
    }),
    onHost(kit) {
      const map = h.onHost?.(kit);
      if (!map) return undefined;
      const [a, b] = exactParts();
      return kit.beside([
        { scale: a, map: kit.identity },
        { scale: b, map },
      ]);
    },
    linearize(x) {
      checkTensor('lipschitz.denseConcat', 'x', x);
      const [a, b] = parts();
      const { y, jacobian } = h.linearize(x);
      const inShape = x.shape.slice(1);
      const [own, added] = [inShape[inShape.length - 1]!, y.shape[y.rank - 1]!];
      return {
        y: join(x, y, [a, b]),
        jacobian: {
          inShape,
          outShape: [...inShape.slice(0, -1), own + added],
          matvec: (v) => tidy(() => concat([mul(a, v), mul(b, jacobian.matvec(v))], v.rank - 1)),
          rmatvec: (u) =>
            tidy(() => {
              const [direct, through] = split(u, [own, added], u.rank - 1) as [Tensor, Tensor];
              return add(mul(a, direct), mul(b, jacobian.rmatvec(through)));
            }),
        },
      };
    },
  };
}
