import * as tf from '@tensorflow/tfjs';
import { createRng, type Bijector, type LipschitzMap, type Rng } from '@iresnet/core';
import { anderson, newtonGmres, picard, type FixedPointSolver } from '@iresnet/inversion';
import { activation, conv2d, dense, denseConcat, sequential, type ActivationName } from '@iresnet/lipschitz';
import { exact } from '@iresnet/logdet';
import { actNorm, chain, linear, localBounds, residualBlock, standardize } from '../src';

/** A function of one example in float64. */
type Exact = (x: Float64Array) => Float64Array;

/** A part on the device, and the same function with the same weights in float64. */
interface Part {
  readonly map: LipschitzMap;
  readonly exact: Exact;
}

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const swish = (t: number): number => t / (1 + Math.exp(-t));
const elementwise: Partial<Record<ActivationName, (x: number) => number>> = {
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  softplus,
  relu: (x) => Math.max(x, 0),
  leakyRelu: (x) => (x > 0 ? x : 0.2 * x),
  tanh: Math.tanh,
  sin: Math.sin,
  identity: (x) => x,
};
/** The activations that are tried. */
const names = [
  'elu',
  'softplus',
  'lipSwish',
  'relu',
  'leakyRelu',
  'tanh',
  'sin',
  'maxMin',
  'groupSort',
  'cLipSwish',
  'cRelu',
  'cSin',
  'identity',
] as const satisfies readonly ActivationName[];

/** σ on vectors of `channels` for each pixel. */
function activationPart(name: ActivationName, channels: number): Part {
  const map = activation(name);
  const simple = elementwise[name];
  const perPixel = (f: (h: Float64Array) => Float64Array): Exact => {
    return (x) => {
      const pixels = x.length / channels;
      const rows = Array.from({ length: pixels }, (_, p) => f(x.slice(p * channels, (p + 1) * channels)));
      return Float64Array.from(rows.flatMap((row) => [...row]));
    };
  };
  const raw = once(() => map.params['beta']!.dataSync());
  const lipSwish = (x: number): number => {
    const beta = softplus(raw()[0]!);
    return swish(beta * x) / (1.1 * beta);
  };
  if (simple) return { map, exact: (x) => x.map(simple) };
  if (name === 'lipSwish') return { map, exact: (x) => x.map(lipSwish) };
  if (name === 'cRelu')
    return { map, exact: perPixel((h) => Float64Array.of(...h.map((v) => Math.max(v, 0)), ...h.map((v) => Math.max(-v, 0)))) }; // prettier-ignore
  if (name === 'cSin')
    return { map, exact: perPixel((h) => Float64Array.of(...h.map(Math.sin), ...h.map(Math.cos))) };
  if (name === 'cLipSwish')
    return { map, exact: perPixel((h) => Float64Array.of(...h.map((v) => lipSwish(v) / 1.004), ...h.map((v) => lipSwish(-v) / 1.004))) }; // prettier-ignore
  const halves = Array.from({ length: channels / 2 }, (_, i) => i);
  if (name === 'maxMin')
    return { map, exact: perPixel((h) => Float64Array.of(...halves.map((i) => Math.max(h[2 * i]!, h[2 * i + 1]!)), ...halves.map((i) => Math.min(h[2 * i]!, h[2 * i + 1]!)))) }; // prettier-ignore
  return { map, exact: perPixel((h) => Float64Array.of(...halves.flatMap((i) => [Math.max(h[2 * i]!, h[2 * i + 1]!), Math.min(h[2 * i]!, h[2 * i + 1]!)]))) }; // prettier-ignore
}

/** Weights are read once, when they no longer change. */
function once(read: () => ArrayLike<number>): () => Float64Array {
  let values: Float64Array | undefined;
  return () => (values ??= Float64Array.from(read()));
}

/** W̄ as the layer uses it. */
function used(map: LipschitzMap): () => Float64Array {
  const [layer] = (map as unknown as { layers: readonly { weight(): tf.Tensor }[] }).layers;
  return once(() => tf.tidy(() => layer!.weight()).dataSync());
}

function densePart(inputs: number, outputs: number, coefficient: number, rng: Rng): Part {
  const map = dense({ inputs, outputs, coefficient, rng });
  const [weight, bias] = [used(map), once(() => map.params['bias']!.dataSync())];
  const exactly: Exact = (x) => {
    const w = weight();
    const y = bias().slice();
    for (let i = 0; i < inputs; i++) for (let j = 0; j < outputs; j++) y[j]! += x[i]! * w[i * outputs + j]!;
    return y;
  };
  return { map, exact: exactly };
}

