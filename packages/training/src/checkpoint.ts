import { dispose, sum, tidy, type Tensor1D } from '@tensorflow/tfjs-core';
import { flatten } from './flatten';
import type { OptimizerState } from './optimizers/optimizer';
import { readScalars } from './readback';
import { share } from './share';
import type { Live } from './state';
import { captureWeights, restoreWeights, type Variables, type Weights } from './weights';

/** A point of a run to return to when a later step goes wrong. Owns its tensors. */
export interface Checkpoint {
  readonly step: number;
  readonly weights: Weights;
  readonly optimizer: OptimizerState;
  readonly ema: Tensor1D | null;
}

/** Tensors are immutable: this holds on to them and copies none. */
export function takeCheckpoint(variables: Variables, live: Live): Checkpoint {
  return {
    step: live.step,
    weights: captureWeights(variables),
    optimizer: shareOptimizer(live.optimizer),
    ema: live.ema && share(live.ema),
  };
}

/** Set variables, optimizer and average to a checkpoint, which stays usable. */
export function returnTo(checkpoint: Checkpoint, variables: Variables, live: Live): void {
  restoreWeights(variables, checkpoint.weights);
  dispose({ ...live.optimizer.tensors });
  live.ema?.dispose();
  live.step = checkpoint.step;
  live.optimizer = shareOptimizer(checkpoint.optimizer);
  live.ema = checkpoint.ema && share(checkpoint.ema);
}

export function disposeCheckpoint({ weights, optimizer, ema }: Checkpoint): void {
  dispose([...weights]);
  dispose({ ...optimizer.tensors });
  ema?.dispose();
}

/** Whether no trainable weight is NaN or infinite. One readback. */
export async function weightsAreFinite({ trainable }: Variables): Promise<boolean> {
  // Infinities of both signs add up to NaN.
  const total = tidy(() => sum(flatten(trainable)));
  const [value] = await readScalars([total]);
  dispose(total);
  return Number.isFinite(value);
}

function shareOptimizer({ step, tensors }: OptimizerState): OptimizerState {
  return {
    step,
    tensors: Object.fromEntries(Object.entries(tensors).map(([name, t]) => [name, share(t)])),
  };
}
