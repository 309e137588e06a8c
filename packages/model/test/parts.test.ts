import { sub, max, abs, tidy, type Tensor } from '@tensorflow/tfjs';
import { createRng } from '@iresnet/core';
import { expect, test } from 'vitest';
import { denseFlow, denseFlowDefaults, iResNet, iResNetPreset, withoutStandardize } from '../src/index';

test('the parts of a flow, one after the other, are its encode', () => {
  const rng = createRng(3);
  const density = denseFlow({ dimension: 3, blocks: 2, hidden: [8] }, rng);
  const x = rng.normal([4, 3]);
  const far = tidy(() => {
    // The first batch is that of ActNorm.
    density.encode(x);
    const z = density.parts.reduce<Tensor>((at, part) => part.forward(at), x);
    return max(abs(sub(z, density.encode(x)))).dataSync()[0];
  });
  expect(far).toBe(0);
  // ActNorm and block twice, and a last ActNorm.
  expect(density.parts.length).toBe(5);
  expect(density.parts.filter((part) => density.blocks.some((block) => block === part)).length).toBe(2);
});

test('a standardization is a part of its own, and images have parts too', () => {
  const flow = { ...denseFlowDefaults(2), blocks: 1, standardize: { mean: [1, 2], deviation: [3, 4] } };
  const model = iResNet({ kind: 'dense', flow, head: null }, createRng(0));
  expect(model.flow.parts.length).toBe(withoutStandardize(model).flow.parts.length + 1);
  const preset = iResNetPreset('digits-hybrid');
  const scales = [{ blocks: 1, channels: 4, squeeze: true }];
  const images = iResNet({ ...preset, flow: { ...preset.flow, scales } }, createRng(0)).flow;
  const rng = createRng(1);
  const x = rng.uniform([2, 8, 8, 1], -0.5, 0.5);
  images.encode(x);
  const z = images.parts.reduce<Tensor>((at, part) => part.forward(at), x);
  expect(Array.from(z.dataSync())).toEqual(Array.from(images.encode(x).dataSync()));
});
