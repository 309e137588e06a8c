// A page that learns the density of a ring, from the small packages alone.
import { setBackend, tensor2d } from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@iresnet/core/gradients/vectors';
import { createRng } from '@iresnet/core';
import { actNorm, chain, flow, negativeLogLikelihood, residualBlock, standardNormal } from '@iresnet/flows';
import { dense, elu, sequential } from '@iresnet/lipschitz';
import { exact } from '@iresnet/logdet';
import { adam, constant, fit } from '@iresnet/training';

setWasmPaths('/wasm/');
await setBackend('wasm');
const rng = createRng(1);
const layer = (inputs: number, outputs: number, name: string) =>
  dense({ inputs, outputs, rng: rng.split(name) });
const blocks = [0, 1, 2, 3].flatMap((k) => [
  actNorm([2]),
  residualBlock(sequential(layer(2, 32, `in${k}`), elu(), layer(32, 2, `out${k}`)), { logDet: exact() }),
]);
const density = flow(chain(...blocks), standardNormal([2]));
const ring = Array.from({ length: 128 }, (_, i) => [Math.cos(i), Math.sin(i)]);
const losses: number[] = [];
await fit({
  module: density,
  loss: (x, r) => negativeLogLikelihood(density, x, r),
  batches: () => tensor2d(ring),
  steps: 60,
  optimizer: adam(),
  schedule: constant(0.01),
  rng,
  callbacks: [{ onStepEnd: ({ loss }) => void losses.push(loss) }],
});
Object.assign(globalThis, { losses });
