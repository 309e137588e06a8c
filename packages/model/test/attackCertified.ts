import * as tf from '@tensorflow/tfjs';
import { inverse, Matrix } from 'ml-matrix';
import { createRng, type LipschitzMap, type Rng } from '@iresnet/core';
import { denseFlowDefaults, iResNet, type IResNet, type IResNetConfig } from '../src';

/** A function of one example in float64. */
type Exact = (x: Float64Array) => Float64Array;
type Values = Readonly<Record<string, Float64Array>>;

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const activations: Readonly<Record<string, (beta: number) => (x: number) => number>> = {
  elu: () => (x) => (x > 0 ? x : Math.expm1(x)),
  sin: () => Math.sin,
  tanh: () => Math.tanh,
  softplus: () => softplus,
  lipSwish: (raw) => (x) => x / (1 + Math.exp(-softplus(raw) * x)) / 1.1,
};

/** The inverse of a model in float64, from its parameters and its configuration alone. */
function inverseOf(model: IResNet): Exact {
  const { config, flow } = model;
  const at = (prefix: string): Values =>
    Object.fromEntries(
      Object.entries(flow.params)
        .filter(([name]) => name.startsWith(`${prefix}.`))
        .map(([name, variable]) => [name.slice(prefix.length + 1), Float64Array.from(variable.dataSync())]),
    );
  let block = 0;
  const part = (values: Values, channels: number, image?: readonly [number, number]): Exact => {
    const perPixel =
      (f: Exact): Exact =>
      (y) => {
        const x = new Float64Array(y.length);
        for (let p = 0; p < y.length; p += channels) x.set(f(y.slice(p, p + channels)), p);
        return x;
      };
    const { logScale, scale, shift, factors, rotation, '1.matrix': factor } = values;
    const affine = (a: Float64Array, b: Float64Array): Exact => {
      return (y) => y.map((v, i) => (v - b[i]!) / a[i]!);
    };
    if (logScale) return perPixel((y) => y.map((v, i) => (v - shift![i]!) * Math.exp(-logScale[i]!)));
    if (scale) return affine(scale, shift!);
    // The factor C undoes C⁻¹.
    if (factor) {
      const columns = affine(values['0.scale']!, values['0.shift']!);
      return (y) => columns(y.map((_, i) => dot(factor.subarray(i * y.length, (i + 1) * y.length), y)));
    }
    if (factors) {
      const back = rotation ? inverseMatrix(rotation, channels) : null;
      return perPixel((y) => {
        const x = unmixed(
          factors,
          y.map((v, i) => v - shift![i]!),
        );
        return back ? x.map((_, j) => x.reduce((sum, v, i) => sum + v * back[i]![j]!, 0)) : x;
      });
    }
    return solved(
      branchOf(flow.blocks[block++]!.branch as LipschitzMap, config.flow.activation as string, image),
    );
  };
  const steps: Exact[] = [];
  if (config.kind === 'dense') {
    const last = Math.max(
      ...Object.keys(flow.params).map((name) => Number(/^bijector\.(\d+)\./.exec(name)?.[1] ?? 0)),
    );
    for (let i = 0; i <= last; i++) steps.push(part(at(`bijector.${i}`), config.flow.dimension));
    return (z) => steps.reduceRight((y, step) => step(y), z);
  }
  // [logit →] multiScale: what leaves at each scale is the front of the latent.
  const { shape, scales, transform } = config.flow;
  const first = transform ? 1 : 0;
  let [h, w, c] = shape as [number, number, number];
  const stages = scales.map(({ squeeze, blocks }, s) => {
    if (s > 0) c -= Math.floor(c / 2);
    const inverses: Exact[] = [];
    if (squeeze) {
      inverses.push(unsqueezed(h / 2, w / 2, c));
      [h, w, c] = [h / 2, w / 2, 4 * c];
    }
    const each = 1 + Number(config.flow.actNorm) + Number(config.flow.linear === true);
    for (let p = 0; p < blocks * each; p++)
      inverses.push(part(at(`bijector.${first}.${s}.${p + Number(squeeze)}`), c, [h, w]));
    const leaves = s + 1 < scales.length ? Math.floor(c / 2) : 0;
    return {
      undo: ((y) => inverses.reduceRight((x, step) => step(x), y)) as Exact,
      pixels: h * w,
      channels: c,
      leaves,
    };
  });
  return (z) => {
    let taken = 0;
    const left = stages.map(({ pixels, leaves }) => z.slice(taken, (taken += pixels * leaves)));
    let x: Float64Array = z.slice(taken);
    for (let s = stages.length - 1; s >= 0; s--) {
      const { undo, pixels, channels, leaves } = stages[s]!;
      const joined = new Float64Array(pixels * channels);
      for (let p = 0; p < pixels; p++) {
        joined.set(left[s]!.subarray(p * leaves, (p + 1) * leaves), p * channels);
        joined.set(x.subarray(p * (channels - leaves), (p + 1) * (channels - leaves)), p * channels + leaves);
      }
      x = undo(joined);
    }
    const alpha = 0.05;
    return transform ? x.map((v) => -0.5 + (1 / (1 + Math.exp(-v)) - alpha) / (1 - 2 * alpha)) : x;
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, v, i) => sum + v * b[i]!, 0);
}

