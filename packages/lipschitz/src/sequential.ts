import { tidy, type Tensor } from '@tensorflow/tfjs-core';
import {
  compose,
  composeOperators,
  type Composition,
  type LinearOperator,
  type LipschitzMap,
} from '@iresnet/core';
import { checkParts } from '@iresnet/core/internal';
import { isLayered, layeredMap } from './layers';

/**
 * fₙ ∘ ⋯ ∘ f₁: the composition of Lipschitz maps in the order given.
 *
 * Its Jacobian is the chain rule, and its Lipschitz bound the product of the bounds. `params` are those of the parts under their
 * index: `0.kernel`, `2.bias`. `parts` are the maps, those of a composition within taken apart.
 *
 * @throws IResNetError when no map is given.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { dense, elu, sequential } from '@iresnet/lipschitz';
 *
 * const rng = createRng(0);
 * const g = sequential(dense({ inputs: 2, outputs: 16, rng }), elu(), dense({ inputs: 16, outputs: 2, rng }));
 * const { jacobian } = g.linearize(tf.ones([4, 2]));
 * console.log(g.lipschitzBound() <= 0.81 * 1.01, jacobian.matvec(tf.ones([4, 2])).shape); // true [ 4, 2 ]
 * ```
 */
export function sequential(...maps: readonly LipschitzMap[]): LipschitzMap & Composition {
  checkParts('lipschitz.sequential', maps, 'linearize');
  const parts = maps.flatMap((map) => map.parts ?? [map]);
  const lipschitzBound = () => parts.reduce((product, part) => product * part.lipschitzBound(), 1);
  const shared = { ...compose(maps), parts, lipschitzBound };
  const runs = fuse(maps);
  if (runs.length === 1) return { ...runs[0]!, ...shared };
  return {
    ...shared,
    apply: (x) => tidy(() => runs.reduce((h, run) => run.apply(h), x)),
    linearize(x) {
      const jacobians: LinearOperator[] = [];
      let y: Tensor = x;
      for (const run of runs) {
        const linear = run.linearize(y);
        y = linear.y;
        jacobians.push(linear.jacobian);
      }
      return { y, jacobian: composeOperators(...jacobians) };
    },
  };
}

/** Neighbouring runs of layers become one: one node of the tape where there were many. */
function fuse(maps: readonly LipschitzMap[]): readonly LipschitzMap[] {
  const runs: LipschitzMap[] = [];
  for (const map of maps) {
    const last = runs[runs.length - 1];
    if (last && isLayered(last) && isLayered(map)) {
      runs[runs.length - 1] = layeredMap([...last.layers, ...map.layers], last);
    } else {
      runs.push(map);
    }
  }
  return runs;
}
