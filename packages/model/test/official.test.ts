import * as tf from '@tensorflow/tfjs';
import { createRng, IResNetError, type Rng } from '@iresnet/core';
import { checkNoLeak } from '@iresnet/testing';
import { describe, expect, test } from 'vitest';
import { iResNet, iResNetPreset, type ImageFlowConfig, type ImageIResNetConfig, type IResNet } from '../src';
import { loadOfficialState, officialConfig, type OfficialTensor } from '../src/official';

type State = Map<string, OfficialTensor>;

const five = { kind: 'powerSeries', truncation: { kind: 'terms', terms: 5 } } as const;
const base: ImageFlowConfig = {
  ...iResNetPreset('mnist-density-small').flow,
  shape: [8, 8, 1],
  multiScale: false,
  logDet: five,
};
const scale = (blocks: number, channels: number, squeeze: boolean) => ({ blocks, channels, squeeze });
const head = { classes: 5, pool: 'average', momentum: 0.9 } as const;

const table: readonly { name: string; config: ImageIResNetConfig }[] = [
  {
    name: 'one scale',
    config: { kind: 'image', flow: { ...base, scales: [scale(2, 3, false)] }, head: null },
  },
  {
    name: 'squeezes inside, a head',
    config: {
      kind: 'image',
      flow: { ...base, scales: [scale(1, 3, false), scale(2, 3, true), scale(1, 4, false)] },
      head,
    },
  },
  {
    name: 'squeezed first, padded, a head',
    config: {
      kind: 'image',
      flow: { ...base, initialSqueeze: true, padding: 3, scales: [scale(1, 3, true), scale(1, 2, false)] },
      head,
    },
  },
  {
    name: 'several scales, three channels, without actNorm',
    config: {
      kind: 'image',
      flow: {
        ...base,
        shape: [8, 4, 3],
        multiScale: true,
        actNorm: false,
        scales: [scale(1, 2, true), scale(2, 2, true), scale(1, 3, false)],
      },
      head: null,
    },
  },
  {
    name: 'several scales of an odd number of channels, padded',
    config: {
      kind: 'image',
      flow: { ...base, multiScale: true, padding: 2, scales: [scale(1, 2, false), scale(1, 2, true)] },
      head: null,
    },
  },
];

/**
 * The tensors that the official code has for a network, by its own rules: of the shapes alone,
 * with random values.
 */
function officialState({ flow, head: classifier }: ImageIResNetConfig, rng: Rng): State {
  const state: State = new Map();
  const put = (name: string, ...shape: number[]) =>
    state.set(name, { shape, data: tf.tidy(() => rng.normal(shape).dataSync().slice()) as Float32Array });
  let [h, w, c] = flow.shape as [number, number, number];
  if (flow.initialSqueeze) [h, w, c] = [h / 2, w / 2, 4 * c];
  c += flow.padding;
  put('prior_mu', h * w * c);
  put('prior_logstd', h * w * c);
  let count = 0;
  flow.scales.forEach((at, s) => {
    if (flow.multiScale && s > 0) c -= Math.floor(c / 2);
    for (let b = 0; b < at.blocks; b++) {
      const squeezes = at.squeeze && b === 0;
      let measured = h * w;
      if (squeezes) {
        [h, w, c] = [h / 2, w / 2, 4 * c];
        if (flow.multiScale) measured = h * w;
      }
      const prefix = flow.multiScale ? `stack.${s}.stack.${b}.` : `stack.${count}.`;
      const first = count === 0 ? 0 : 1;
      const layers = [[c, at.channels, 3], [at.channels, at.channels, 1], [at.channels, c, 3]] as const; // prettier-ignore
      layers.forEach(([inputs, outputs, k], i) => {
        const name = `${prefix}bottleneck_block.${first + 2 * i}.`;
        const pixels = k === 1 ? 1 : measured;
        put(`${name}weight_orig`, outputs, inputs, k, k);
        put(`${name}bias`, outputs);
        put(`${name}weight_u`, outputs * pixels);
        put(`${name}weight_v`, inputs * pixels);
        put(`${name}weight_sigma`, 1);
        for (const side of ['u', 'v']) {
          const { shape, data } = state.get(`${name}weight_${side}`)!;
          const length = Math.hypot(...(data as Float32Array));
          state.set(`${name}weight_${side}`, {
            shape,
            data: (data as Float32Array).map((value) => value / length),
          });
        }
      });
      if (flow.actNorm) {
        put(`${prefix}actnorm._log_scale`, c);
        put(`${prefix}actnorm._shift`, c);
      }
      count++;
    }
  });
  if (classifier) {
    for (const name of ['weight', 'bias', 'running_mean', 'running_var']) put(`bn1.${name}`, c);
    state.set('bn1.num_batches_tracked', { shape: [], data: BigInt64Array.of(7n) });
    put('logits.weight', classifier.classes, c);
    put('logits.bias', classifier.classes);
  }
  return state;
}