/** Q⁻¹ of the stored Q, which is orthogonal up to rounding only. */
function inverseMatrix(q: Float64Array, c: number): number[][] {
  return inverse(Matrix.from1DArray(c, c, Array.from(q))).to2DArray();
}

/** x with x (I + L)(diag eˢ + U) = y. */
function unmixed(f: Float64Array, y: Float64Array): Float64Array {
  const c = y.length;
  const x = new Float64Array(c);
  for (let j = 0; j < c; j++) {
    let sum = y[j]!;
    for (let i = 0; i < j; i++) sum -= x[i]! * f[i * c + j]!;
    x[j] = sum / Math.exp(f[j * c + j]!);
  }
  for (let j = c - 1; j >= 0; j--) for (let i = j + 1; i < c; i++) x[j]! -= x[i]! * f[i * c + j]!;
  return x;
}

/** The inverse of a squeeze to `[h, w, 4c]`. */
function unsqueezed(h: number, w: number, c: number): Exact {
  return (y) => {
    const x = new Float64Array(y.length);
    for (let r = 0; r < 2 * h; r++)
      for (let s = 0; s < 2 * w; s++)
        for (let k = 0; k < c; k++)
          x[(r * 2 * w + s) * c + k] =
            y[((r >> 1) * w + (s >> 1)) * 4 * c + (2 * (r & 1) + (s & 1)) * c + k]!;
    return x;
  };
}

/** g of a block, from the weights that its layers use. */
function branchOf(branch: LipschitzMap, activation: string, image?: readonly [number, number]): Exact {
  const layers = (branch.parts ?? []).map((map): Exact => {
    if (!('kernel' in map.params)) {
      const sigma = activations[activation]!(map.params['beta']?.dataSync()[0] ?? 0);
      return (x) => x.map(sigma);
    }
    const [layer] = (map as unknown as { layers: readonly { weight(): tf.Tensor }[] }).layers;
    const weight = tf.tidy(() => layer!.weight());
    const [w, bias] = [Float64Array.from(weight.dataSync()), map.params['bias']!.dataSync()];
    const [kh, kw, inputs, outputs] = [1, 1, ...weight.shape].slice(-4) as [number, number, number, number];
    weight.dispose();
    const [height, width] = image ?? [1, 1];
    return (x) => {
      const y = new Float64Array(height * width * outputs);
      for (let r = 0; r < height; r++)
        for (let s = 0; s < width; s++) {
          const to = (r * width + s) * outputs;
          for (let o = 0; o < outputs; o++) y[to + o] = bias[o]!;
          for (let a = 0; a < kh; a++)
            for (let b = 0; b < kw; b++) {
              const [p, q] = [r + a - (kh - 1) / 2, s + b - (kw - 1) / 2];
              if (p < 0 || q < 0 || p >= height || q >= width) continue;
              for (let i = 0; i < inputs; i++) {
                const v = x[(p * width + q) * inputs + i]!;
                const from = ((a * kw + b) * inputs + i) * outputs;
                for (let o = 0; o < outputs; o++) y[to + o]! += v * w[from + o]!;
              }
            }
        }
      return y;
    };
  });
  return (x) => layers.reduce((h, layer) => layer(h), x);
}