function convPart(size: number, inputs: number, outputs: number, taps: number, c: number, rng: Rng): Part {
  const map = conv2d({ inputs, outputs, kernelSize: taps, imageSize: [size, size], coefficient: c, rng });
  const [weight, biases] = [used(map), once(() => map.params['bias']!.dataSync())];
  const exactly: Exact = (x) => {
    const [w, bias] = [weight(), biases()];
    const y = new Float64Array(size * size * outputs);
    const reach = (taps - 1) / 2;
    for (let r = 0; r < size; r++)
      for (let s = 0; s < size; s++)
        for (let o = 0; o < outputs; o++) {
          let sum = bias[o]!;
          for (let a = 0; a < taps; a++)
            for (let b = 0; b < taps; b++) {
              const [p, q] = [r + a - reach, s + b - reach];
              if (p < 0 || q < 0 || p >= size || q >= size) continue;
              for (let i = 0; i < inputs; i++)
                sum += x[(p * size + q) * inputs + i]! * w[((a * taps + b) * inputs + i) * outputs + o]!;
            }
          y[(r * size + s) * outputs + o] = sum;
        }
    return y;
  };
  return { map, exact: exactly };
}

/** [η̂₁ x, η̂₂ h(x)] of vectors. */
function concatPart(h: Part, eta: readonly [number, number]): Part {
  const map = denseConcat(h.map);
  tf.tidy(() => map.params['eta']!.assign(tf.tensor1d([...eta])));
  const raw = once(() => map.params['eta']!.dataSync());
  const exactly: Exact = (x) => {
    const [p, q] = Array.from(raw(), softplus) as [number, number];
    const length = Math.hypot(p, q);
    return Float64Array.of(...x.map((v) => (v * p) / length), ...h.exact(x).map((v) => (v * q) / length));
  };
  return { map, exact: exactly };
}

function joined(parts: readonly Part[]): Part {
  return {
    map: sequential(...parts.map(({ map }) => map)),
    exact: (x) => parts.reduce((h, part) => part.exact(h), x),
  };
}

/** One model under attack. */
interface Model {
  readonly bijector: Required<Bijector>;
  readonly shape: readonly number[];
  /** F⁻¹(y) in float64. */
  readonly inverse: Exact;
  /** Where its inputs lie. */
  readonly center: number;
  readonly spread: number;
}

/** A bijector and its inverse in float64. */
interface Placed {
  readonly bijector: Bijector;
  readonly inverse: Exact;
}

/** x = y − g(x), until the rounding of float64 stops it. */
function solved(g: Exact): Exact {
  return (y) => {
    let x = Float64Array.from(y);
    let [least, leastAt] = [Infinity, 0];
    for (let k = 0; k < 5000 && least > 0 && k - leastAt < 20; k++) {
      const gx = g(x);
      let moved = 0;
      const next = y.map((value, i) => value - gx[i]!);
      for (let i = 0; i < next.length; i++) moved = Math.max(moved, Math.abs(next[i]! - x[i]!));
      if (moved < least) [least, leastAt] = [moved, k];
      x = next;
    }
    return x;
  };
}

const solvers: readonly (() => FixedPointSolver)[] = [
  () => anderson(),
  () => picard(),
  () => newtonGmres({ products: 3 }),
  () => anderson({ memory: 2 }),
];

/** What a model of an attack is made from. */
export type Kind = 'random' | 'hostile';

