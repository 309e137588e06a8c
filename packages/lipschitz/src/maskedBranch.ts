import { mul, slice, sub, tidy } from '@tensorflow/tfjs-core';
import { conditional, type Conditional, type LipschitzMap } from '@iresnet/core';

/**
 * x ↦ m ⊙ g(m ⊙ x; c): a branch that moves and looks at the values in a mask m alone, all else it
 * knows from the context.
 *
 * The last part of the context, `[B, …, d]` of 0 and 1, is 1 − m: it is 0 where the mask leaves out
 * nothing. To multiply by m lengthens nothing, so the Lipschitz constant of g holds for every mask.
 *
 * @param g - A conditional branch `[d] → [d]`; its contexts end with d values, those of 1 − m.
 * @param d - Values of an example.
 * @returns At a context the map. `params` are those of g. Its products cost those of g.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { conditionalBranch, maskedBranch } from '@iresnet/lipschitz';
 *
 * const shared = { shape: [2], hidden: [8], activation: 'sin' } as const;
 * const g = maskedBranch(conditionalBranch({ ...shared, contexts: 2, rng: createRng(0) }), 2);
 * const onlyFirst = tf.tensor2d([[0, 1]]); // the second value is left out
 * g.at(onlyFirst).apply(tf.ones([1, 2])).print(); // the second value is 0
 * ```
 */
export function maskedBranch(g: Conditional<LipschitzMap>, d: number): Conditional<LipschitzMap> {
  return {
    ...conditional(g, (map) => map),
    at(context) {
      const map = g.at(context);
      const mask = () => tidy(() => sub(1, slice(context, [0, context.shape[1]! - d], [-1, d])));
      const { onHost: _onHost, parts: _parts, applyWithRounding, ...rest } = map;
      return {
        ...rest,
        ...(applyWithRounding && {
          applyWithRounding: (x) => {
            const { y, rounding } = applyWithRounding(tidy(() => mul(mask(), x)));
            return { y: mul(mask(), y), rounding };
          },
        }),
        apply: (x) => tidy(() => mul(mask(), map.apply(mul(mask(), x)))),
        linearize(x) {
          const m = mask();
          const { y, jacobian } = map.linearize(mul(m, x));
          return {
            y: mul(m, y),
            jacobian: {
              inShape: jacobian.inShape,
              outShape: jacobian.outShape,
              matvec: (v) => tidy(() => mul(m, jacobian.matvec(mul(m, v)))),
              rmatvec: (u) => tidy(() => mul(m, jacobian.rmatvec(mul(m, u)))),
            },
          };
        },
      };
    },
  };
}
