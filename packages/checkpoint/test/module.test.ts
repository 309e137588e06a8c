import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { native, startBackend } from '../../../scripts/native';
import { wasm } from '../../../scripts/wasm';
import {
  assign,
  decodeModule,
  encodeModule,
  parseSafetensors,
  snapshot,
  toSafetensors,
} from '@iresnet/checkpoint';
import type { HostTensor } from '@iresnet/checkpoint';
import { markRecomputed } from '@iresnet/core/internal';
import { errorOf, rejectionOf } from './bytes';

/**
 * A module as flows have them: weights, a power-iteration vector, an initialisation flag, a
 * counter.
 */
function buildModule(fill = 0) {
  const params = {
    '0.kernel': tf.variable(tf.fill([2, 3], fill)),
    '0.u': tf.variable(tf.fill([3], fill), false),
    '1.initialized': tf.variable(tf.fill([2], fill, 'bool'), false),
    '1.steps': tf.variable(tf.scalar(fill, 'int32'), false),
    '2.empty': tf.variable(tf.zeros([0, 4])),
  };
  return { params, dispose: () => Object.values(params).forEach((variable) => variable.dispose()) };
}

const VALUES: [string, HostTensor][] = [
  // Beyond 2^24, a denormal and the largest number: float32 bits must survive, not only values.
  [
    '0.kernel',
    {
      dtype: 'F32',
      shape: [2, 3],
      data: Float32Array.of(0.1, -0, 16777216, 1e-40, 2 ** 127, -(2 ** 128 - 2 ** 104)),
    },
  ],
  ['0.u', { dtype: 'F32', shape: [3], data: Float32Array.of(1, 2, 3) }],
  ['1.initialized', { dtype: 'BOOL', shape: [2], data: Uint8Array.of(1, 0) }],
  ['1.steps', { dtype: 'I32', shape: [], data: Int32Array.of(-2147483648) }],
  ['2.empty', { dtype: 'F32', shape: [0, 4], data: new Float32Array(0) }],
];

describe.each(['cpu', ...wasm, ...native])('on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it('tensors → module → bytes → another module → tensors, bit for bit', async () => {
    const [a, b] = [buildModule(), buildModule(1)];
    expect(assign(a, new Map(VALUES))).toEqual({ missing: [], extra: [] });
    assign(b, parseSafetensors(toSafetensors(await snapshot(a))).tensors);
    const read = await snapshot(b);
    expect([...read]).toEqual(VALUES);
    expect(b.params['0.u'].trainable).toBe(false);
    expect(b.params['0.kernel'].trainable).toBe(true);
    expect([a.params['1.initialized'].dtype, a.params['1.steps'].dtype]).toEqual(['bool', 'int32']);
    [a, b].forEach((module) => module.dispose());
  });

  it('a model is one file', async () => {
    const a = buildModule();
    assign(a, new Map(VALUES));
    const config = { blocks: [{ width: 3 }], name: 'ä', lipschitz: 0.9, data: null, ['__proto_']: true };
    const stored = decodeModule(await encodeModule({ config, module: a }));
    expect(stored.config).toEqual(config);
    const b = buildModule();
    assign(b, stored.tensors);
    expect([...(await snapshot(b))]).toEqual(VALUES);
    [a, b].forEach((module) => module.dispose());
  });

  it('leaves no tensor behind, also when it fails', async () => {
    const module = buildModule();
    const before = tf.memory().numTensors;
    assign(module, new Map(VALUES));
    await snapshot(module);
    await encodeModule({ config: {}, module });
    errorOf(() => assign(module, new Map()), 'data');
    expect(tf.memory().numTensors).toBe(before);
    module.dispose();
    expect(tf.memory().numTensors).toBe(before - 5);
  });

  it('a snapshot is of one moment and has its own memory', async () => {
    const variable = tf.variable(tf.tensor1d([1, 2]));
    const pending = snapshot({ params: { variable } });
    variable.assign(tf.tensor1d([3, 4]));
    const [first] = (await pending).values();
    expect([...first!.data]).toEqual([1, 2]);
    first!.data[0] = 9;
    expect([...(await snapshot({ params: { variable } })).values()].map(({ data }) => [...data])).toEqual([
      [3, 4],
    ]);
    variable.dispose();
  });

  it.each([NaN, Infinity, -Infinity])(
    'refuses %s, with the file and the tensor, and changes nothing',
    (value) => {
      const params = { a: tf.variable(tf.tensor1d([1, 2])), b: tf.variable(tf.tensor1d([3, 4])) };
      const tensors = new Map<string, HostTensor>([
        ['a', { dtype: 'F32', shape: [2], data: Float32Array.of(5, 6) }],
        ['b', { dtype: 'F32', shape: [2], data: Float32Array.of(7, value) }],
      ]);
      const { message } = errorOf(() => assign({ params }, tensors, { file: 'x.safetensors' }), 'data');
      expect(message).toBe(`x.safetensors: tensor "b": expected finite values, got ${value} at index 1`);
      expect([...params.a.dataSync(), ...params.b.dataSync()]).toEqual([1, 2, 3, 4]);
      // In a list of tensors that is not strict, the others do not matter.
      expect(assign({ params: { a: params.a } }, tensors, { strict: false }).extra).toEqual(['b']);
      expect([...params.a.dataSync()]).toEqual([5, 6]);
    },
  );

  it('an assigned variable does not share memory with the array', () => {
    const variable = tf.variable(tf.zeros([2]));
    const data = Float32Array.of(1, 2);
    assign({ params: { variable } }, new Map([['variable', { dtype: 'F32', shape: [2], data }]]));
    data[0] = 9;
    expect([...variable.dataSync()]).toEqual([1, 2]);
    variable.dispose();
  });
});

