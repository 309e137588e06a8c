import {
  add,
  cast,
  memory,
  mul,
  scalar,
  sum,
  tensor_util,
  tidy,
  variable,
  variableGrads,
  type Scalar,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { checkGradients } from '@iresnet/core/internal';
import { Report, type Measurement } from './report';

/** Options of {@link checkNoLeak}. */
export interface NoLeakOptions {
  /** What the message calls the function. */
  readonly name?: string;
  /**
   * Run `f` also under a gradient tape over all trainable variables; false by default. Its results
   * are summed to the scalar that is differentiated.
   */
  readonly tape?: boolean;
}

/**
 * Check that `f` leaves exactly its result alive: the number of tensors grows by those new in what
 * it returns.
 *
 * Run twice, so that a disposed argument or a result that accumulates shows. The new tensors of
 * each result are disposed, those that existed before are not touched. A cache that `f` fills
 * counts as a leak: fill it before.
 *
 * @param f - Any synchronous function; tensors are looked for in the arrays and objects that it
 * returns.
 * @throws IResNetError with the number of tensors too many, or too few.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { checkNoLeak } from '@iresnet/testing';
 *
 * const x = tf.tensor1d([1, 2, 3]);
 * checkNoLeak(() => tf.tidy(() => ({ mean: tf.mean(x), spread: tf.moments(x).variance })));
 * ```
 */
export function checkNoLeak(
  f: () => unknown,
  { name = 'the function', tape = false }: NoLeakOptions = {},
): Measurement[] {
  const report = new Report('testing.checkNoLeak', name);
  for (const run of ['first', 'second']) {
    const before = memory().numTensors;
    const fresh = freshTensors(f);
    const leaked = memory().numTensors - before - fresh.length;
    for (const t of fresh) t.dispose();
    report.measure(`${run} run: only the result is left alive`, Math.abs(leaked), 0);
  }
  if (tape) report.measure('under a tape: nothing is left alive', Math.abs(growthUnderTape(f)), 0);
  return report.measurements;
}

/** The tensors in the result of `f` that were not there before. */
function freshTensors(f: () => unknown): Tensor[] {
  const mark = scalar(0); // ids are handed out in order
  const first = mark.id;
  mark.dispose();
  const found = tensor_util.getTensorsInContainer(f() as Tensor[]);
  return [...new Set(found)].filter((t) => t.id > first && !t.isDisposed);
}

/** How many more tensors are alive after a gradient through `f`. */
function growthUnderTape(f: () => unknown): number {
  checkGradients('testing.checkNoLeak');
  const before = memory().numTensors;
  const anchor = tidy(() => variable(scalar(0))); // something to differentiate where f has no variables
  const { value, grads } = variableGrads(
    () =>
      tensor_util
        .getTensorsInContainer(f() as Tensor[])
        .reduce<Tensor>((total, t) => add(total, sum(cast(t, 'float32'))), mul(1, anchor)) as Scalar,
  );
  value.dispose();
  for (const gradient of Object.values(grads)) gradient.dispose();
  anchor.dispose();
  return memory().numTensors - before;
}
