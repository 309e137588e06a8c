import {
  add,
  clone,
  dispose,
  mul,
  sum,
  tidy,
  variable,
  variableGrads,
  zerosLike,
  type Scalar,
  type Tensor,
  type Variable,
} from '@tensorflow/tfjs-core';
import { trainableParams, type Params, type Rng } from '@iresnet/core';
import { checkGradients } from '@iresnet/core/internal';
import { finiteDifference } from './differences';
import { dot, norm } from './float64';
import { read, valuesOf, weightedError } from './host';

/** Random directions along which each gradient is compared: one could by chance miss a small wrong term. */
const DIRECTIONS = 4;

/**
 * The relative error of the tape's gradient of Σ⟨c, f⟩, for random c, with respect to x and to each trainable parameter,
 * against finite differences of f. Along a direction d of independent normals, ⟨∇, d⟩ is of the size of ‖∇‖.
 *
 * @returns Error by name: `x`, and the names of the parameters.
 */
export function gradientErrors(
  f: (x: Tensor) => Tensor,
  x: Tensor,
  params: Params,
  rng: Rng,
  step: number,
): Record<string, number> {
  checkGradients('testing');
  const point = variable(x);
  // State follows the parameters (power-iteration vectors): it is put back as well.
  const state = Object.values(params).filter((parameter) => !parameter.trainable);
  const kept = state.map((parameter) => clone(parameter));
  try {
    const errors: Record<string, number> = {};
    tidy(() => {
      const c = rng.normal(f(point).shape);
      // 0·Σx keeps x on the tape when f does not depend on it, as the Jacobian of a linear map.
      const objective = () => add(sum(mul(c, f(point))), mul(0, sum(point))) as Scalar;
      const { grads } = variableGrads(objective, [point, ...trainableParams(params)]);
      const targets = Object.entries(params).filter(([, parameter]) => parameter.trainable);
      for (const [name, target] of [['x', point] as const, ...targets]) {
        const gradient = grads[target.name] ?? zerosLike(target);
        errors[name] = directionalError(gradient, target, () => f(point), c, rng, step);
      }
    });
    return errors;
  } finally {
    point.dispose();
    state.forEach((parameter, i) => parameter.assign(kept[i]!));
    dispose(kept);
  }
}

function directionalError(
  gradient: Tensor,
  target: Variable,
  f: () => Tensor,
  c: Tensor,
  rng: Rng,
  step: number,
): number {
  const exact = valuesOf(gradient);
  const weights = valuesOf(c);
  const errors = Array.from({ length: DIRECTIONS }, () => {
    const direction = rng.normal(target.shape);
    const numerical = finiteDifference((t) => moved(target, direction, t, () => read(f)), step);
    const along = dot(exact, valuesOf(direction));
    const error = weightedError(along, weights, numerical);
    return error === 0 ? 0 : error / Math.max(norm(exact), Math.abs(dot(weights, numerical.value)));
  });
  return Math.max(...errors);
}

/** `evaluate()` while the variable stands at its value + t·direction. */
function moved<T>(target: Variable, direction: Tensor, t: number, evaluate: () => T): T {
  const home = clone(target);
  try {
    tidy(() => target.assign(add(home, mul(t, direction))));
    return evaluate();
  } finally {
    target.assign(home);
    home.dispose();
  }
}
