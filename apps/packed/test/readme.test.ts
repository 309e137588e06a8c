import { readFileSync } from 'node:fs';
import '@tensorflow/tfjs'; // a backend and the gradients
import * as tf from '@tensorflow/tfjs-core';
import * as core from '@iresnet/core';
import * as flows from '@iresnet/flows';
import * as lipschitz from '@iresnet/lipschitz';
import * as logdet from '@iresnet/logdet';
import { expect, test } from 'vitest';
import { asFunctionBody } from '../../../scripts/examples.ts';

const modules: Readonly<Record<string, unknown>> = {
  '@tensorflow/tfjs-core': tf,
  '@iresnet/core': core,
  '@iresnet/flows': flows,
  '@iresnet/lipschitz': lipschitz,
  '@iresnet/logdet': logdet,
};

test('the flow of the README trains a step and samples with an error bound', async () => {
  const text = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const code = /```ts\n([\s\S]*?)```/.exec(text)![1]!;
  const body = `${await asFunctionBody(code, 'load')}\nreturn { samples, errorBound };`;
  const run = new Function('load', body) as (load: (name: string) => unknown) => {
    samples: tf.Tensor;
    errorBound: Float64Array;
  };
  const { samples, errorBound } = run((name) => modules[name]);
  expect(samples.shape).toEqual([5, 3]);
  // Two blocks with L ≤ 0.81: each error is carried through at most 1/(1 − L).
  expect(Math.max(...errorBound)).toBeLessThan(1e-2);
});
