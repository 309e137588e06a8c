import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { createRng, materialize, type LipschitzMap, type Rng } from '@iresnet/core';
import {
  activation,
  dense,
  denseConcat,
  identity,
  relu,
  sequential,
  type ActivationName,
} from '@iresnet/lipschitz';
import { hostKit } from '../src/hostKit';

beforeAll(() => tf.setBackend('cpu'));

const smooth: readonly ActivationName[] = [
  'elu',
  'softplus',
  'tanh',
  'sin',
  'lipSwish',
  'cSin',
  'cLipSwish',
  'identity',
];
const maps: readonly (readonly [string, (rng: Rng) => LipschitzMap])[] = [
  ...smooth.map((name) => [name, () => activation(name)] as const),
  ['dense', (rng) => dense({ inputs: 3, outputs: 5, rng })],
  [
    'a branch',
    (rng) =>
      sequential(
        dense({ inputs: 3, outputs: 16, rng }),
        activation('sin'),
        dense({ inputs: 16, outputs: 16, rng }),
        activation('lipSwish'),
        dense({ inputs: 16, outputs: 3, rng }),
      ),
  ],
  [
    'an i-DenseNet branch',
    (rng) => {
      const h = sequential(dense({ inputs: 3, outputs: 8, coefficient: 1, rng }), activation('cLipSwish'));
      return sequential(denseConcat(h), dense({ inputs: 19, outputs: 3, rng }));
    },
  ],
];

/** The values of a map and its Jacobian on the device, for one example. */
function onDevice(map: LipschitzMap, x: Float64Array): { y: number[]; jacobian: number[][] } {
  return tf.tidy(() => {
    const { y, jacobian } = map.linearize(tf.tensor2d([Array.from(x)]));
    const matrix = materialize(jacobian, 1) as tf.Tensor3D;
    return { y: Array.from(y.dataSync()), jacobian: matrix.arraySync()[0]! };
  });
}

/** Three draws from N(0, 1). */
function drawFrom(rng: Rng): Float64Array {
  return Float64Array.from(tf.tidy(() => Array.from(rng.normal([3]).dataSync())));
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.hypot(...Array.from(a, (value, i) => value - b[i]!));
}

const times = (a: number[][], v: Float64Array): number[] =>
  a.map((row) => row.reduce((sum, value, j) => sum + value * v[j]!, 0));

test.each(maps)('%s on the host is the map on the device, with its Jacobian', (_name, make) => {
  const rng = createRng(3);
  const map = make(rng);
  const host = map.onHost!(hostKit)!;
  for (let k = 0; k < 5; k++) {
    const [x, v] = [drawFrom(rng), drawFrom(rng)];
    const here = host.linearize(x);
    const there = onDevice(map, x);
    // The device works in float32.
    expect(distance(here.y, there.y)).toBeLessThan(4e-6);
    expect(distance(here.product(v), times(there.jacobian, v))).toBeLessThan(4e-6 * (1 + distance(v, x)));
    expect(here.yError).toBeLessThan(1e-12);
    expect(here.error).toBeLessThan(2e-6);
  }
  map.dispose();
});

test.each(maps)('%s: its Jacobian moves by no more than the smoothness allows', (_name, make) => {
  const rng = createRng(4);
  const map = make(rng);
  const host = map.onHost!(hostKit)!;
  for (let k = 0; k < 200; k++) {
    const [x, direction, v] = [drawFrom(rng), drawFrom(rng), drawFrom(rng)];
    const step = 10 ** -(k % 4);
    const moved = x.map((value, i) => value + step * direction[i]!);
    const [a, b] = [host.linearize(x), host.linearize(moved)];
    const unit = v.map((value) => value / distance(v, [0, 0, 0]));
    const change = distance(a.product(unit), b.product(unit));
    expect(change).toBeLessThanOrEqual(host.smoothness * distance(x, moved) + a.error + b.error);
  }
  map.dispose();
});

test('a second difference of the exact function reaches the smoothness of each activation', () => {
  // sup |σ″| is not rounded up by more than a few percent, else bounds would be wider than need be.
  for (const name of ['elu', 'softplus', 'tanh', 'sin', 'lipSwish'] as const) {
    const map = activation(name);
    const host = map.onHost!(hostKit)!;
    let most = 0;
    for (let x = -6; x <= 6; x += 0.01) {
      const slope = (t: number): number => host.linearize(Float64Array.of(t)).product(Float64Array.of(1))[0]!;
      most = Math.max(most, Math.abs(slope(x + 0.005) - slope(x - 0.005)) / 0.01);
    }
    expect(most / host.smoothness).toBeGreaterThan(0.97);
    expect(most / host.smoothness).toBeLessThan(1.0001);
    map.dispose();
  }
});

test('a slope that jumps, and a weight that is large, have no map on the host', () => {
  const rng = createRng(1);
  expect(relu().onHost?.(hostKit)).toBeUndefined();
  expect(sequential(identity(), relu()).onHost?.(hostKit)).toBeUndefined();
  const large = dense({ inputs: 200, outputs: 200, rng });
  expect(large.onHost!(hostKit)).toBeUndefined();
  large.dispose();
});
