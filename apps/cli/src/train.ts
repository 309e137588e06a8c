import { mean, neg, type Scalar } from '@tensorflow/tfjs-core';
import { createRng, type Rng } from '@iresnet/core';
import { estimateMean, labelLosses } from '@iresnet/evaluation';
import type { ActivationName } from '@iresnet/lipschitz';
import { denseFlowDefaults, hybridLoss } from '@iresnet/model';
import { adam, cosine, fit, warmup, type FitResult } from '@iresnet/training';
import { keepingBest } from './best';
import type { RunConfig } from './config';
import { buildTableModel, type TableModel } from './model';
import { firstRows } from './rows';
import type { TrainingHooks } from './session';
import type { RowBatch, Source } from './source';
import { judgeRows } from './table/judge';

/** What a training run gave. */
export interface Trained {
  readonly model: TableModel;
  readonly result: FitResult;
}

/** Rows of the validation curve; the figures at the end use all. */
const CURVE_ROWS = 2000;

/** The model that a configuration describes, untrained. */
function buildModel(config: RunConfig, source: Source, rng: Rng): TableModel {
  const { blocks, hidden, coefficient } = config;
  const { mean: center, deviation } = source;
  const flow = {
    ...denseFlowDefaults(source.columns.length),
    blocks,
    hidden,
    activation: config.activation as ActivationName,
    coefficient,
    standardize: { mean: center, deviation },
  };
  return buildTableModel(flow, source.labels ?? null, rng);
}

/**
 * Maximum likelihood: minimise −mean ln p(x) by Adam with warm-up, cosine decay, clipping and weight averaging. With a label column:
 * cross entropy + weight · (−mean ln p(x)/d).
 *
 * Held-out rows draw a curve and choose what is kept as the best model, beside the last one, which is the result. A run that diverges ends at its last good weights, which the result says.
 */
export async function trainTable(
  config: RunConfig,
  source: Source,
  { callbacks, signal, resume, keepBest }: TrainingHooks<TableModel>,
): Promise<Trained> {
  const rng = createRng(config.seed);
  const model = buildModel(config, source, rng.split('model'));
  const { density, classifier } = model;
  const { densityWeight = 1 } = config;
  const heldOut = firstRows(source.heldOut, CURVE_ROWS);
  const validate = (): number => {
    const { logProb, probabilities } = judgeRows(model, heldOut, rng);
    if (!classifier) return -estimateMean(logProb).mean;
    const labels = source.labels!.heldOut.subarray(0, heldOut.count);
    const classLoss = estimateMean(labelLosses(probabilities!, labels)).mean;
    return classLoss - (densityWeight * estimateMean(logProb).mean) / heldOut.width;
  };
  const start = Math.min(50, Math.ceil(config.steps / 10));
  const result = await fit<RowBatch>({
    module: classifier?.model ?? density,
    // Power iteration holds the norms up to its tolerance; a model that is judged or saved holds them by proof.
    enforceBounds: true,
    loss: ({ x, labels }, lossRng) =>
      classifier
        ? hybridLoss(classifier.model, x, labels!, lossRng, densityWeight)
        : (neg(mean(density.logProb(x, lossRng))) as Scalar),
    batches: (step, batchRng) => source.batch(step, batchRng),
    steps: config.steps,
    optimizer: adam({ beta2: 0.99 }),
    schedule: warmup(start, cosine(config.learningRate, Math.max(1, config.steps - start))),
    clipNorm: config.clipNorm,
    emaDecay: config.emaDecay,
    validate: {
      every: Math.max(1, Math.round(config.steps / 20)),
      loss: validate,
    },
    callbacks: [...callbacks, keepingBest(() => keepBest(model))],
    rng: rng.split('fit'),
    signal,
    onDivergence: 'return',
    ...(resume && { resume }),
  });
  return { model, result };
}
