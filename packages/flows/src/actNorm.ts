import {
  add,
  exp,
  fill,
  log,
  mean,
  moments,
  mul,
  neg,
  scalar,
  sub,
  sum,
  tidy,
  variable,
  zeros,
  type Tensor,
} from '@tensorflow/tfjs-core';
import {
  customOp,
  disposeParams,
  eventSize,
  IResNetError,
  noGrad,
  type Bijector,
  type Shape,
} from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import { closedFormReport } from './report';

/** Added to the variance that the start divides by, as in the official code: a constant channel is scaled by 316. */
const VARIANCE_EPSILON = 1e-5;

/**
 * ActNorm: y = x ⊙ exp(s) + t per channel, started so that the first batch leaves with mean 0 and standard deviation 1.
 *
 * The start happens at the first `forward` or `forwardAndLogDet`, from the batch that it is given, and is recorded in the saved
 * state: a loaded model never starts again. It sets s = −½ ln(variance + 1e-5) and t = −mean · exp(s). The map need not be
 * contractive, since its inverse is explicit.
 *
 * `params`: `logScale` s and `shift` t, `[channels]`; `initialized`, a scalar 0 or 1, not trainable.
 *
 * @param shape - Event shape; the channels are its last axis.
 * @throws IResNetError when the first batch has fewer than two values a channel, or holds NaN or infinity.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { actNorm } from '@iresnet/flows';
 *
 * actNorm([1]).forward(tf.tensor2d([[1], [3]])).print(); // [[-1], [1]]
 * ```
 *
 * @see Kingma and Dhariwal, Glow (arXiv 1807.03039).
 */
export function actNorm(shape: Shape): Bijector {
  ensure(shape.length > 0, 'flows.actNorm', () => 'expected an event shape with a channel axis, got []');
  const channels = shape[shape.length - 1]!;
  const repeats = eventSize(shape) / channels;
  const params = tidy(() => ({
    logScale: variable(zeros([channels])),
    shift: variable(zeros([channels])),
    initialized: variable(scalar(0), false),
  }));
  let started: { dataId: object; value: boolean } | null = null;

  function start(x: Tensor): void {
    if (started?.dataId !== params.initialized.dataId) {
      started = { dataId: params.initialized.dataId, value: params.initialized.dataSync()[0] === 1 };
    }
    if (started.value) return;
    tidy(() =>
      noGrad(() => {
        const axes = x.shape.slice(0, -1).map((_, i) => i);
        const values = x.size / channels;
        ensure(
          values >= 2,
          'flows.actNorm',
          () => `expected at least 2 values a channel to start from, got ${values}`,
        );
        const { mean: rough, variance } = moments(x, axes);
        // A float32 sum over a large batch is rough, and exp(s) can magnify its error by hundreds.
        const center = add(rough, mean(sub(x, rough), axes));
        const logScale = mul(-0.5, log(add(variance, VARIANCE_EPSILON)));
        const shift = neg(mul(center, exp(logScale)));
        if (!Number.isFinite(sum(add(logScale, shift)).dataSync()[0]!)) {
          throw new IResNetError(
            'argument',
            'flows.actNorm',
            'expected a finite first batch, got NaN or infinity in it',
          );
        }
        params.logScale.assign(logScale as typeof params.logScale);
        params.shift.assign(shift as typeof params.shift);
        params.initialized.assign(scalar(1));
      }),
    );
    started = { dataId: params.initialized.dataId, value: true };
  }

  const check = (t: Tensor, name: string) =>
    ensure(
      t.shape.slice(1).join() === shape.join(),
      'flows.actNorm',
      () => `expected ${name} of shape [B,${shape}], got [${t.shape}]`,
    );
  const forwardAndLogDet = (x: Tensor) =>
    tidy(() => {
      check(x, 'x');
      start(x);
      return scaleAndShift(x, params.logScale, params.shift, repeats);
    });
  const inverse = (y: Tensor): Tensor =>
    tidy(() => {
      check(y, 'y');
      return mul(sub(y, params.shift), exp(neg(params.logScale)));
    });
  return {
    params,
    dispose: () => disposeParams(params),
    forward: (x) => tidy(() => forwardAndLogDet(x).y),
    inverse,
    forwardAndLogDet,
    inverseWithReport: (y, yError) =>
      closedFormReport(inverse(y), yError, Math.exp(-Math.min(...params.logScale.dataSync()))),
  };
}

/**
 * y = x ⊙ eˢ + t and ℓ = repeats · Σ s per example, as one op: with the sums over all but the channels,
 * x̄ = ȳ ⊙ eˢ, t̄ = Σ ȳ, s̄ = (Σ ȳ ⊙ x) ⊙ eˢ + repeats · Σ ℓ̄.
 */
function scaleAndShift(
  x: Tensor,
  logScale: Tensor,
  shift: Tensor,
  repeats: number,
): { y: Tensor; logDet: Tensor } {
  const axes = x.shape.slice(0, -1).map((_, i) => i);
  const [y, logDet] = customOp(
    { x, logScale, shift },
    () => {
      const scale = exp(logScale);
      const perExample = mul(fill([x.shape[0]!], repeats), sum(logScale));
      return { outputs: [add(mul(x, scale), shift), perExample], saved: [x, scale] };
    },
    ([dy, dLogDet], [at, scale]) => ({
      x: mul(dy!, scale!),
      logScale: add(mul(sum(mul(dy!, at!), axes), scale!), mul(repeats, sum(dLogDet!))),
      shift: sum(dy!, axes),
    }),
  );
  return { y: y!, logDet: logDet! };
}