/** x = y − g(x), until the rounding of float64 stops it. */
function solved(g: Exact): Exact {
  return (y) => {
    let x: Float64Array = Float64Array.from(y);
    let [least, leastAt] = [Infinity, 0];
    for (let k = 0; k < 5000 && least > 0 && k - leastAt < 6; k++) {
      const gx = g(x);
      let moved = 0;
      for (let i = 0; i < y.length; i++) {
        const next = y[i]! - gx[i]!;
        moved = Math.max(moved, Math.abs(next - x[i]!));
        gx[i] = next;
      }
      if (moved < least) [least, leastAt] = [moved, k];
      x = gx;
    }
    return x;
  };
}

/** A model of every third kind: a table, a plane or an image. Half of them are made hostile. */
function modelOf(index: number): IResNet {
  const rng = createRng(500 + index);
  const pick = <T>(list: readonly T[]): T => list[rng.nextInt(list.length)]!;
  const activation = pick(Object.keys(activations)) as 'elu';
  const shared = {
    activation,
    coefficient: pick([0.5, 0.8, 0.95]),
    actNorm: rng.next() < 0.8,
    linear: rng.next() < 0.5,
  };
  const config: IResNetConfig =
    index % 3 === 2
      ? imageConfig(shared, rng)
      : tableConfig(shared, index % 3 === 1 ? 2 : pick([1, 3, 6]), rng);
  const model = iResNet(config, rng.split('model'));
  const hostile = index % 2 === 1;
  const size = (mild: readonly number[], wild: readonly number[]): number => pick(hostile ? wild : mild);
  const amounts = {
    kernel: size([1], [1, 1, 30]),
    bias: size([0], [0, 1, 1e3, 1e5]),
    logScale: size([1], [1, 5, 20, 60]),
    shift: size([1], [1, 1e3, 1e6]),
    factors: size([0.3], [0.3, 2, 8]),
    factor: size([1], [1, 1, 1, Infinity]),
  };
  tf.tidy(() => {
    for (const [name, variable] of Object.entries(model.flow.params)) {
      const short = name.slice(name.lastIndexOf('.') + 1);
      const noise = (amount: number) => tf.mul(amount, rng.split(name).normal(variable.shape));
      const isTable =
        /^bijector\.0\.(shift|scale)$/.test(name) && !(`${name.slice(0, -5)}logScale` in model.flow.params);
      if (short === 'kernel') variable.assign(tf.mul(amounts.kernel, variable));
      else if (short === 'bias') variable.assign(tf.add(variable, noise(amounts.bias)) as never);
      else if (short === 'logScale') variable.assign(noise(amounts.logScale) as never);
      else if (short === 'shift' && !isTable) variable.assign(noise(amounts.shift) as never);
      else if (short === 'factors') variable.assign(noise(amounts.factors) as never);
      else if (short === 'initialized') variable.assign(tf.onesLike(variable) as never);
    }
    const [first] = Object.values(model.flow.params).filter((variable) => variable.trainable);
    first!.assign(tf.mul(amounts.factor, first!));
  });
  return model;
}

type Shared = Pick<IResNetConfig['flow'], 'activation' | 'coefficient' | 'actNorm' | 'linear'>;

