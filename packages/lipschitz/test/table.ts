import { createRng, type LipschitzMap } from '@iresnet/core';
import {
  activation,
  bottleneckBranch,
  cLipSwish,
  cRelu,
  cSin,
  dense,
  denseConcat,
  elementwise,
  elu,
  groupSort,
  iDenseNetBranch,
  leakyRelu,
  lipSwish,
  maxMin,
  plainBranch,
  sequential,
  sin,
  tanh,
} from '../src';
import * as tf from '@tensorflow/tfjs';

/** A smooth activation in float64, for truth. */
export interface Scalar64 {
  readonly name: string;
  readonly map: () => LipschitzMap;
  readonly value: (x: number) => number;
  readonly slope: (x: number) => number;
  readonly curvature: (x: number) => number;
  /** sup |σ′|. */
  readonly sup: number;
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x));
const swish = (beta: number): Omit<Scalar64, 'name' | 'map'> => {
  const p = (x: number) => logistic(beta * x);
  return {
    value: (x) => (x * p(x)) / 1.1,
    slope: (x) => (p(x) + beta * x * p(x) * (1 - p(x))) / 1.1,
    curvature: (x) => (beta * p(x) * (1 - p(x)) * (2 + beta * x * (1 - 2 * p(x)))) / 1.1,
    sup: 1.0998393194 / 1.1,
  };
};

/** Every elementwise activation, its options included, with σ, σ′ and σ″ by hand. */
export const activations: readonly Scalar64[] = [
  {
    name: 'elu',
    map: () => activation('elu'),
    value: (x) => (x > 0 ? x : Math.expm1(x)),
    slope: (x) => (x > 0 ? 1 : Math.exp(x)),
    curvature: (x) => (x > 0 ? 0 : Math.exp(x)),
    sup: 1,
  },
  {
    name: 'softplus',
    map: () => activation('softplus'),
    value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    slope: logistic,
    curvature: (x) => logistic(x) * logistic(-x),
    sup: 1,
  },
  { name: 'lipSwish', map: () => activation('lipSwish'), ...swish(Math.log1p(Math.exp(0.5))) },
  { name: 'lipSwish of β = 3.05', map: () => lipSwish({ beta: 3 }), ...swish(Math.log1p(Math.exp(3))) },
  {
    name: 'relu',
    map: () => activation('relu'),
    value: (x) => Math.max(x, 0),
    slope: (x) => (x > 0 ? 1 : 0),
    curvature: () => 0,
    sup: 1,
  },
  {
    name: 'leakyRelu',
    map: () => activation('leakyRelu'),
    value: (x) => (x > 0 ? x : 0.2 * x),
    slope: (x) => (x > 0 ? 1 : 0.2),
    curvature: () => 0,
    sup: 1,
  },
  {
    name: 'leakyRelu of −1.5',
    map: () => leakyRelu(-1.5),
    value: (x) => (x > 0 ? x : -1.5 * x),
    slope: (x) => (x > 0 ? 1 : -1.5),
    curvature: () => 0,
    sup: 1.5,
  },
  {
    name: 'tanh',
    map: () => activation('tanh'),
    value: Math.tanh,
    slope: (x) => 1 - Math.tanh(x) ** 2,
    curvature: (x) => -2 * Math.tanh(x) * (1 - Math.tanh(x) ** 2),
    sup: 1,
  },
  {
    name: 'sin',
    map: () => activation('sin'),
    value: Math.sin,
    slope: Math.cos,
    curvature: (x) => -Math.sin(x),
    sup: 1,
  },
  {
    name: 'sin of frequency 3',
    map: () => sin(3),
    value: (x) => Math.sin(3 * x) / 3,
    slope: (x) => Math.cos(3 * x),
    curvature: (x) => -3 * Math.sin(3 * x),
    sup: 1,
  },
  {
    name: 'identity',
    map: () => activation('identity'),
    value: (x) => x,
    slope: () => 1,
    curvature: () => 0,
    sup: 1,
  },
  {
    name: 'arctangent by elementwise',
    map: () =>
      elementwise({
        value: (x) => tf.atan(x),
        slope: (x) => tf.reciprocal(tf.add(1, tf.square(x))),
        curvature: (x, _y, s) => tf.mul(-2, tf.mul(x, tf.square(s))),
        lipschitz: 1,
      }),
    value: Math.atan,
    slope: (x) => 1 / (1 + x * x),
    curvature: (x) => (-2 * x) / (1 + x * x) ** 2,
    sup: 1,
  },
];

/** So exact that finite differences see the weight and not the tolerance of its power iteration. */
const tight = { rtol: 1e-7, maxSteps: 2000 } as const;

const layer = (inputs: number, outputs: number, seed: number, coefficient = 0.9, bias = true) =>
  dense({ inputs, outputs, bias, coefficient, rng: createRng(seed), ...tight });

/** Scale the kernels up, so that the bound is active. */
function saturated<M extends LipschitzMap>(map: M, factor = 4): M {
  for (const [name, variable] of Object.entries(map.params)) {
    if (name.endsWith('kernel')) tf.tidy(() => variable.assign(tf.mul(factor, variable)));
  }
  return map;
}

/** A map that does not tell of its layers: `sequential` cannot fuse it. */
export function opaque(map: LipschitzMap): LipschitzMap {
  return {
    params: map.params,
    dispose: () => map.dispose(),
    lipschitzBound: () => map.lipschitzBound(),
    apply: (x) => map.apply(x),
    linearize: (x) => map.linearize(x),
  };
}