describe('assign', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });

  const wrong = (): Map<string, HostTensor> => {
    const tensors = new Map(VALUES);
    tensors.delete('0.u');
    tensors.delete('1.steps');
    tensors.set('0.kernel', { dtype: 'F32', shape: [3, 2], data: new Float32Array(6) });
    tensors.set('1.initialized', { dtype: 'U8', shape: [2], data: new Uint8Array(2) });
    tensors.set('__proto__', { dtype: 'F32', shape: [], data: new Float32Array(1) });
    return tensors;
  };

  it('lists every difference at once and changes nothing', async () => {
    const module = buildModule(1);
    const before = await snapshot(module);
    const error = errorOf(() => assign(module, wrong()), 'data');
    expect(error.message).toBe(
      [
        'checkpoint.assign: expected the tensors of the module, got 5 differences:',
        'missing "0.u"',
        'missing "1.steps"',
        'extra "__proto__"',
        '"0.kernel": expected F32 [2,3], got F32 [3,2]',
        '"1.initialized": expected BOOL [2], got U8 [2]',
      ].join('\n  '),
    );
    expect(error.context.missing).toEqual(['0.u', '1.steps']);
    expect(await snapshot(module)).toEqual(before);
    module.dispose();
  });

  it('without strict passes over names, never over shapes', async () => {
    const module = buildModule(1);
    expect(errorOf(() => assign(module, wrong(), { strict: false }), 'data').message).toMatch(
      /got 2 differences/,
    );
    const tensors = wrong();
    for (const name of ['0.kernel', '1.initialized']) tensors.set(name, new Map(VALUES).get(name)!);
    expect(assign(module, tensors, { strict: false })).toEqual({
      missing: ['0.u', '1.steps'],
      extra: ['__proto__'],
    });
    const now = await snapshot(module);
    expect([...now.get('0.u')!.data]).toEqual([1, 1, 1]);
    expect(now.get('0.kernel')).toEqual(VALUES[0]![1]);
    module.dispose();
  });

  it('leaves state that is found again by computing as it is where a file lacks it', () => {
    const module = buildModule(1);
    markRecomputed(module.params['0.u']);
    const tensors = new Map(VALUES);
    tensors.delete('0.u');
    expect(assign(module, tensors).missing).toEqual(['0.u']);
    expect([...module.params['0.u'].dataSync()]).toEqual([1, 1, 1]);
    tensors.delete('1.steps');
    expect(errorOf(() => assign(module, tensors), 'data').message).toMatch(
      /got 1 differences:\n {2}missing "1.steps"$/,
    );
    // Where a file has it, its shape must be right.
    tensors.set('0.u', { dtype: 'F32', shape: [2], data: new Float32Array(2) });
    expect(errorOf(() => assign(module, tensors), 'data').message).toMatch(/"0.u": expected F32 \[3\]/);
    module.dispose();
  });

  it('refuses a variable of another dtype', async () => {
    const variable = tf.variable(tf.tensor1d(['a']));
    const error = await rejectionOf(snapshot({ params: { variable } }), 'argument');
    expect(error.message).toMatch(/got string for "variable"/);
    variable.dispose();
  });
});

