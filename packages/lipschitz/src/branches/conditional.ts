import { conditional, type Conditional, type LipschitzMap } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { activation, activationWidening } from '../activations/spec';
import { conditionalDense } from '../conditionalDense';
import { sequential } from '../sequential';
import { spectralOptionsOf } from '../spectralOptions';
import { branchOptionNames, checkBranch, checkHidden, type HiddenOptions } from './options';

/** Options of {@link conditionalBranch}. */
export interface ConditionalBranchOptions extends Omit<HiddenOptions, 'firstActivation'> {
  /** k, values of one context. */
  readonly contexts: number;
}

/**
 * g(x; c) = layer – σ – … – layer through the hidden widths, each layer W̄ h + U c + b: the plain
 * branch of vectors with a context in every layer.
 *
 * Its Lipschitz constant in x is at most the product of the coefficients, whatever the context.
 *
 * @returns At contexts `[B, k]` or `[1, k]` a map `[d] → [d]`. `params` as with `plainBranch`, and
 * `i.context` of each layer.
 * @throws IResNetError for an unknown option, a shape that is not `[d]`, or sizes that are not
 * positive integers.
 *
 * @example
 * ```ts
 * import { createRng } from '@iresnet/core';
 * import { conditionalBranch } from '@iresnet/lipschitz';
 *
 * const rng = createRng(0);
 * const g = conditionalBranch({ shape: [2], hidden: [32], activation: 'sin', coefficient: 0.9, contexts: 3, rng });
 * const [x, c] = [rng.normal([5, 2]), rng.normal([5, 3])];
 * console.log(g.at(c).apply(x).shape, g.at(c).lipschitzBound() < 0.82); // [ 5, 2 ] true
 * ```
 */
export function conditionalBranch(options: ConditionalBranchOptions): Conditional<LipschitzMap> {
  const where = 'lipschitz.conditionalBranch';
  const { firstActivation: _, ...names } = branchOptionNames;
  checkBranch(where, options, { ...names, hidden: true, contexts: true });
  checkHidden(where, options.hidden);
  const { shape, hidden, contexts, rng } = options;
  ensure(shape.length === 1, where, () => `expected a shape [d], got [${shape}]`);
  const wider = activationWidening(options.activation);
  const parts: (LipschitzMap | Conditional<LipschitzMap>)[] = [];
  let inputs = shape[0]!;
  [...hidden, shape[0]!].forEach((outputs, i) => {
    if (i > 0) parts.push(activation(options.activation));
    const sizes = { inputs: i > 0 ? wider * inputs : inputs, outputs, contexts };
    parts.push(conditionalDense({ ...spectralOptionsOf(options), ...sizes, rng: rng.split(i) }));
    inputs = outputs;
  });
  return conditional(parts, (maps) => sequential(...maps));
}
