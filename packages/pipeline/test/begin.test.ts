import * as tf from '@tensorflow/tfjs';
import { toy2d } from '@iresnet/datasets';
import { beforeAll, expect, test } from 'vitest';
import { defaultRecipe, planeSource, score, train, type Pipeline, type Recipe } from '../src';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

test('a run that is watched step by step gives the bits of one that is not', async () => {
  const base = defaultRecipe('plane');
  const model = { ...base.model, flow: { ...base.model.flow, blocks: 2, hidden: [8] } } as Recipe['model'];
  const recipe: Recipe = { ...base, steps: 3, batchSize: 16, model };
  const point = [[0.5, 0.25]];
  const seen: number[] = [];
  let learning: Pipeline | undefined;
  const watched = await train(planeSource(toy2d('moons'), recipe), recipe, {
    onBegin: (pipeline) => (learning = pipeline),
    callbacks: [{ onStepEnd: async () => void seen.push((await score(learning!, point)).logProb![0]!) }],
  });
  const alone = await train(planeSource(toy2d('moons'), recipe), recipe);
  expect(learning).toBe(watched.pipeline);
  expect(new Set(seen).size).toBe(3);
  const ends = await Promise.all([watched, alone].map(({ pipeline }) => score(pipeline, point)));
  expect(ends[0]!.logProb).toEqual(ends[1]!.logProb);
});