const options = ({ flow }: ImageIResNetConfig) => ({
  shape: flow.shape,
  coefficient: flow.coefficient!,
  activation: flow.activation,
});
const valuesOf = (t: tf.Tensor) => Array.from(t.dataSync());
const everything = ({ params }: IResNet) => Object.values(params).map(valuesOf);

/** uᵀ(W ∗ v) in float64 on images [h, w], all in the official layout. */
function officialSigma(
  weight: OfficialTensor,
  u: OfficialTensor,
  v: OfficialTensor,
  [h, w]: readonly [number, number],
) {
  const [outputs, inputs, k] = weight.shape as [number, number, number];
  const [W, U, V] = [weight, u, v].map(({ data }) => data as Float32Array) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const r = (k - 1) / 2;
  let sum = 0;
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
          for (let a = -r; a <= r; a++) {
            for (let b = -r; b <= r; b++) {
              if (y + a < 0 || y + a >= h || x + b < 0 || x + b >= w) continue;
              const tap = W[((o * inputs + i) * k + a + r) * k + b + r]!;
              sum += U[(o * h + y) * w + x]! * tap * V[(i * h + y + a) * w + x + b]!;
            }
          }
        }
      }
    }
  }
  return sum;
}

describe.each(table)('$name', ({ config }) => {
  test('the configuration is read off from the shapes', () => {
    const state = officialState(config, createRng(1));
    expect(officialConfig(state, { ...options(config), initialSqueeze: config.flow.initialSqueeze })).toEqual(
      config,
    );
    const wrapped = new Map([...state].map(([name, tensor]) => [`module.${name}`, tensor]));
    expect(
      officialConfig(wrapped, { ...options(config), initialSqueeze: config.flow.initialSqueeze }),
    ).toEqual(config);
  });

  test('every tensor lands where it belongs', () => {
    const state = officialState(config, createRng(1));
    const model = iResNet(config, createRng(0));
    const { ignored } = loadOfficialState(model, state);
    expect(ignored.every((name) => /weight_sigma|num_batches_tracked/.test(name))).toBe(true);
    const of = (name: string) => state.get(name)!.data as Float32Array;
    const { flow } = model;

    let start = 0;
    const [mean, logStd] = ['mean', 'logStd'].map((name) => valuesOf(flow.base.params[name]!)) as [
      number[],
      number[],
    ];
    for (const [h, w, c] of flow.latents as readonly (readonly [number, number, number])[]) {
      for (let i = 0; i < h * w; i++) {
        for (let k = 0; k < c; k++) {
          expect(mean[start + i * c + k]).toBe(of('prior_mu')[start + k * h * w + i]);
          expect(logStd[start + i * c + k]).toBe(of('prior_logstd')[start + k * h * w + i]);
        }
      }
      start += h * w * c;
    }

    const prefixes = [...state.keys()].flatMap(
      (name) => /^(.*)bottleneck_block\.[01]\.bias$/.exec(name)?.[1] ?? [],
    );
    const shifts = Object.entries(model.params).filter(([name]) => name.endsWith('.shift'));
    const scales = Object.entries(model.params).filter(([name]) => name.endsWith('.logScale'));
    prefixes.forEach((prefix, n) => {
      if (config.flow.actNorm) {
        expect(valuesOf(shifts[n]![1])).toEqual(Array.from(of(`${prefix}actnorm._shift`)));
        expect(valuesOf(scales[n]![1])).toEqual(Array.from(of(`${prefix}actnorm._log_scale`)));
      }
      const { params } = flow.blocks[n]!;
      const [h, w] = flow.blockShapes[n] as readonly [number, number];
      for (const position of [0, 2, 4].map((p) => p + (n > 0 ? 1 : 0))) {
        const name = `${prefix}bottleneck_block.${position}.`;
        const weight = state.get(`${name}weight_orig`)!;
        const [outputs, inputs, k] = weight.shape as [number, number, number];
        const [u, v] = [state.get(`${name}weight_u`)!, state.get(`${name}weight_v`)!];
        const factor = k === 1 ? 1 : Math.sqrt(v.data.length / inputs / (h * w)); // 2 before a squeeze inside
        const size = k === 1 ? ([1, 1] as const) : ([factor * h, factor * w] as const);
        const sigma = officialSigma(weight, u, v, size);
        const divisor = Math.max(1, sigma / config.flow.coefficient!) + (k === 1 ? 0 : 1e-5);
        const kernel = params[`${position}.kernel`]!.arraySync() as number[][][][];
        const official = weight.data as Float32Array;
        for (let o = 0; o < outputs; o++) {
          for (let i = 0; i < inputs; i++) {
            for (let a = 0; a < k * k; a++) {
              const truth = official[(o * inputs + i) * k * k + a]! / divisor;
              expect(kernel[Math.floor(a / k)]![a % k]![i]![o]).toBeCloseTo(truth, 5);
            }
          }
        }
        expect(valuesOf(params[`${position}.bias`]!)).toEqual(Array.from(of(`${name}bias`)));
        if (factor === 1 && k === 3) {
          const ours = valuesOf(params[`${position}.v`]!);
          for (let i = 0; i < h * w; i++) {
            for (let ch = 0; ch < inputs; ch++)
              expect(ours[i * inputs + ch]).toBe((v.data as Float32Array)[ch * h * w + i]);
          }
        }
      }
    });

    if (config.head) {
      const weight = of('logits.weight');
      const { classes } = config.head;
      const kernel = model.head!.params['kernel']!.arraySync() as number[][];
      kernel.forEach((row, f) =>
        row.forEach((value, k) => expect(value).toBe(weight[k * kernel.length + f])),
      );
      expect(model.head!.params['bias']!.size).toBe(classes);
      const ours = {
        'bn1.weight': '0.scale',
        'bn1.bias': '0.offset',
        'bn1.running_mean': '0.mean',
        'bn1.running_var': '0.variance',
        'logits.bias': 'bias',
      };
      for (const [name, own] of Object.entries(ours)) {
        expect(valuesOf(model.head!.params[own]!)).toEqual(Array.from(of(name)));
      }
    }
    model.dispose();
  });

  test('what was loaded is used as it is, above its bound too; projected, the bound is proven', () => {
    // Random vectors say a norm far below the true one: the official network would use these
    // weights, ours must too.
    const state = officialState(config, createRng(1));
    const model = iResNet(config, createRng(0));
    loadOfficialState(model, state);
    const plain = iResNet({ ...config, flow: { ...config.flow, coefficient: null } }, createRng(2));
    tf.tidy(() => {
      for (const [name, variable] of Object.entries(model.params))
        plain.params[name]!.assign(variable.clone() as tf.Variable);
    });
    const loaded = everything(model);
    const x = createRng(3).uniform([2, ...config.flow.shape], -0.5, 0.5);
    expect(valuesOf(model.encode(x))).toEqual(valuesOf(plain.encode(x)));
    expect(everything(model)).toEqual(loaded);
    expect(Math.max(...model.certify().blocks.map((block) => block.lipschitzBound!))).toBeGreaterThan(1);
    model.enforceBounds();
    for (const block of model.certify().blocks)
      expect(block.lipschitzBound).toBeLessThanOrEqual(0.9 ** 3 * (1 + 1e-6));
    model.dispose();
    plain.dispose();
  });

  test('no leak', () => {
    const state = officialState(config, createRng(1));
    const model = iResNet(config, createRng(0));
    checkNoLeak(() => loadOfficialState(model, state));
    model.dispose();
  });
});

