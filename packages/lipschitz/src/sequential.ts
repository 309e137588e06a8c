import { mul, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import {
  compose,
  composeOperators,
  type Composition,
  type HostKit,
  type HostMap,
  type LinearOperator,
  type LipschitzMap,
} from '@iresnet/core';
import { checkParts, memoizeOnParams } from '@iresnet/core/internal';
import { isLayered, layeredMap } from './layers';
import { sum2, withRounding } from './rounding';

/**
 * fₙ ∘ ⋯ ∘ f₁: the composition of Lipschitz maps in the order given.
 *
 * Its Jacobian follows from the chain rule, and its Lipschitz bound is the product of the bounds.
 * Neighbouring dense layers, convolutions and elementwise activations become one node of the tape.
 *
 * @param maps - First to last, each as an argument of its own.
 * @returns The composition. `params` are those of the maps under their index: `0.kernel`, `2.bias`.
 * `parts` are the maps; a composition among them is taken apart.
 * @throws IResNetError when no map is given, or an argument is not a map.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { createRng } from '@iresnet/core';
 * import { dense, elu, sequential } from '@iresnet/lipschitz';
 *
 * const rng = createRng(0);
 * const up = dense({ inputs: 2, outputs: 16, rng });
 * const down = dense({ inputs: 16, outputs: 2, rng });
 * const g = sequential(up, elu(), down);
 * const { jacobian } = g.linearize(tf.ones([4, 2]));
 * console.log(jacobian.matvec(tf.ones([4, 2])).shape); // [ 4, 2 ]
 * console.log(g.lipschitzBound() <= 0.81 * 1.01); // true
 * ```
 */
export function sequential(...maps: readonly LipschitzMap[]): LipschitzMap & Composition {
  checkParts('lipschitz.sequential', maps, 'linearize');
  const parts = maps.flatMap((map) => map.parts ?? [map]);
  const bounds = parts.map((part) => memoizeOnParams(part.params, () => part.lipschitzBound()));
  const lipschitzBound = () => bounds.reduce((product, bound) => product * bound(), 1);
  const applyWithRounding = withRounding((x) => {
    let y = x;
    let rounding: Tensor = zeros([x.shape[0]!]);
    parts.forEach((part, i) => {
      const next = part.applyWithRounding!(y);
      // What was off before is carried on by the Lipschitz constant.
      rounding = i === 0 ? next.rounding : sum2(next.rounding, mul(bounds[i]!(), rounding));
      y = next.y;
    });
    return { y, rounding };
  });
  const onHost = (kit: HostKit): HostMap | undefined => {
    const maps = parts.map((part) => part.onHost!(kit));
    if (!maps.every((map) => map !== undefined)) return undefined;
    return kit.sequence(maps.map((map, i) => ({ map, lipschitz: bounds[i]!() })));
  };
  const shared = {
    ...compose(maps),
    parts,
    lipschitzBound,
    ...(parts.every((part) => part.applyWithRounding) && { applyWithRounding }),
    ...(parts.every((part) => part.onHost) && { onHost }),
  };
  const runs = fuse(maps);
  if (runs.length === 1) {
    const { applyWithRounding: _rounding, onHost: _onHost, ...run } = runs[0]!;
    return { ...run, ...shared };
  }
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
