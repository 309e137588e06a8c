import * as tf from '@tensorflow/tfjs';
import { MessageChannel } from 'node:worker_threads';
import { beforeAll, expect, test } from 'vitest';
import { digitImages, iris, takeImages } from '@iresnet/datasets';
import { iResNetPreset } from '@iresnet/model';
import { gradientPool } from '@iresnet/training';
import {
  defaultRecipe,
  imageSource,
  inMicroBatches,
  serveTraining,
  tableSource,
  train,
  type DenseRecipe,
  type Recipe,
  type Source,
} from '../src';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const { flow: denseFlow } = defaultRecipe('table').model as DenseRecipe;
const common = { steps: 3, validation: 5 };
const rows: Recipe = {
  ...defaultRecipe('table', 'hybrid'),
  ...common,
  batchSize: 12,
  accumulate: 3,
  model: { kind: 'dense', flow: { ...denseFlow, blocks: 1, hidden: [4] } },
};
const preset = iResNetPreset('mnist-hybrid-small');
const images = (task: 'classify' | 'density'): Recipe => ({
  ...defaultRecipe('digits', task),
  ...common,
  batchSize: 4,
  accumulate: 3,
  model: {
    ...preset,
    flow: { ...preset.flow, shape: [8, 8, 1], scales: [{ blocks: 1, channels: 2, squeeze: true }] },
    head: task === 'density' ? null : { ...preset.head!, classes: 10 },
  },
});
const digits = takeImages(
  digitImages(),
  Array.from({ length: 40 }, (_, i) => i),
);

test.each<[string, Recipe, (recipe: Recipe) => Source]>([
  ['rows with classes and transforms', rows, (recipe) => tableSource('iris', iris(), recipe)],
  [
    'a classifier of images',
    images('classify'),
    (recipe) => imageSource('digits', { train: digits, test: null }, recipe),
  ],
  [
    'a density of images',
    images('density'),
    (recipe) => imageSource('digits', { train: digits, test: null }, recipe),
  ],
])('%s: what serves has the gradients of what trains', async (_what, recipe, sourceOf) => {
  // Both ends are in this thread; @iresnet/training tests those of several.
  const { port1, port2 } = new MessageChannel();
  serveTraining(port2);
  const run = async (workers?: ReturnType<typeof gradientPool>) => {
    const losses: number[] = [];
    const callbacks = [{ onStepEnd: ({ loss }: { loss: number }) => void losses.push(loss) }];
    const { pipeline, result } = await train(sourceOf(recipe), recipe, {
      callbacks,
      ...(workers && { workers }),
    });
    const values = Object.values(pipeline.model.params).map((variable) => Array.from(variable.dataSync()));
    pipeline.model.dispose();
    return { losses, values, state: result.state };
  };
  const alone = await run();
  expect(alone.losses).toHaveLength(3);
  const pool = gradientPool([port1]);
  expect(await run(pool)).toEqual(alone);
  // A second run, as in a race, has the threads again.
  expect(await run(pool)).toEqual(alone);
  port1.close();
});

test('batches are halved down to 128 rows or 32 images', () => {
  const cutOf = (recipe: Recipe) => {
    const { batchSize, accumulate } = inMicroBatches(recipe);
    return [batchSize, accumulate];
  };
  const table = defaultRecipe('table');
  expect([100, 255, 256, 500, 512, 1025].map((batchSize) => cutOf({ ...table, batchSize }))).toEqual([
    [100, 1],
    [255, 1],
    [128, 2],
    [250, 2],
    [128, 4],
    [128, 8],
  ]);
  expect(cutOf({ ...table, batchSize: 512, accumulate: 3 })).toEqual([512, 3]);
  expect([63, 64, 256].map((batchSize) => cutOf({ ...images('density'), accumulate: 1, batchSize }))).toEqual(
    [
      [63, 1],
      [32, 2],
      [32, 8],
    ],
  );
});
