import type { IResNet } from '@iresnet/model';
import type { Output } from '../output';

/** Say what an inverse without a proof came to. Where there is one, an iteration that does not converge has thrown. */
export function tellUnconverged(model: IResNet, unconverged: number, count: number, output: Output): void {
  if (model.flow.blocks.every((block) => block.lipschitzBound() < 1)) return;
  output.log(
    `no inverse is proven of this network, so nothing is guaranteed: ${count - unconverged} of ${count} images converged`,
  );
}