function modelOf(kind: Kind, index: number): Model {
  const rng = createRng(1000 + index).split(kind);
  const uniform = (low: number, high: number): number =>
    tf.tidy(() => rng.uniform([1], low, high).dataSync()[0]!);
  const pick = <T>(list: readonly T[]): T =>
    list[Math.min(list.length - 1, Math.floor(uniform(0, list.length)))]!;
  const name = names[index % names.length]!;
  const image = index % 5 === 3;
  const dense5 = index % 5 === 4;
  const blocks = index % 7 === 0 ? 8 : 1 + (index % 2);
  const size = 3;
  const channels = image ? 2 : pick([1, 2, 3, 8, 32]);
  const shape = image ? [size, size, channels] : [channels];
  const width = pick([2, 8, 16, 32]);
  const wide = name.startsWith('c') ? 2 : 1;
  const coefficient = pick([0.5, 0.7, 0.9, 0.97, 0.99]);
  const biasScale = kind === 'hostile' ? pick([1, 10, 100, 1e3, 1e4, 1e6]) : 0;
  const raise = (part: Part, amount: number): Part => {
    const [kernel, bias] = [part.map.params['kernel']!, part.map.params['bias']!];
    tf.tidy(() => {
      if (index % 3 === 0) kernel.assign(tf.mul(5, kernel)); // at its bound
      if (amount) bias.assign(tf.add(bias, rng.uniform(bias.shape, -amount, amount)));
    });
    return part;
  };
  const parts: Placed[] = [];
  for (let k = 0; k < blocks; k++) {
    const block = rng.split(k);
    const rest: Part[] = [];
    if (image) {
      rest.push(
        raise(convPart(size, channels, 4, 3, coefficient, block), biasScale),
        activationPart(name, 4),
        raise(convPart(size, 4 * wide, channels, pick([1, 3]), coefficient, block), biasScale),
      );
    } else if (dense5) {
      const added = (width % 2 === 0 ? width : width + 1) * wide;
      const h = joined([raise(densePart(channels, added / wide, coefficient, block), biasScale), activationPart(name, added / wide)]); // prettier-ignore
      rest.push(
        concatPart(h, [uniform(-2, 2), uniform(-2, 2)]),
        raise(densePart(channels + added, channels, coefficient, block), biasScale),
      );
    } else {
      rest.push(
        raise(densePart(channels, width, coefficient, block), biasScale),
        activationPart(name, width),
        raise(densePart(width * wide, channels, coefficient, block), biasScale),
      );
    }
    const branch = joined(rest);
    branch.map.enforceBounds?.();
    const solver = solvers[(index + k) % solvers.length]!();
    const bijector = residualBlock(branch.map, { logDet: exact(), solve: { solver } });
    parts.push({ bijector, inverse: solved(branch.exact) });
    if (index % 4 === 1) parts.push(normPart(shape, channels, block));
    if (index % 4 === 3) parts.push(mixPart(shape, channels, block));
  }
  const offset = index % 6 === 2 && !image ? pick([[1000, 0.01], [1e6, 1]] as const) : null; // prettier-ignore
  if (offset) parts.unshift(standardPart(offset, channels));
  return {
    bijector: chain(...parts.map(({ bijector }) => bijector)),
    shape,
    inverse: (z) => parts.reduceRight((y, part) => part.inverse(y), z),
    center: offset ? offset[0] : 0,
    spread: offset ? offset[1] : pick([1e-3, 0.05, 1, 30]),
  };
}

function normPart(shape: readonly number[], channels: number, rng: Rng): Placed {
  const bijector = actNorm(shape);
  const { logScale, shift, initialized } = bijector.params;
  tf.tidy(() => {
    logScale!.assign(rng.uniform([channels], -2, 2));
    shift!.assign(rng.normal([channels]));
    initialized!.assign(tf.scalar(1));
  });
  const [s, t] = [logScale!.dataSync(), shift!.dataSync()];
  return { bijector, inverse: (y) => y.map((v, i) => (v - t[i % channels]!) * Math.exp(-s[i % channels]!)) };
}

/** x W + b of trained factors W = (I + L)(diag eˢ + U), solved with triangles in float64. */
function mixPart(shape: readonly number[], c: number, rng: Rng): Placed {
  const bijector = linear(shape);
  const { factors, shift } = bijector.params;
  tf.tidy(() => {
    factors!.assign(tf.mul(0.3, rng.normal([c, c])));
    shift!.assign(rng.normal([c]));
  });
  const [f, b] = [factors!.dataSync(), shift!.dataSync()];
  const inverse = (y: Float64Array): Float64Array => {
    // v (diag eˢ + U) = y − b from the first column on, then x (I + L) = v from the last.
    const v = new Float64Array(c);
    for (let j = 0; j < c; j++) {
      let sum = y[j]! - b[j]!;
      for (let i = 0; i < j; i++) sum -= v[i]! * f[i * c + j]!;
      v[j] = sum / Math.exp(f[j * c + j]!);
    }
    for (let j = c - 1; j >= 0; j--) for (let i = j + 1; i < c; i++) v[j]! -= v[i]! * f[i * c + j]!;
    return v;
  };
  return {
    bijector,
    inverse: (y) => {
      const rows = Array.from({ length: y.length / c }, (_, p) => inverse(y.slice(p * c, (p + 1) * c)));
      return Float64Array.from(rows.flatMap((row) => [...row]));
    },
  };
}

