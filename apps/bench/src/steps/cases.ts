import { mean, neg, tidy, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs';
import { createRng, type Rng } from '@iresnet/core';
import { imageBatch, toy2d, type ImageSet } from '@iresnet/datasets';
import { denseFlow, iResNet, iResNetPreset, type FlowModel } from '@iresnet/model';
import { adam, adamax, constant, type FitOptions } from '@iresnet/training';

/** A model and how it is trained. */
export type TrainingCase = Pick<
  FitOptions<Tensor>,
  'params' | 'loss' | 'batches' | 'optimizer' | 'schedule' | 'rng' | 'clipNorm' | 'emaDecay'
> & { readonly model: FlowModel };

/**
 * Images of 28 × 28 and bytes, 64 a step: 4 + 4 blocks of 32 channels, five terms of the series.
 * Without images they are random.
 */
export function image({ batch = 64, images = randomImages(createRng(1)) } = {}): TrainingCase {
  const rng = createRng(0);
  const { flow: model } = iResNet(iResNetPreset('mnist-density-small'), rng.split('model'));
  const loss = (x: Tensor4D, lossRng: Rng) => mean(model.bitsPerDim(model.logProb(x, lossRng)));
  return {
    model,
    params: model.params,
    loss: loss as TrainingCase['loss'],
    batches: (_step, batchRng) =>
      tidy(() => {
        const indices = Array.from({ length: batch }, () => Math.floor(images.count * batchRng.next()));
        return imageBatch(images, { indices, noise: batchRng });
      }),
    optimizer: adamax(),
    schedule: constant(0.003),
    rng: rng.split('fit'),
  };
}

/** Points of the plane, 500 a step: blocks with hidden widths of 64 and 64, exact determinants. */
export function plane({ batch = 500, blocks = 8 } = {}): TrainingCase {
  const rng = createRng(0);
  const model = denseFlow({ dimension: 2, blocks }, rng.split('model'));
  const set = toy2d('8gaussians');
  const loss = (x: Tensor2D, lossRng: Rng) => neg(mean(model.logProb(x, lossRng)));
  return {
    model,
    params: model.params,
    loss: loss as TrainingCase['loss'],
    batches: (_step, batchRng) => set.sample(batch, batchRng) as Tensor2D,
    optimizer: adam(),
    schedule: constant(1e-3),
    clipNorm: 10,
    emaDecay: 0.99,
    rng: rng.split('fit'),
  };
}

/** 256 images of independent bytes. */
function randomImages(rng: Rng): ImageSet {
  const count = 256;
  const images = Uint8Array.from({ length: count * 784 }, () => Math.floor(256 * rng.next()));
  return {
    count,
    shape: [28, 28, 1],
    images,
    levels: 256,
    labels: new Uint8Array(count),
    classes: ['noise'],
  };
}