function tableConfig(shared: Shared, dimension: number, rng: Rng): IResNetConfig {
  const hard = rng.next() < 0.3;
  const each = (f: (i: number) => number): number[] => Array.from({ length: dimension }, (_, i) => f(i));
  const factor = each(() => 0).flatMap((_, i) =>
    each((j) => (j > i ? 0 : j === i ? 0.1 + 0.9 * rng.next() : 0.5 * rng.next())),
  );
  const standardize = {
    mean: each(() => (hard ? 1e4 : 1) * (rng.next() - 0.5)),
    deviation: each(() => (hard ? 1e-2 : 1) * (0.1 + rng.next())),
    ...(rng.next() < 0.6 && { factor }),
  };
  const flow = { ...denseFlowDefaults(dimension), ...shared, blocks: 1 + rng.nextInt(3), hidden: [8] };
  return { kind: 'dense', flow: { ...flow, ...(rng.next() < 0.7 && { standardize }) }, head: null };
}

function imageConfig(shared: Shared, rng: Rng): IResNetConfig {
  const scales = [1, 2]
    .slice(0, 1 + rng.nextInt(2))
    .map((blocks) => ({ blocks, channels: 4, squeeze: true }));
  const flow = {
    ...shared,
    shape: [4, 4, 1] as const,
    scales,
    initialSqueeze: false,
    padding: 0,
    multiScale: true,
    squeezeOrder: 'offset-major' as const,
    logDet: { kind: 'arnoldi', products: 4 } as const,
    ...(rng.next() < 0.5 && { transform: { kind: 'logit', alpha: 0.05, low: -0.5 } as const }),
  };
  return { kind: 'image', flow, head: null };
}

/** What an attack found. */
export interface Attacked {
  readonly models: number;
  /** Models that `certify` does not pass: nothing is promised of them. */
  readonly refused: number;
  readonly samples: number;
  /** Samples with a finite bound. */
  readonly bounded: number;
  /** Samples whose true error is above a bound that is called proven. */
  readonly violations: readonly string[];
  /** The largest true error in units of its bound. */
  readonly worst: number;
  readonly kinds: readonly string[];
}

/** Invert `samples` latents of each model that `certify` passes, and compare with float64. */
export function attackCertified(count: number, samples: number, first = 0): Attacked {
  let [refused, total, bounded, worst] = [0, 0, 0, 0];
  const violations: string[] = [];
  const kinds = new Set<string>();
  for (let index = first; index < first + count; index++) {
    const model = modelOf(index);
    if (Object.values(model.params).every((variable) => variable.dataSync().every(Number.isFinite)))
      model.enforceBounds?.();
    if (!model.certify().invertible) {
      refused++;
      model.dispose();
      continue;
    }
    const rng = createRng(index).split('latents');
    const { value, errorBound, boundKind, z } = tf.tidy(() => {
      const latents = tf.mul([1, 5, 100][index % 3]!, rng.normal([samples, ...model.flow.base.shape]));
      const { value: x, ...report } = model.decode(latents);
      return { ...report, value: x, z: latents } as never;
    }) as { value: tf.Tensor; z: tf.Tensor; errorBound: readonly number[]; boundKind: string };
    kinds.add(boundKind);
    const [xs, zs] = [value, z].map((t) => Float64Array.from(t.dataSync())) as [Float64Array, Float64Array];
    const d = xs.length / samples;
    const exactly = inverseOf(model);
    for (let i = 0; i < samples; i++) {
      const bound = errorBound[i]!;
      total++;
      if (bound === Infinity) continue;
      bounded++;
      const truth = exactly(zs.slice(i * d, (i + 1) * d));
      const error = Math.hypot(...truth.map((v, j) => v - xs[i * d + j]!));
      if (!(error <= bound)) violations.push(`model ${index}, sample ${i}: error ${error}, bound ${bound}`);
      worst = Math.max(worst, error === 0 ? 0 : error / bound);
    }
    tf.dispose([value, z]);
    model.dispose();
  }
  return {
    models: count,
    refused,
    samples: total,
    bounded,
    violations: violations.slice(0, 9),
    worst,
    kinds: [...kinds],
  };
}