function standardPart([mean, deviation]: readonly [number, number], d: number): Placed {
  const bijector = standardize(new Array<number>(d).fill(mean), new Array<number>(d).fill(deviation));
  const [a, b] = [bijector.params['scale']!.dataSync(), bijector.params['shift']!.dataSync()];
  return { bijector, inverse: (y) => y.map((v, i) => (v - b[i]!) / a[i]!) };
}

/** What an attack found. */
export interface Attacked {
  readonly models: number;
  readonly samples: number;
  /** Samples whose bound is finite. */
  readonly bounded: number;
  readonly converged: number;
  /**
   * Samples whose true error is above a bound that is called proven, of the way back and of the
   * round trip.
   */
  readonly violations: number;
  /** The largest true error in units of its bound. */
  readonly worst: number;
  /** The median of bound over error, where the error is not 0. */
  readonly slack: number;
  /** The same of the local bounds. */
  readonly localSlack: number;
  readonly kinds: readonly string[];
}

/**
 * Invert `batch` samples of each of `count` models and compare with the inverse in float64: with
 * the exact inverse of the latent, and, for the round trip, with the input itself.
 */
export function attackInverse(kind: Kind, count: number, batch = 16, first = 0): Attacked {
  let [samples, bounded, converged, violations, worst] = [0, 0, 0, 0, 0];
  const slacks: number[] = [];
  const localSlacks: number[] = [];
  const kinds = new Set<string>();
  for (let index = first; index < first + count; index++) {
    tf.engine().startScope();
    const { bijector, shape, inverse, center, spread } = modelOf(kind, index);
    const rng = createRng(index).split('data');
    const x = tf.tidy(() => tf.add(center, tf.mul(spread, rng.normal([batch, ...shape]))));
    const d = x.size / batch;
    const there = bijector.forwardWithReport(x);
    const [alone, round] = [
      bijector.inverseWithReport(there.value),
      bijector.inverseWithReport(there.value, there.errorBound),
    ];
    const local = { local: localBounds };
    const near = [
      bijector.inverseWithReport(there.value, undefined, local),
      bijector.inverseWithReport(
        there.value,
        bijector.forwardWithReport(x, undefined, local).errorBound,
        local,
      ),
    ];
    const [xs, zs, back] = [x, there.value, alone.value].map((t) => Float64Array.from(t.dataSync()));
    kinds.add(alone.boundKind);
    const judge = (error: number, bound: number, local: number): void => {
      if (bound < Infinity) bounded++;
      judgeOne(error, bound, slacks);
      judgeOne(error, local, localSlacks);
      if (!(local <= bound * (1 + 1e-9))) violations++;
    };
    const judgeOne = (error: number, bound: number, slacks: number[]): void => {
      const ratio = error === 0 ? 0 : error / bound;
      if (error > bound) {
        violations++;
        console.log(
          `${kind} model ${index}: error ${error.toExponential(3)}, bound ${bound.toExponential(3)}`,
        );
      }
      worst = Math.max(worst, ratio);
      if (ratio > 0) slacks.push(1 / ratio);
    };
    for (let i = 0; i < batch; i++) {
      const at = (values: Float64Array) => values.slice(i * d, (i + 1) * d);
      const truth = inverse(at(zs!));
      const distance = (a: Float64Array, b: Float64Array) => Math.hypot(...a.map((v, j) => v - b[j]!));
      samples++;
      if (alone.converged[i]) converged++;
      judge(distance(at(back!), truth), alone.errorBound[i]!, near[0]!.errorBound[i]!);
      judge(distance(at(back!), at(xs!)), round.errorBound[i]!, near[1]!.errorBound[i]!);
    }
    bijector.dispose();
    tf.engine().endScope();
  }
  const [slack, localSlack] = [slacks, localSlacks].map(
    (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? NaN,
  ) as [number, number];
  return {
    models: count,
    samples,
    bounded,
    converged,
    violations,
    worst,
    slack,
    localSlack,
    kinds: [...kinds],
  };
}
