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
import { customOp, disposeParams, eventSize, noGrad, type Bijector, type Shape } from '@iresnet/core';
import {
  checkTensor,
  ensure,
  plus,
  readProven,
  readsLater,
  scaleFlaws,
  sizeFlaws,
  times,
  unitRoundoff,
  versionOf,
  scaled,
} from '@iresnet/core/internal';
import { checkEventShape } from './checkEventShape';
import { scaleError } from './deviceExp';
import { carried, closedFormReport, sizesOf } from './report';

/**
 * The start divides by the variance plus this, as the official code does: a constant channel is
 * scaled by 316.
 */
const VARIANCE_EPSILON = 1e-5;

/** Several scales in a row, and values of ordinary size, stay in the range of float32 up to it. */
const LARGEST_SCALE = 2 ** 64;

/**
 * ActNorm: y = x ⊙ exp(s) + t per channel. It starts so that the first batch leaves with mean 0 and
 * standard deviation 1.
 *
 * The first `forward` or `forwardAndLogDet` sets s = −½ ln(variance + 1e-5) and t = −mean · exp(s)
 * from the batch that it is given. The saved state records that, so a loaded model never starts
 * again. The map need not be a contraction, since its inverse is explicit.
 *
 * `params`: `logScale` s and `shift` t, `[channels]`; `initialized`, a scalar 0 or 1, not
 * trainable.
 *
 * @param shape - Event shape; the channels are its last axis.
 * @returns A bijector on `[B, …, channels]`. log|det| is the same for each example.
 * @throws IResNetError for a shape without a channel axis or a batch of another shape; when the
 * first batch has fewer than two values per channel, or holds NaN or infinity.
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
  checkEventShape('flows.actNorm', shape, 1);
  const channels = shape[shape.length - 1]!;
  const repeats = eventSize(shape) / channels;
  const params = tidy(() => ({
    logScale: variable(zeros([channels])),
    shift: variable(zeros([channels])),
    initialized: variable(scalar(0), false),
  }));
  let started: { version: object; value: boolean } | null = null;

  function start(x: Tensor): void {
    const version = versionOf(params.initialized);
    if (started?.version !== version) {
      started = { version, value: readProven('flows.actNorm', params.initialized)[0] === 1 };
    }
    if (started.value) return;
    tidy(() =>
      noGrad(() => {
        const axes = x.shape.slice(0, -1).map((_, i) => i);
        const values = x.size / channels;
        ensure(
          values >= 2,
          'flows.actNorm',
          () => `expected at least 2 values per channel to start from, got ${values}`,
        );
        const { mean: rough, variance } = moments(x, axes);
        // A float32 sum over a large batch is rough, and exp(s) can magnify its error by hundreds.
        const center = add(rough, mean(sub(x, rough), axes));
        const logScale = mul(-0.5, log(add(variance, VARIANCE_EPSILON)));
        const shift = neg(mul(center, exp(logScale)));
        ensure(
          // Where nothing is read back at once, a loss that is not finite tells.
          readsLater() || Number.isFinite(sum(add(logScale, shift)).dataSync()[0]!),
          'flows.actNorm',
          () => 'expected a finite first batch, got NaN or infinity in it',
        );
        params.logScale.assign(logScale as typeof params.logScale);
        params.shift.assign(shift as typeof params.shift);
        params.initialized.assign(scalar(1));
      }),
    );
    started = { version: versionOf(params.initialized), value: true };
  }

  const check = (t: Tensor, name: string) => {
    checkTensor('flows.actNorm', name, t);
    ensure(
      t.shape.slice(1).join() === shape.join(),
      'flows.actNorm',
      () => `expected ${name} of shape [B,${shape}], got [${t.shape}]`,
    );
  };
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
    flaws: () => [
      ...scaleFlaws('logScale', readProven('flows.actNorm', params.logScale).map(Math.exp), LARGEST_SCALE),
      ...sizeFlaws({ shift: params.shift }),
    ],
    carryScale: (scale) => scaled(scale, params.logScale),
    inverseWithReport(y, yError) {
      const value = inverse(y);
      const scales = readProven('flows.actNorm', params.logScale);
      const relative = 1.01 * (2 * unitRoundoff() + scaleError(scales));
      const rounding = sizesOf(value).map((size) => size * relative);
      return closedFormReport(value, yError, Math.exp(-Math.min(...scales)), rounding);
    },
    forwardWithReport(x, xError) {
      const { scaled, value } = tidy(() => {
        check(x, 'x');
        const product = mul(x, exp(params.logScale));
        return { scaled: product, value: add(product, params.shift) };
      });
      const scales = readProven('flows.actNorm', params.logScale);
      const [u, relative] = [unitRoundoff(), scaleError(scales)];
      const [products, sums] = [sizesOf(scaled), sizesOf(value)];
      scaled.dispose();
      const slope = Math.exp(Math.max(...scales));
      const own = sums.map((size, i) => 1.01 * ((u + relative) * products[i]! + u * size));
      return {
        value,
        errorBound: own.map((error, i) => carried(error, slope, xError?.[i])),
        boundKind: 'proven',
      };
    },
  };
}

/**
 * y = x ⊙ eˢ + t and ℓ = repeats · Σ s per example, as one op. With sums over all but the channels
 * its gradients are x̄ = ȳ ⊙ eˢ, t̄ = Σ ȳ, s̄ = (Σ ȳ ⊙ x) ⊙ eˢ + repeats · Σ ℓ̄.
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
      return { outputs: [plus(times(x, scale), shift), perExample], saved: [x, scale] };
    },
    ([dy, dLogDet], [at, scale]) => ({
      x: times(dy!, scale!),
      logScale: plus(times(sum(times(dy!, at!), axes), scale!), mul(repeats, sum(dLogDet!))),
      shift: sum(dy!, axes),
    }),
  );
  return { y: y!, logDet: logDet! };
}
