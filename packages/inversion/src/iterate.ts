import {
  clone,
  maximum,
  reshape,
  sqrt,
  stack,
  sub,
  tensor2d,
  tidy,
  type Tensor,
  type TensorContainer,
} from '@tensorflow/tfjs-core';
import { noGrad, squaredNorm } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { contractionSteps } from './contractionSteps';
import type { FlatMap } from './flatMap';
import { createLedger, criterion } from './ledger';
import type { Iterate } from './problem';
import { checkOptions, notConverged, type FixedPointOptions, type FixedPointResult } from './result';
import { selectRows } from './selectRows';
import { anderson } from './solvers/anderson';

/** x = f(x), to be solved from x₀. */
export interface Start {
  /** `package.function`, for messages. */
  readonly name: string;
  readonly f: FlatMap;
  /** x₀, `[B, ...event]`. */
  readonly x0: Tensor;
  /** `[B, ...event]`, as large as the terms of f are when that may be more than x: the y of y − g(x). */
  readonly scale?: Tensor;
}

/**
 * The loop that all solvers share, as a generator: it yields a tensor `[2, B]` that has to be read, and is sent the values. So
 * the synchronous and the asynchronous functions are the same code. However it ends, only the value of its result stays alive.
 */
export function* iterate(
  { name, f, x0, scale }: Start,
  options: FixedPointOptions,
): Generator<Tensor, FixedPointResult, ArrayLike<number>> {
  checkOptions(name, options);
  ensure(x0.rank > 0, name, () => 'expected a batch [B, ...event], got a scalar');
  const { maxSteps = Math.max(1000, contractionSteps(options.lipschitz ?? 0, 1e-10)) } = options;
  const { solver = anderson(), lipschitz, checkEvery = 1, onFailure = 'throw' } = options;
  ensure(
    !solver.usesJacobian || f.linearize !== undefined,
    name,
    () => `expected a map that can linearize, as ${solver.name} needs it, got a bare function`,
  );

  const batch = x0.shape[0]!;
  const problem = { ...f, rate: lipschitz ?? 1 };
  const { active, enter, ...outcome } = createLedger(batch, criterion(options));
  let value = segment(() => clone(x0));
  let at: Iterate | undefined;
  let succeeded = false;
  try {
    for (let step = 1; step <= maxSteps && active.includes(true); step++) {
      const last = at;
      const now = segment((): Iterate => {
        if (last) return solver.step(last, problem);
        const x = reshape(x0, [batch, -1]);
        return { x, fx: problem.apply(x), memory: [] };
      });
      at = now;
      release(last, now);
      if (step % checkEvery !== 0 && step !== maxSteps) continue;

      const { probe, frozen } = segment(() => ({
        probe: stack([norms(sub(now.fx, now.x)), sizes(now.fx, scale)]),
        frozen: reshape(freeze(active, now.fx, reshape(value, now.fx.shape)), x0.shape),
      }));
      value.dispose();
      value = frozen;
      let read: ArrayLike<number>;
      try {
        read = yield probe;
      } finally {
        probe.dispose();
      }
      const numbers = Float64Array.from(read);
      enter(step, numbers.subarray(0, batch), numbers.subarray(batch));
    }
    const result = { value, ...outcome, evaluations: f.evaluations };
    if (onFailure === 'throw' && result.converged.includes(false)) throw notConverged(name, result, maxSteps);
    succeeded = true;
    return result;
  } finally {
    release(at);
    if (!succeeded) value.dispose();
  }
}

/** One stretch of device work between two readings: off the tape, only its result alive. */
function segment<T>(work: () => T): T {
  return noGrad(() => tidy(work as () => TensorContainer)) as T;
}

/** Free the tensors of an iterate that the next one does not use. */
function release(old: Iterate | undefined, next?: Iterate): void {
  const used = new Set(next && [next.x, next.fx, ...next.memory]);
  if (old) for (const t of [old.x, old.fx, ...old.memory]) if (!used.has(t)) t.dispose();
}

/** New values for the active samples; the finished ones keep theirs. All `[B, d]`. */
function freeze(active: readonly boolean[], fresh: Tensor, kept: Tensor): Tensor {
  if (!active.includes(false)) return clone(fresh);
  return selectRows(tensor2d(Array.from(active, Number), [active.length, 1], 'bool'), fresh, kept);
}

/** ‖·‖ per sample, `[B]`. */
function norms(t: Tensor): Tensor {
  return sqrt(squaredNorm(reshape(t, [t.shape[0]!, -1])));
}

/** How large the numbers are whose rounding limits a sample, `[B]`. */
function sizes(fx: Tensor, scale: Tensor | undefined): Tensor {
  return scale ? maximum(norms(fx), norms(scale)) : norms(fx);
}
