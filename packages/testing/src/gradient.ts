import {
  add,
  clone,
  concat,
  dispose,
  mul,
  reshape,
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
import type { Derivative } from './derivative';
import { finiteDifference, STEP } from './differences';
import { dot, norm } from './float64';
import { read, valuesOf, weightedError } from './host';

/**
 * Random directions along which each gradient is compared: one could by chance miss a small wrong
 * term.
 */
const DIRECTIONS = 4;

/** What is differentiated: some functions of one x, by name, computed together. */
export type Outputs = (x: Tensor) => Record<string, Tensor>;

/**
 * The relative errors of the tape's gradients of Σ⟨c, f⟩, for each output f and random c, with
 * respect to x and to each trainable parameter, against finite differences of f. Along a direction
 * d of independent normals, ⟨∇, d⟩ is of the size of ‖∇‖. One evaluation serves all outputs: 16 for
 * each parameter of 4 or more values.
 *
 * @param outputs - Their gradients are taken.
 * @param step - h for x, which may have large units; parameters of order one are moved by at most
 * the default.
 * @param values - The same values, where there is a cheaper way to them.
 * @returns Errors by output, and by name: `x`, and the names of the parameters.
 */
export function gradientErrors(
  outputs: Outputs,
  x: Tensor,
  params: Params,
  rng: Rng,
  step: number,
  values = outputs,
): Record<string, Record<string, number>> {
  checkGradients('testing');
  const point = variable(x);
  // State follows the parameters (power-iteration vectors): it is put back as well.
  const state = Object.values(params).filter((parameter) => !parameter.trainable);
  const kept = state.map((parameter) => clone(parameter));
  try {
    return tidy(() => {
      const weights = Object.entries(outputs(point)).map(([name, { shape }]) => ({
        name,
        c: rng.normal(shape),
      }));
      const taped = weights.map(({ name, c }) => {
        // 0·Σx keeps x on the tape when f does not depend on it, as the Jacobian of a linear map.
        const objective = () => add(sum(mul(c, outputs(point)[name]!)), mul(0, sum(point))) as Scalar;
        const { grads } = variableGrads(objective, [point, ...trainableParams(params)]);
        return { name, c: valuesOf(c), grads };
      });
      const found: Record<string, Record<string, number>> = Object.fromEntries(
        taped.map(({ name }) => [name, {}]),
      );
      const targets = Object.entries(params).filter(([, parameter]) => parameter.trainable);
      for (const [of, target] of [['x', point] as const, ...targets]) {
        const exact = taped.map(({ grads }) => valuesOf(grads[target.name] ?? zerosLike(target)));
        for (let k = 0; k < Math.min(DIRECTIONS, target.size); k++) {
          const direction = rng.normal(target.shape);
          const curve = (t: number): Float32Array =>
            moved(target, direction, t, () => read(() => flat(Object.values(values(point)))));
          const numerical = finiteDifference(curve, target === point ? step : Math.min(step, STEP));
          let first = 0;
          taped.forEach(({ name, c }, i) => {
            const derivative = partOf(numerical, first, (first += c.length));
            const error = directionalError(exact[i]!, valuesOf(direction), c, derivative);
            found[name]![of] = Math.max(found[name]![of] ?? 0, error);
          });
        }
      }
      return found;
    });
  } finally {
    point.dispose();
    state.forEach((parameter, i) => parameter.assign(kept[i]!));
    dispose(kept);
  }
}

function flat(tensors: readonly Tensor[]): Tensor {
  return concat(tensors.map((t) => reshape(t, [-1])));
}

function partOf({ value, error }: Derivative, from: number, to: number): Derivative {
  return { value: value.subarray(from, to), error: error.subarray(from, to) };
}

function directionalError(
  exact: Float32Array,
  direction: Float32Array,
  weights: Float32Array,
  numerical: Derivative,
): number {
  const error = weightedError(dot(exact, direction), weights, numerical);
  return error === 0 ? 0 : error / Math.max(norm(exact), Math.abs(dot(weights, numerical.value)));
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
