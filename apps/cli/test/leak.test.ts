import * as tf from '@tensorflow/tfjs';
import { useBackend } from '@iresnet/backend';
import { createRng } from '@iresnet/core';
import { expect, test } from 'vitest';
import { defaultConfig } from '../src/config';
import { openSource } from '../src/source';
import { trainTable } from '../src/train';

test.each(['faithful', 'moons'])('1,000 steps on %s leave no tensor behind', async (name) => {
  await useBackend('wasm');
  const data =
    name === 'moons' ? ({ kind: 'toy', name } as const) : ({ kind: 'embedded', name: 'faithful' } as const);
  const config = { ...defaultConfig(data), steps: 1000, blocks: 1, hidden: [8, 8], batchSize: 16 };
  const source = await openSource(config, createRng(1));
  const alive: number[] = [];
  await trainTable(config, source, {
    callbacks: [{ onStepEnd: () => void alive.push(tf.memory().numTensors) }],
    signal: new AbortController().signal,
    resume: null,
    log: () => undefined,
    keepBest: () => Promise.resolve(),
  });
  expect(alive).toHaveLength(1000);
  // The average of the weights exists from the second step on; after that the count is the same at every step.
  expect(new Set(alive.slice(2)).size).toBe(1);
});
