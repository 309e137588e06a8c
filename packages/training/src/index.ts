/**
 * A training loop for TensorFlow.js: minimise a loss over the variables of a module with few kernel
 * calls, stop and resume exactly, and survive a divergence.
 *
 * {@link fit} keeps all weights in one flat vector between the backward pass and the assignment.
 * Optimizers, clipping and weight averaging are small functions on it. A run that meets NaN or
 * infinity goes back to its last good weights; early stopping restores the best ones. A saved
 * {@link FitState} goes on to the same bits as a run that never stopped.
 *
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-cpu';
 * import '@iresnet/core/gradients';
 * import { createRng } from '@iresnet/core';
 * import { adam, cosine, fit, jsonLines, warmup } from '@iresnet/training';
 *
 * const params = { kernel: tf.variable(tf.zeros([2, 1])), bias: tf.variable(tf.zeros([1])) };
 * const predict = (x: tf.Tensor) => tf.add(tf.matMul(x, params.kernel), params.bias);
 * const truth = (x: tf.Tensor) => tf.add(tf.matMul(x, [[2], [-1]]), 0.5);
 *
 * const result = await fit({
 *   module: { params }, // or a flow, a model: anything with params
 *   batches: (_step, rng) => rng.normal([64, 2]),
 *   loss: (x) => tf.mean(tf.squaredDifference(predict(x), truth(x))),
 *   steps: 300,
 *   optimizer: adam(),
 *   schedule: warmup(20, cosine(0.1, 280)),
 *   clipNorm: 10,
 *   emaDecay: 0.99,
 *   rng: createRng(1),
 *   logEvery: 100,
 *   callbacks: [jsonLines((line) => console.log(line.trimEnd()))],
 * });
 * params.kernel.print(); // about [[2], [-1]]
 * console.log(result.stopReason, result.step); // steps 300
 * // fit({ ..., resume: result.state }) goes on from there
 * ```
 *
 * @packageDocumentation
 */
export { fit } from './fit';
export type { EarlyStopping, FitOptions, FitResult, Validation } from './options';
export type { TrainedModule } from './trainedModule';
export type { BatchDataset, Batches } from './batches';
export type { FitState } from './fitState';
export type { BestLoss } from './bestLoss';
export type { BeginLog, Callback, EndLog, FitRun, StepLog, StopReason, ValidationLog } from './callbacks';
export type { Optimizer, OptimizerState } from './optimizers/optimizer';
export { adam, type AdamOptions } from './optimizers/adam';
export { adamax } from './optimizers/adamax';
export { sgd, type SgdOptions } from './optimizers/sgd';
export { constant, cosine, exponential, piecewise, warmup, type Schedule } from './schedules';
export {
  optimizerFromSpec,
  optimizers,
  scheduleFromSpec,
  schedules,
  type OptimizerSpec,
  type ScheduleOfRun,
  type ScheduleSpec,
  type SteadyScheduleSpec,
} from './spec';
export { clipByGlobalNorm, globalNorm } from './clip';
export { ema } from './ema';
export { flatten, unflatten } from './flatten';
export { lossAndGradient } from './gradient';
export { gradientPool, type GradientPool } from './workers/gradientPool';
export { gradientRanks, type Ranks } from './workers/gradientRanks';
export type { GradientWorkers, HostGradient, MicroBatch } from './workers/gradientWorkers';
export type { ThreadPort } from './workers/messages';
export { serveGradients, type GradientTask } from './workers/serveGradients';
export { serveRank } from './workers/serveRank';
export { jsonLines, type JsonLinesOptions } from './loggers/jsonLines';
export { countProgress, type CountProgress, type CountProgressOptions } from './loggers/countProgress';
export { progress, type ProgressOptions, type ProgressStream } from './loggers/progress';
