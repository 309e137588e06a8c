import { certify, type Pipeline } from '@iresnet/pipeline';
import { exitCode } from './exit';
import type { Output } from './terminal/output';

/**
 * Say how the inverses went. A network that is proven invertible has failed where one did not
 * converge: the exit code says so. Of any other nothing is guaranteed.
 *
 * @param what - `rows` or `images`.
 */
export function tellUnconverged(
  pipeline: Pipeline,
  converged: readonly boolean[],
  what: string,
  output: Output,
): number {
  const good = converged.filter(Boolean).length;
  if (!certify(pipeline).invertible) {
    output.log(
      `no inverse is proven of this network, so nothing is guaranteed: ${good} of ${converged.length} ${what} converged`,
    );
    return 0;
  }
  if (good === converged.length) return 0;
  output.warn(`${converged.length - good} of ${converged.length} ${what} did not converge`);
  return exitCode.notConverged;
}
