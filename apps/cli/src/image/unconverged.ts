import type { Pipeline } from '@iresnet/pipeline';
import { isProven } from '../certify';
import type { Output } from '../terminal/output';

/** Say how an inverse without a proof went. Where there is a proof, an iteration that does not converge throws. */
export function tellUnconverged(pipeline: Pipeline, converged: readonly boolean[], output: Output): void {
  if (isProven(pipeline)) return;
  const good = converged.filter(Boolean).length;
  output.log(
    `no inverse is proven of this network, so nothing is guaranteed: ${good} of ${converged.length} images converged`,
  );
}