/** A map and the event shape that it takes. */
export interface Instance {
  readonly name: string;
  readonly shape: readonly number[];
  readonly map: () => LipschitzMap;
  /** L by hand, where it is known. */
  readonly lipschitz?: number;
}

export const instances: readonly Instance[] = [
  ...activations.map(({ name, map, sup }) => ({ name, map, shape: [5], lipschitz: sup })),
  { name: 'elu on images', shape: [2, 3, 2], map: elu, lipschitz: 1 },
  { name: 'maxMin', shape: [6], map: maxMin, lipschitz: 1 },
  { name: 'maxMin on images', shape: [2, 2, 4], map: maxMin, lipschitz: 1 },
  { name: 'cLipSwish', shape: [3], map: cLipSwish, lipschitz: 1 },
  { name: 'cLipSwish on images', shape: [2, 1, 2], map: () => cLipSwish({ beta: 2, trainable: false }) },
  { name: 'cRelu', shape: [3], map: cRelu, lipschitz: 1 },
  { name: 'cSin', shape: [3], map: cSin, lipschitz: 1 },
  { name: 'cSin on images', shape: [2, 1, 2], map: () => cSin(3), lipschitz: 1 },
  { name: 'groupSort of 2', shape: [4], map: () => groupSort(2), lipschitz: 1 },
  { name: 'groupSort of 3', shape: [6], map: () => groupSort(3), lipschitz: 1 },
  { name: 'groupSort of 5 on images', shape: [2, 1, 5], map: () => groupSort(5), lipschitz: 1 },
  { name: 'denseConcat', shape: [3], map: () => denseConcat(sequential(saturated(layer(3, 4, 31)), elu())) },
  {
    name: 'a plain branch',
    shape: [3],
    map: () =>
      saturated(
        plainBranch({
          shape: [3],
          hidden: [5, 4],
          activation: { kind: 'sin', frequency: 2 },
          firstActivation: true,
          rng: createRng(31),
          ...tight,
        }),
      ),
  },
  {
    name: 'a bottleneck branch',
    shape: [2, 3, 2],
    map: () =>
      saturated(
        bottleneckBranch({
          shape: [2, 3, 2],
          hidden: [3, 3],
          activation: 'softplus',
          coefficient: 0.7,
          rng: createRng(32),
          ...tight,
        }),
      ),
  },
  {
    name: 'an i-DenseNet branch',
    shape: [2],
    map: () =>
      saturated(
        iDenseNetBranch({
          shape: [2],
          activation: 'cLipSwish',
          depth: 2,
          growth: 3,
          rng: createRng(33),
          ...tight,
        }),
      ),
  },
  {
    name: 'an i-DenseNet branch on images',
    shape: [2, 2, 2],
    map: () =>
      saturated(
        iDenseNetBranch({
          shape: [2, 2, 2],
          activation: 'cRelu',
          firstActivation: true,
          depth: 2,
          growth: 2,
          rng: createRng(34),
          ...tight,
        }),
      ),
  },
  { name: 'dense below its bound', shape: [3], map: () => layer(3, 4, 1, 5) },
  { name: 'dense at its bound', shape: [3], map: () => saturated(layer(3, 4, 1)), lipschitz: 0.9 },
  { name: 'dense to fewer', shape: [5], map: () => saturated(layer(5, 2, 2)), lipschitz: 0.9 },
  {
    name: 'dense without bias',
    shape: [3],
    map: () => saturated(layer(3, 3, 3, 0.5, false)),
    lipschitz: 0.5,
  },
  { name: 'dense 1 → 1', shape: [1], map: () => saturated(layer(1, 1, 4)), lipschitz: 0.9 },
  {
    name: 'dense with ε',
    shape: [3],
    map: () => saturated(dense({ inputs: 3, outputs: 3, epsilon: 0.1, rng: createRng(5), ...tight })),
  },
  { name: 'dense without a bound', shape: [3], map: () => saturated(layer(3, 3, 6, Infinity)) },
  { name: 'sequential of one', shape: [3], map: () => sequential(layer(3, 2, 7)) },
  {
    name: 'a fused run',
    shape: [3],
    map: () =>
      sequential(
        saturated(layer(3, 6, 8)),
        tanh(),
        saturated(layer(6, 6, 9)),
        elu(),
        saturated(layer(6, 3, 10)),
      ),
  },
  {
    name: 'a fused run between activations',
    shape: [4],
    map: () => sequential(sin(), saturated(layer(4, 4, 11)), sin(2)),
  },
  {
    name: 'not fused: lipSwish between',
    shape: [3],
    map: () => sequential(saturated(layer(3, 5, 12)), lipSwish(), saturated(layer(5, 3, 13))),
  },
  {
    name: 'maxMin between',
    shape: [3],
    map: () => sequential(saturated(layer(3, 6, 14)), maxMin(), saturated(layer(6, 3, 15))),
  },
  {
    name: 'sequential in sequential',
    shape: [3],
    map: () =>
      sequential(
        sequential(saturated(layer(3, 4, 16)), elu()),
        sequential(saturated(layer(4, 3, 17)), sin()),
      ),
  },
  {
    name: 'opaque parts',
    shape: [3],
    map: () =>
      sequential(opaque(saturated(layer(3, 4, 18))), opaque(tanh()), opaque(saturated(layer(4, 3, 19)))),
  },
];