describe('what does not fit', () => {
  const { config } = table[1]!;

  test('every tensor at once, by name; and nothing is changed', () => {
    const state = officialState(config, createRng(1));
    const model = iResNet(config, createRng(0));
    const before = everything(model);
    state.delete('stack.0.bottleneck_block.2.bias');
    state.set('stack.1.actnorm._shift', { shape: [3], data: new Float32Array(3) });
    state.set('bn1.bias', { shape: [4], data: Float32Array.of(0, NaN, 0, 0) });
    state.set('stack.9.surprise', { shape: [1], data: new Float32Array(1) });
    let caught: unknown;
    try {
      loadOfficialState(model, state, 'official.safetensors');
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(IResNetError);
    expect(caught).toMatchObject({ kind: 'data', where: 'official.safetensors' });
    for (const part of [
      'missing tensor "stack.0.bottleneck_block.2.bias" [3]',
      'tensor "stack.1.actnorm._shift": expected [4], got [3]',
      'tensor "bn1.bias": expected finite values, got NaN or infinity',
      'unknown tensor "stack.9.surprise"',
    ]) {
      expect((caught as Error).message).toContain(part);
    }
    expect((caught as IResNetError).context['problems']).toHaveLength(4);
    expect(everything(model)).toEqual(before);
    model.dispose();
  });

  test('a head that is not wanted is passed over', () => {
    const state = officialState(config, createRng(1));
    const flowOnly = officialConfig(state, { ...options(config), head: false });
    expect(flowOnly.head).toBe(null);
    const model = iResNet(flowOnly, createRng(0));
    expect(loadOfficialState(model, state).ignored).toContain('logits.weight');
    model.dispose();
  });

  test('padding that could come before or after a squeeze', () => {
    const ambiguous = { ...base, multiScale: true, padding: 1, scales: [scale(1, 2, true)] };
    const state = officialState({ kind: 'image', flow: ambiguous, head: null }, createRng(0));
    expect(() => officialConfig(state, { shape: [8, 8, 1] })).toThrow('expected initialSqueeze');
    const before = officialConfig(state, { shape: [8, 8, 1], initialSqueeze: false }).flow;
    const after = officialConfig(state, { shape: [8, 8, 1], initialSqueeze: true }).flow;
    expect([before.padding, after.padding]).toEqual([1, 4]);
  });

  test('other tensors, other images, other models', () => {
    const state = officialState(config, createRng(1));
    const multi = officialState(table[3]!.config, createRng(1));
    const model = iResNet(config, createRng(0));
    const dense = iResNet(
      {
        kind: 'dense',
        flow: {
          dimension: 2,
          blocks: 1,
          hidden: [2],
          activation: 'elu',
          coefficient: 0.9,
          actNorm: false,
          logDet: { kind: 'exact' },
        },
        head: null,
      },
      createRng(0),
    );
    const other = (changes: Partial<ImageFlowConfig>) =>
      iResNet({ ...config, flow: { ...config.flow, ...changes } }, createRng(0));
    const wide = new Map(state).set('stack.1.bottleneck_block.1.weight_orig', {
      shape: [3, 5, 3, 3],
      data: new Float32Array(135),
    });
    const bare = new Map(state);
    bare.delete('prior_mu');
    const mistakes: [() => unknown, 'data' | 'argument', string][] = [
      [() => officialConfig(new Map(), { shape: [8, 8, 1] }), 'data', 'bottleneck_block.0.weight_orig'],
      [
        () => officialConfig(bare, { shape: [8, 8, 1], where: 'b.safetensors' }),
        'data',
        'b.safetensors: expected the tensor "prior_mu", whose size shows the padding (of a classifier too), got none',
      ],
      [
        () => officialConfig(state, { shape: [9, 8, 1], where: 'a.safetensors' }),
        'data',
        'a.safetensors: expected a first block and a prior that fit images [9,8,1], got 1 channels measured on 64 pixels and a prior of 64 values',
      ],
      [
        () => officialConfig(state, { shape: [8, 8, 0] }),
        'argument',
        'model.officialConfig: expected shape [h,w,c], got [8,8,0]',
      ],
      [
        () => officialConfig(wide, { shape: [8, 8, 1] }),
        'data',
        'stack.1.bottleneck_block: expected 1 or 4 channels, got 5',
      ],
      [() => officialConfig(multi, { ...options(table[3]!.config), head: true }), 'data', 'several scales'],
      [
        () => loadOfficialState(model, multi),
        'data',
        'missing tensor "stack.0.bottleneck_block.0.weight_orig" [3,1,3,3]',
      ],
      [() => loadOfficialState(dense, state), 'argument', 'expected a model of images, got one of vectors'],
      [
        () => officialConfig(state, { shape: [8, 8, 1], coefficent: 0.8 } as never),
        'argument',
        "got 'coefficent' (did you mean 'coefficient'?)",
      ],
      [
        () => loadOfficialState(other({ branch: 'plain' }), state),
        'argument',
        'expected bottleneck branches, got plain',
      ],
      [
        () => loadOfficialState(other({ squeezeOrder: 'channel-major' }), state),
        'argument',
        'expected squeezeOrder offset-major, got channel-major',
      ],
    ];
    for (const [mistake, kind, message] of mistakes) {
      expect(mistake).toThrow(
        expect.objectContaining({ kind, message: expect.stringContaining(message) as string }),
      );
    }
    model.dispose();
    dense.dispose();
  });
});
