import { mean, neg, type Tensor2D } from '@tensorflow/tfjs-core';
import { createRng, type Rng } from '@iresnet/core';
import type { ActivationName } from '@iresnet/lipschitz';
import { denseFlow, denseFlowDefaults, type DenseFlow } from '@iresnet/model';
import { adam, cosine, fit, warmup, type FitResult } from '@iresnet/training';
import { keepingBest } from './best';
import type { RunConfig } from './config';
import { firstRows, mapRows, type Rows } from './rows';
import type { TrainingHooks } from './session';
import type { Source } from './source';

/** What a training run gave. */
export interface Trained {
  readonly density: DenseFlow;
  readonly result: FitResult;
}

/** Rows of the validation curve; the figures at the end use all. */
const CURVE_ROWS = 2000;

/** The density that a configuration describes, untrained. */
function buildDensity(config: RunConfig, source: Source, rng: Rng): DenseFlow {
  const { blocks, hidden, coefficient } = config;
  const { mean: center, deviation } = source;
  return denseFlow(
    {
      ...denseFlowDefaults(source.columns.length),
      blocks,
      hidden,
      activation: config.activation as ActivationName,
      coefficient,
      standardize: { mean: center, deviation },
    },
    rng,
  );
}

/**
 * Maximum likelihood: minimise −mean ln p(x) by Adam with warm-up, cosine decay, clipping and weight averaging.
 *
 * Held-out rows draw a curve and choose what is kept as the best model, beside the last one, which is the result. A run that diverges ends at its last good weights, which the result says.
 */
export async function trainDensity(
  config: RunConfig,
  source: Source,
  { callbacks, signal, resume, keepBest }: TrainingHooks<DenseFlow>,
): Promise<Trained> {
  const rng = createRng(config.seed);
  const density = buildDensity(config, source, rng.split('model'));
  const heldOut = firstRows(source.heldOut, CURVE_ROWS);
  const start = Math.min(50, Math.ceil(config.steps / 10));
  const result = await fit<Tensor2D>({
    params: density.params,
    loss: (x, lossRng) => neg(mean(density.logProb(x, lossRng))),
    batches: (step, batchRng) => source.batch(step, batchRng),
    steps: config.steps,
    optimizer: adam({ beta2: 0.99 }),
    schedule: warmup(start, cosine(config.learningRate, Math.max(1, config.steps - start))),
    clipNorm: config.clipNorm,
    emaDecay: config.emaDecay,
    // At a fixed moment, so that a saved state has all there is.
    afterStep: () => density.refresh(),
    validate: {
      every: Math.max(1, Math.round(config.steps / 20)),
      loss: () => -average(logLikelihood(density, heldOut, rng)),
    },
    callbacks: [
      // A resumed state has vectors that belong to its weights: that must be seen before the weights change.
      { onTrainBegin: () => density.refresh() },
      ...callbacks,
      keepingBest(async () => {
        density.project();
        await keepBest(density);
      }),
    ],
    rng: rng.split('fit'),
    signal,
    onDivergence: 'return',
    ...(resume && { resume }),
  });
  // Power iteration held the norms up to its tolerance; the model that is saved holds them by proof.
  density.project();
  return { density, result };
}

/** ln p of each row, nats. */
export function logLikelihood(density: DenseFlow, rows: Rows, rng: Rng): Float64Array {
  const probes = rng.split('probes');
  return mapRows(rows, (x, from) => density.logProb(x, probes.split(from)).dataSync() as Float32Array);
}

function average(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
