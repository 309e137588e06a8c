/**
 * Trains the small network of digits that the page loads when it is asked to, and writes it to
 * `src/assets/digits.safetensors`. `npm run digits -w @iresnet-apps/playground` makes the same file
 * again.
 */
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useBackend } from '@iresnet/backend';
import { digitImages } from '@iresnet/datasets';
import { accuracy, mostProbable } from '@iresnet/evaluation';
import {
  certify,
  defaultRecipe,
  encodePipeline,
  score,
  imageSource,
  train,
  type Recipe,
} from '@iresnet/pipeline';
import type { ImageIResNetConfig } from '@iresnet/model';

/** Few channels: the file is a part of the page. */
const CHANNELS = [20, 28] as const;

await useBackend('wasm');
const usual = defaultRecipe('digits', 'hybrid');
const model = usual.model as ImageIResNetConfig;
const recipe: Recipe = {
  ...usual,
  steps: Number(process.env['STEPS'] ?? 600),
  model: {
    ...model,
    flow: { ...model.flow, scales: model.flow.scales.map((s, i) => ({ ...s, channels: CHANNELS[i]! })) },
  } as ImageIResNetConfig,
};
const source = imageSource('digits', { train: digitImages(), test: null }, recipe);
const { pipeline } = await train(source, recipe, {
  onValidated(step, figures) {
    console.log(step, JSON.stringify(figures));
  },
});
pipeline.model.enforceBounds?.();
if (!certify(pipeline).invertible) throw new Error('the network of digits is not proven to be invertible');
const bytes = await encodePipeline(pipeline);
writeFileSync(join(import.meta.dirname, '../src/assets/digits.safetensors'), bytes);
const { bitsPerDim, probabilities } = await score(pipeline, source.heldOut.data);
const mean = bitsPerDim!.reduce((sum, b) => sum + b, 0) / bitsPerDim!.length;
const right = accuracy(mostProbable(probabilities!, 10), source.heldOut.labels!);
console.log(`${bytes.length} bytes; held out: ${mean.toFixed(3)} bits per dimension`, right);
