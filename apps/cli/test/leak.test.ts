import * as tf from '@tensorflow/tfjs';
import { useBackend } from '@iresnet/backend';
import { faithful, toy2d } from '@iresnet/datasets';
import {
  defaultRecipe,
  planeSource,
  tableSource,
  train,
  type DenseRecipe,
  type Recipe,
} from '@iresnet/pipeline';
import { expect, test } from 'vitest';

test.each(['faithful', 'moons'])('1,000 steps on %s leave no tensor behind', async (name) => {
  await useBackend('wasm');
  const defaults = name === 'moons' ? defaultRecipe('plane') : defaultRecipe('table');
  const { flow } = defaults.model as DenseRecipe;
  const model = { kind: 'dense', flow: { ...flow, blocks: 1, hidden: [8, 8] } } as const;
  const recipe: Recipe = { ...defaults, steps: 1000, batchSize: 16, model };
  const source = name === 'moons' ? planeSource(toy2d(name), recipe) : tableSource(name, faithful(), recipe);
  const alive: number[] = [];
  await train(source, recipe, {
    callbacks: [{ onStepEnd: () => void alive.push(tf.memory().numTensors) }],
  });
  expect(alive).toHaveLength(1000);
  // The average of the weights exists from the second step on, and the model with the estimator of
  // the judging from the first validation on; after that the count is the same at every step.
  expect(new Set(alive.slice(100)).size).toBe(1);
});
