import {
  clone,
  mul,
  reshape,
  stack,
  sub,
  tensor2d,
  tidy,
  type Tensor,
  type TensorContainer,
} from '@tensorflow/tfjs-core';
import { noGrad, squaredNorm } from '@iresnet/core';
import { ensure, lengthsAbove } from '@iresnet/core/internal';
import { contractionSteps } from './contractionSteps';
import { criterion, trackConvergence, type Measured } from './convergence';
import type { FlatMap } from './flatMap';
import { checkFixedPointOptions, type FixedPointOptions } from './options';
import type { Iterate } from './problem';
import type { Reading } from './readback';
import { notConverged, promiseBroken, type FixedPointResult } from './result';
import { selectRows } from './selectRows';
import { anderson } from './solvers/anderson';

/** x = f(x), to be solved from x₀. */
export interface FlatProblem {
  /** `package.function`, for messages. */
  readonly name: string;
  readonly f: FlatMap;
  /** x₀, `[B, ...event]`. */
  readonly x0: Tensor;
  /**
   * `[B, ...event]`, as large as the terms of f are when that may be more than x: the y of y −
   * g(x).
   */
  readonly scale?: Tensor;
}

/**
 * The loop that all solvers share, as a generator: it yields a tensor to be read, and is sent the
 * values. So the synchronous and the asynchronous functions are the same code. However it ends,
 * only the value of its result stays alive.
 */
export function* iterate(
  { name, f, x0, scale }: FlatProblem,
  given: FixedPointOptions,
): Reading<FixedPointResult> {
  checkFixedPointOptions(name, given);
  const options = { ...given.solver?.limits, ...given };
  ensure(x0.rank > 0, name, () => 'expected a batch [B, ...event], got a scalar');
  const { maxSteps = Math.max(1000, contractionSteps(options.lipschitz ?? 0, 1e-10)) } = options;
  const { solver = anderson(), lipschitz, checkEvery = 1, onFailure = 'throw', certify = true } = options;
  ensure(
    !solver.usesJacobian || f.linearize !== undefined,
    name,
    () => `expected a map that can linearize, as ${solver.name} needs it, got a bare function`,
  );

  const batch = x0.shape[0]!;
  const problem = { ...f, lipschitz: lipschitz ?? 1 };
  const { active, found, refutation, record, settle } = trackConvergence(batch, criterion(options));
  let value = untaped(() => clone(x0));
  let at: Iterate | undefined;
  let scales: Float64Array | undefined;
  let succeeded = false;
  try {
    for (let step = 1; step <= maxSteps && active.includes(true); step++) {
      const last = at;
      const now = untaped((): Iterate => {
        if (last) return solver.step(last, problem);
        const x = reshape(x0, [batch, -1]);
        return { x, fx: problem.apply(x), memory: [] };
      });
      at = now;
      const isCheck = step % checkEvery === 0 || step === maxSteps;
      let lengths: Tensor;
      try {
        if (!isCheck) continue;
        const check = untaped(() => ({
          // Without a promised constant there is nothing that a slope could contradict.
          lengths: squaredLengths(
            now,
            lipschitz === undefined ? undefined : last,
            scales ? undefined : scale,
          ),
          frozen: reshape(freeze(active, now.fx, reshape(value, now.fx.shape)), x0.shape),
        }));
        lengths = check.lengths;
        value.dispose();
        value = check.frozen;
      } finally {
        release(last, now);
      }
      const count = lengths.shape[0]!;
      const read = yield* readOnce(lengths);
      const rows = Array.from({ length: count }, (_, k) =>
        Float64Array.from({ length: batch }, (_, i) => Math.sqrt(read[k * batch + i]!)),
      );
      if (scale && !scales) scales = rows.pop()!;
      record(step, measured(rows, scales));
    }
    if (f.rounded && lipschitz !== undefined && batch > 0 && (certify || refutation())) {
      const check = untaped(() => checkAt(value, f.rounded!.bind(f)));
      const rows = Float64Array.from(yield* readOnce(check));
      settle(rows.subarray(0, batch), rows.subarray(batch), certify);
    }
    const result: FixedPointResult = { value, ...found, evaluations: f.evaluations };
    const broken = refutation();
    if (onFailure === 'throw') {
      if (broken) throw promiseBroken(name, broken);
      if (found.converged.includes(false)) throw notConverged(name, result, maxSteps);
    }
    succeeded = true;
    return result;
  } finally {
    release(at);
    if (!succeeded) value.dispose();
  }
}

/** The values of a tensor that nothing else needs. */
function* readOnce(x: Tensor): Reading<ArrayLike<number>> {
  try {
    return yield x;
  } finally {
    x.dispose();
  }
}

/** Device work between two readbacks: it is off the tape, and only its result stays alive. */
function untaped<T>(work: () => T): T {
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

/**
 * All that a check needs to know, `[2 … 5, B]`: the squared lengths of f(x) − x and f(x), of x − x′
 * and f(x) − f(x′) if there is an x′, and of the scale if it is given. One stack, so that it takes
 * few kernels.
 */
function squaredLengths({ x, fx }: Iterate, last?: Iterate, scale?: Tensor): Tensor {
  const rows = [sub(fx, x), fx];
  if (last) rows.push(sub(x, last.x), sub(fx, last.fx));
  if (scale) rows.push(reshape(scale, fx.shape));
  return squaredNorm(stack(rows), 1);
}

/** Bounds of ‖f(x) − x‖ and of the rounding of f(x), `[2, B]`. */
function checkAt(x: Tensor, rounded: NonNullable<FlatMap['rounded']>): Tensor {
  const flat = reshape(x, [x.shape[0]!, -1]);
  const { fx, rounding } = rounded(flat);
  return stack([lengthsAbove(sub(fx, flat)), mul(1 + 2 ** -16, rounding)]);
}

/** The rows of {@link squaredLengths}, with that of the scale taken off, by name. */
function measured(
  [residual, fx, distance, change]: readonly Float64Array[],
  scales: Float64Array | undefined,
): Measured {
  return {
    residual: residual!,
    size: scales ? fx!.map((length, i) => Math.max(length, scales[i]!)) : fx!,
    ...(distance && change && { last: { distance, change } }),
  };
}
