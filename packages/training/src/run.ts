import type { TensorContainer } from '@tensorflow/tfjs-core';
import type { Rng } from '@iresnet/core';
import type { GradientsOf } from './accumulate';
import type { BatchSource } from './batches';
import type { Notify } from './callbacks';
import type { FitOptions } from './options';
import type { TrainedParams } from './paramValues';
import type { RollbackPoint } from './rollback';
import type { Schedule } from './schedules';
import type { TrainedModule } from './trainedModule';
import type { TrainingState } from './trainingState';

/** Everything that the steps of one call of `fit` share. */
// The batches pass through unseen, so their type does not matter here.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export interface Run<B extends TensorContainer = any> {
  readonly options: FitOptions<B>;
  readonly module: TrainedModule;
  readonly params: TrainedParams;
  readonly training: TrainingState;
  readonly source: BatchSource<B>;
  readonly lossRng: Rng;
  readonly gradients: GradientsOf;
  readonly schedule: Schedule;
  /** Steps between two readings of the loss. */
  readonly logEvery: number;
  readonly notify: Notify;
  /** Seconds since the call. */
  seconds(): number;
  /** Where the run returns to when it diverges. */
  rollback: RollbackPoint;
}
