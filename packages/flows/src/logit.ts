import {
  abs,
  add,
  div,
  greater,
  log,
  mul,
  reshape,
  sigmoid,
  sub,
  sum,
  tensor1d,
  tidy,
  where,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { customOp, type Bijector } from '@iresnet/core';
import {
  ensure,
  functionError,
  lengthsAbove,
  perExample,
  readBounds,
  relativeError,
  unitRoundoff,
} from '@iresnet/core/internal';
import { closedFormReport } from './report';

/**
 * y = logit(p), p = α + (1 − 2α)(x − l), per value: dequantized images in [l, l + 1] to all of ℝ,
 * without an edge.
 *
 * log|det| = Σ ln(1 − 2α) − ln p − ln(1 − p), exact. The inverse is x = l + (sigmoid(y) − α)/(1 −
 * 2α) for every y. Where |y| exceeds logit(1 − α), x lies outside [l, l + 1]: that is not an image,
 * but still the inverse. The map has no parameters and is one node of the tape.
 *
 * @param alpha - α in (0, ½). RealNVP takes 0.05 for CIFAR-10 (arXiv 1605.08803), others 1e-6 for
 * MNIST (arXiv 1705.07057).
 * @param low - l, the least value of a pixel: 0 by default; −½ for images that are centred.
 * @throws IResNetError for another α, or when l is not finite.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { logit } from '@iresnet/flows';
 *
 * const squash = logit(0.05);
 * const y = squash.forward(tf.tensor2d([[0, 0.5, 1]]));
 * y.print(); // [[-2.94, 0, 2.94]]
 * squash.inverse(y).print(); // [[0, 0.5, 1]]
 * logit(0.05, -0.5).forward(tf.tensor2d([[-0.5, 0, 0.5]])).print(); // [[-2.94, 0, 2.94]]
 * ```
 */
export function logit(alpha: number, low = 0): Bijector {
  ensure(alpha > 0 && alpha < 0.5, 'flows.logit', () => `expected 0 < alpha < 1/2, got ${alpha}`);
  ensure(Number.isFinite(low), 'flows.logit', () => `expected a finite low, got ${low}`);
  const slope = 1 - 2 * alpha;
  /** p and 1 − p, each as a sum of its own: 1 − p of a rounded p would lose a small α. */
  const shares = (x: Tensor): [Tensor, Tensor] => [
    add(mul(slope, low === 0 ? x : sub(x, low)), alpha),
    add(mul(slope, sub(1 + low, x)), alpha),
  ];
  const apply = (x: Tensor): [Tensor, Tensor] => {
    const [y, logDet] = customOp(
      { x },
      () => {
        const [p, q] = shares(x);
        const [logP, logQ] = [log(p), log(q)];
        const perValue = sub(Math.log(slope), add(logP, logQ));
        const batch = x.shape[0]!;
        return { outputs: [sub(logP, logQ), sum(reshape(perValue, [batch, -1]), 1)], saved: [x] };
      },
      ([dy, dLogDet], [at]) => {
        const [p, q] = shares(at!);
        // dy/dx = s(1/p + 1/q), d logDet/dx = s(1/q − 1/p).
        const perExample = reshape(dLogDet!, [at!.shape[0]!, ...at!.shape.slice(1).map(() => 1)]);
        const [overP, overQ] = [div(slope, p), div(slope, q)];
        return { x: add(mul(dy!, add(overP, overQ)), mul(perExample, sub(overQ, overP))) };
      },
    );
    return [y!, logDet!];
  };
  const inverse = (y: Tensor): Tensor =>
    tidy(() => {
      const x = div(sub(sigmoid(y), alpha), slope);
      return low === 0 ? x : add(x, low);
    });
  return {
    params: {},
    dispose: () => {},
    forward: (x) => tidy(() => apply(x)[0]),
    inverse,
    forwardAndLogDet: (x) =>
      tidy(() => {
        const [y, logDet] = apply(x);
        return { y, logDet };
      }),
    // σ' ≤ 1/4.
    inverseWithReport(y, yError) {
      const value = inverse(y);
      const { near, far, reach } = functionError(deviceSigmoid, exactSigmoid);
      const u = unitRoundoff();
      const rounding = tidy(() => {
        const size = abs(y);
        // p, α and 1 − 2α are at most 1; p − α is rounded, then the quotient, then the sum with l.
        const share = where(greater(size, reach), Infinity, add(2 * near + 3 * u, mul(far, size)));
        return readBounds(lengthsAbove(add(div(share, slope), mul(4 * u, add(abs(value), Math.abs(low))))));
      });
      return closedFormReport(value, yError, 1 / (4 * slope), rounding);
    },
    forwardWithReport(x, xError) {
      const u = unitRoundoff();
      const relative = relativeError(deviceLog, Math.log, [2 ** -60, 2]);
      const value = tidy(() => apply(x)[0]);
      const errorBound = tidy(() => {
        const [p, q] = shares(x);
        // p and q are sums of numbers that are at most 1 + |x| + |l|.
        const rounded = mul(4 * u, add(abs(x), 1 + Math.abs(low)));
        const off = xError
          ? add(rounded, perExample(mul(slope, tensor1d(Array.from(xError))), x.rank - 1))
          : rounded;
        // |ln p̃ − ln p| ≤ δ/(p̃ − δ), where p̃ > δ.
        const share = (s: Tensor) => where(greater(s, mul(1.01, off)), div(off, sub(s, off)), Infinity);
        const logs = mul(relative + u, add(abs(log(p)), abs(log(q))));
        return readBounds(lengthsAbove(mul(1.01, add(add(share(p), share(q)), logs))));
      });
      return { value, errorBound, boundKind: 'proven' };
    },
  };
}

// Named, since what is measured of a function of the device is kept under it.
const deviceSigmoid = (y: Tensor): Tensor => sigmoid(y);
const exactSigmoid = (y: number): number => 1 / (1 + Math.exp(-y));
const deviceLog = (p: Tensor): Tensor => log(p);