describe('a first program', () => {
  const params: Record<string, tf.Variable> = {};
  const module = { params };
  beforeAll(async () => {
    await tf.setBackend('cpu');
    params['scale'] = tf.variable(tf.scalar(1));
  });

  it.each<[string, () => unknown, string]>([
    [
      'forgets to await a snapshot',
      () => toSafetensors(snapshot(module) as never),
      'checkpoint.toSafetensors: expected a Map of tensors by name, as snapshot gives it, got a promise; await it first',
    ],
    [
      'assigns the promise of one',
      () => assign(module, snapshot(module) as never),
      'checkpoint.assign: expected a Map of tensors by name, as snapshot gives it, got a promise',
    ],
    ['assigns a plain object', () => assign(module, params as never), 'got an object with the keys scale'],
    [
      'assigns to the variables themselves',
      () => assign(params as never, new Map()),
      'checkpoint.assign: expected a module with params, got an object with the keys scale',
    ],
    [
      'parses bytes that are not there yet',
      () => parseSafetensors(encodeModule({ config: {}, module }) as never),
      'checkpoint.parseSafetensors: expected a Uint8Array, got a promise; await it first',
    ],
    [
      'mistypes an option',
      () => assign(module, new Map(), { strickt: false } as never),
      "checkpoint.assign: expected the options strict, file, got 'strickt' (did you mean 'strict'?)",
    ],
  ])('%s', (_, call, message) => {
    expect(errorOf(call, 'argument').message).toContain(message);
  });

  it('saves a module that it disposed, or the promise of one', async () => {
    const gone = tf.variable(tf.scalar(1));
    gone.dispose();
    expect((await rejectionOf(snapshot({ params: { gone } }), 'argument')).message).toBe(
      'checkpoint.snapshot: expected a living variable "gone", got a disposed tensor',
    );
    const error = await rejectionOf(snapshot(Promise.resolve(module) as never), 'argument');
    expect(error.message).toBe(
      'checkpoint.snapshot: expected a module with params, got a promise; await it first',
    );
  });
});

describe('the configuration', () => {
  const module = { params: {} };
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  it.each<[string, object, RegExp]>([
    ['NaN', { a: [1, NaN] }, /expected JSON at config\.a\[1\], got NaN/],
    ['Infinity', { a: Infinity }, /config\.a, got Infinity/],
    ['a function', { f: () => 1 }, /config\.f/],
    ['a bigint', { n: 1n }, /config\.n, got 1/],
    ['undefined in a list', { l: [undefined] }, /config\.l\[0\], got undefined/],
    ['a class instance', { at: new Date(0) }, /config\.at, got another object/],
    ['a typed array', { w: new Float32Array(1) }, /config\.w/],
    ['a cycle', cycle, /64 levels/],
    [
      'a key that would change a prototype',
      JSON.parse('{"__proto__":{"a":1}}') as object,
      /no key __proto__/,
    ],
  ])('refuses %s', async (_, config, message) => {
    expect((await rejectionOf(encodeModule({ config, module }), 'argument')).message).toMatch(message);
  });

  it('does not depend on the order of keys or on undefined members', async () => {
    const a = await encodeModule({ config: { x: 1, y: { a: 1, b: 2 } }, module });
    const b = await encodeModule({ config: { y: { b: 2, c: undefined, a: 1 }, x: 1 }, module });
    expect(a).toEqual(b);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['none', {}, /expected "config" in the metadata/],
    ['no JSON', { config: '{' }, /expected JSON/],
    ['a list', { config: '[]' }, /expected a JSON object/],
    ['a prototype', { config: '{"a":{"__proto__":{}}}' }, /no key __proto__ in config\.a/],
    ['deep nesting', { config: `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}` }, /64 levels/],
  ])('is refused when it is read: %s', (_, metadata, message) => {
    const error = errorOf(
      () => decodeModule(toSafetensors(new Map(), metadata), { file: 'm.safetensors' }),
      'data',
    );
    expect(error.where).toBe('m.safetensors');
    expect(error.message).toMatch(message);
  });
});
