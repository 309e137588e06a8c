import { abs, max, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { noGrad, type Bijector } from '@iresnet/core';
import { ensure, readsLater } from '@iresnet/core/internal';

/** More than any scaling of images in use gives, and far less than bytes have. */
const LARGEST = 16;

/**
 * A bijector of images that looks at the first batch, once: bytes that were not scaled are a
 * mistake that no result would show. It reads one number back, where that can be done at once.
 */
export function checkedRange(bijector: Required<Bijector>): Required<Bijector> {
  let seen = false;
  const check = (x: Tensor): void => {
    if (seen || readsLater()) return;
    const largest = noGrad(() => tidy(() => max(abs(x)).dataSync()[0]!));
    ensure(
      !(largest > LARGEST),
      'model.imageFlow',
      () => `expected images in [−½, ½], which is (byte + u)/256 − ½, got values up to ${largest}`,
    );
    seen = true;
  };
  return {
    ...bijector,
    forward(x) {
      check(x);
      return bijector.forward(x);
    },
    forwardAndLogDet(x, rng) {
      check(x);
      return bijector.forwardAndLogDet(x, rng);
    },
  };
}
