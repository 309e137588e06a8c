import * as tf from '@tensorflow/tfjs';
import { createRng, IResNetError } from '@iresnet/core';
import { parseSafetensors, toSafetensors } from '@iresnet/checkpoint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { native, startBackend } from '../../../scripts/native';
import { wasm } from '../../../scripts/wasm';
import {
  adam,
  adamax,
  constant,
  cosine,
  fit,
  sgd,
  warmup,
  type Callback,
  type FitOptions,
  type FitState,
  type Optimizer,
  type StepLog,
} from '../src/index';
import { optionsFor, problem } from './problem';

// A backend without free readback: the cpu kernels under a name that promises nothing.
tf.registerBackend('remote', () => tf.findBackendFactory('cpu')() as tf.KernelBackend);
tf.copyRegisteredKernels('cpu', 'remote');

const OPTIMIZERS: [string, Optimizer][] = [
  ['adam', adam({ weightDecay: 0.01 })],
  ['adamax', adamax()],
  ['sgd', sgd()],
  ['momentum', sgd({ momentum: 0.9, nesterov: true })],
];

describe.each(['cpu', ...wasm, 'remote', ...native])('fit on %s', (backend) => {
  beforeAll(() => startBackend(backend));
  afterAll(async () => {
    await tf.setBackend('cpu');
  });

  it('fits, and each step is the update that the logs say', async () => {
    const w = tf.variable(tf.tensor1d([4, -2]));
    const logs: StepLog[] = [];
    const result = await fit({
      params: { w },
      batches: () => [],
      loss: () => tf.mul(0.5, tf.sum(tf.square(w))),
      steps: 3,
      optimizer: sgd(),
      schedule: warmup(2, constant(0.5)),
      clipNorm: 1,
      rng: createRng(0),
      logEvery: 1,
      callbacks: [{ onStepEnd: (log) => void logs.push(log) }],
    });
    // The gradient is w, of norm r = √20; each step shortens r by the learning rate, as long as r >
    // 1.
    const r = Math.sqrt(20);
    expect(logs.map((log) => log.step)).toEqual([1, 2, 3]);
    expect(logs.map((log) => log.learningRate)).toEqual([0.25, 0.5, 0.5]);
    [r, r - 0.25, r - 0.75].forEach((norm, i) => {
      expect(logs[i]!.gradNorm).toBeCloseTo(norm, 5);
      expect(logs[i]!.loss).toBeCloseTo(norm ** 2 / 2, 4);
    });
    expect(Math.hypot(...w.dataSync())).toBeCloseTo(r - 1.25, 5);
    expect(result).toMatchObject({ stopReason: 'steps', step: 3, best: null });
    w.dispose();
  });

  it.each(OPTIMIZERS)(
    '%s: 200 steps equal 100, a file, and 100 more, bit by bit',
    async (name, optimizer) => {
      const more = (p: ReturnType<typeof problem>): FitOptions<tf.Tensor> => ({
        ...optionsFor(p, 200),
        optimizer,
        schedule: cosine(0.02, 200),
        clipNorm: 0.5,
        // Once without: then validation sees the very weights of training.
        ...(name !== 'sgd' && { emaDecay: 0.98 }),
        validate: { every: 20, loss: () => tf.tidy(() => p.loss(tf.ones([4, 2])).dataSync()[0]!) },
        earlyStopping: { patience: 100 },
      });
      const whole = problem();
      const reference = await fit(more(whole));

      const first = problem();
      let saved: FitState | undefined;
      const half = await fit({
        ...more(first),
        steps: 100,
        callbacks: [
          {
            onStepEnd: async ({ step }, run) => {
              if (step === 100) saved = await run.state();
            },
          },
        ],
      });
      expect(saved).toEqual(half.state);
      const file = toSafetensors(half.state.tensors, half.state.metadata);

      const second = problem();
      const rest = await fit({ ...more(second), rng: createRng(999), resume: parseSafetensors(file) });
      expect(rest.step).toBe(200);
      expect(second.values()).toEqual(whole.values());
      expect(rest.best).toEqual(reference.best);
      expect(rest.state.metadata).toEqual(reference.state.metadata);
      expect(Object.fromEntries(rest.state.tensors)).toEqual(Object.fromEntries(reference.state.tensors));
      for (const p of [whole, first, second]) p.dispose();
    },
  );

  it('holds the averaged weights at the end, and the state the last ones', async () => {
    const w = tf.variable(tf.scalar(0));
    // Loss −w has gradient −1: w is 1, 2, 3, … after each step.
    const result = await fit({
      params: { w },
      batches: () => [],
      loss: () => tf.neg(w),
      steps: 4,
      optimizer: sgd(),
      schedule: constant(1),
      emaDecay: 0.25,
      rng: createRng(0),
    });
    // a₁ = 1, δₜ = min(1/4, (1+t)/(10+t)) = 1/4 for t ≥ 2.
    const expected = [2, 3, 4].reduce((a, x) => a / 4 + (3 * x) / 4, 1);
    expect(w.dataSync()[0]).toBeCloseTo(expected, 6);
    expect(result.state.tensors.get('params.w')!.data[0]).toBe(4);
    w.dispose();
  });

  it('early stopping restores the best values of all variables exactly', async () => {
    const p = problem();
    const at: number[][][] = [];
    const losses = [5, 3, 3.5, 2.95, 4, 4, 4, 4];
    const result = await fit({
      ...optionsFor(p, 1000),
      validate: {
        every: 10,
        loss: () => {
          at.push(p.values());
          return losses[at.length - 1]!;
        },
      },
      earlyStopping: { patience: 4, minDelta: 0.1 },
    });
    // 2.95 is not better than 3 by 0.1: the best is the second validation, the fourth one after it
    // ends the run.
    expect(result).toMatchObject({ stopReason: 'patience', step: 60, best: { step: 20, loss: 3 } });
    expect(p.values()).toEqual(at[1]);
    expect(at[1]).not.toEqual(at[5]);
    expect(at[1]![1]).toEqual([20]);
    p.dispose();
  });

  it('validates with the averaged weights, and leaves no trace of it', async () => {
    const run = async (every: number | undefined): Promise<{ weights: number[][]; seen: number[][][] }> => {
      const p = problem();
      const seen: number[][][] = [];
      await fit({
        ...optionsFor(p, 30),
        emaDecay: 0.9,
        ...(every && {
          validate: {
            every,
            loss: async () => {
              const loss = tf.tidy(() => p.loss(tf.ones([3, 2])));
              const [value] = await loss.data();
              loss.dispose();
              seen.push(p.values());
              return value!;
            },
          },
        }),
      });
      const weights = p.values();
      p.dispose();
      return { weights, seen };
    };
    const plain = await run(undefined);
    const validated = await run(15);
    expect(validated.weights).toEqual(plain.weights);
    // The second validation saw the final average, after one more use of the layer.
    expect(validated.seen[1]![0]).toEqual(plain.weights[0]);
    expect(validated.seen[1]![1]).toEqual([31]);
  });

  it.each([
    ['the average', 0.9],
    ['the weights themselves', undefined],
  ])(
    'validations of %s change no loss and no weight, whatever callbacks do there',
    async (_name, emaDecay) => {
      const run = async (every: number | undefined) => {
        const p = problem();
        const losses: number[] = [];
        const states: FitState[] = [];
        await fit({
          ...optionsFor(p, 30),
          ...(emaDecay && { emaDecay }),
          logEvery: 1,
          ...(every && {
            validate: { every, loss: () => tf.tidy(() => p.loss(tf.ones([3, 2])).dataSync()[0]!) },
            earlyStopping: { patience: 100 },
          }),
          callbacks: [
            {
              onStepEnd: async ({ step, loss }, fitRun) => {
                losses.push(loss);
                if (step === 7) states.push(await fitRun.state());
              },
              onValidation: async ({ step }, fitRun) => {
                tf.dispose(p.predict(tf.ones([1, 2])));
                p.params.bias.assign(tf.fill([2], 1e3));
                if (step === 7) states.push(await fitRun.state());
              },
            },
          ],
        });
        const values = p.values();
        p.dispose();
        return { losses, values, states };
      };
      const plain = await run(undefined);
      const often = await run(1);
      expect(often.losses).toEqual(plain.losses);
      // The state of a run is that of its training, also while the module holds what was validated.
      expect(often.states).toHaveLength(2);
      expect(often.states[0]).toEqual(often.states[1]);
      for (const [name, tensor] of plain.states[0]!.tensors)
        expect(often.states[0]!.tensors.get(name)).toEqual(tensor);
    },
  );

  it('the module holds the validated weights while callbacks hear of them', async () => {
    const w = tf.variable(tf.scalar(0));
    const held: number[] = [];
    // Loss −w has gradient −1: w is 1, 2, 3, … after each step; with δ = 0 the average is w, with
    // 1/4 it is 1, 7/4, 43/16.
    for (const emaDecay of [undefined, 0.25]) {
      w.assign(tf.scalar(0));
      await fit({
        params: { w },
        batches: () => [],
        loss: () => tf.neg(w),
        steps: 3,
        optimizer: sgd(),
        schedule: constant(1),
        ...(emaDecay && { emaDecay }),
        rng: createRng(0),
        validate: { every: 1, loss: () => 0 },
        callbacks: [{ onValidation: () => void held.push(w.dataSync()[0]!) }],
      });
    }
    expect(held).toEqual([1, 2, 3, 1, 1.75, 2.6875]);
    w.dispose();
  });

  it.each([
    ['NaN loss', NaN],
    ['infinite loss', Infinity],
  ])('%s: returns to the last good weights', async (_name, poison) => {
    const at: number[][][] = [];
    const p = problem();
    const options: FitOptions<tf.Tensor> = {
      ...optionsFor(p, 100),
      logEvery: 5,
      emaDecay: 0.9,
      loss: (x, _rng, step) => {
        at[step] = p.values();
        return tf.mul(p.loss(x), step === 17 ? poison : 1);
      },
    };
    const error: unknown = await fit(options).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(IResNetError);
    expect(error).toMatchObject({
      kind: 'diverged',
      where: 'training.fit',
      context: { stopReason: 'non-finite', restoredStep: 14 },
    });
    p.dispose();

    const q = problem();
    const result = await fit({
      ...optionsFor(q, 100),
      logEvery: 5,
      onDivergence: 'return',
      loss: (x, _rng, step) => tf.mul(q.loss(x), step === 17 ? poison : 1),
    });
    // Looks are at steps 5, 10, 15, 20: the last good weights are those whose loss the third look
    // saw, after 14 steps.
    expect(result).toMatchObject({ stopReason: 'non-finite', step: 14 });
    // The layer had counted the use at that look, and refreshed its vector.
    expect(q.values()).toEqual([at[14]![0], [15], at[14]![2], at[15]![3]]);
    const resumed = await fit({ ...optionsFor(q, 20), resume: result.state });
    expect(resumed).toMatchObject({ stopReason: 'steps', step: 20 });
    q.dispose();
  });

  it('a learning rate of 10⁶ ends the run within a few looks, with finite weights', async () => {
    const w = tf.variable(tf.tensor1d([1, 2]));
    const options = {
      params: { w },
      batches: () => [],
      loss: () => tf.sum(tf.square(w)),
      optimizer: sgd(),
      schedule: constant(1e6),
      rng: createRng(0),
      onDivergence: 'return',
    } as const;
    const result = await fit({ ...options, steps: 1000, logEvery: 2 });
    expect(result.stopReason).toBe('non-finite');
    expect(result.step).toBeLessThan(10);
    expect(Array.from(w.dataSync()).every(Number.isFinite)).toBe(true);

    // The update after the last look overflows.
    w.assign(tf.tensor1d([1, 2]));
    const last = await fit({ ...options, schedule: constant(3e38), steps: 1 });
    expect(last).toMatchObject({ stopReason: 'non-finite', step: 0 });
    expect(Array.from(w.dataSync())).toEqual([1, 2]);

    const threshold = await fit({ ...options, steps: 1000, divergenceThreshold: 100, logEvery: 1 });
    expect(threshold).toMatchObject({ stopReason: 'diverged', step: 0 });
    expect(Array.from(w.dataSync())).toEqual([1, 2]);
    w.dispose();
  });

  it('a divergence under early stopping ends with the best weights', async () => {
    const p = problem();
    let best: number[][] = [];
    const result = await fit({
      ...optionsFor(p, 100),
      onDivergence: 'return',
      loss: (x, _rng, step) => tf.mul(p.loss(x), step === 15 ? NaN : 1),
      validate: {
        every: 10,
        loss: () => {
          best = p.values();
          return 1;
        },
      },
      earlyStopping: { patience: 3 },
    });
    expect(result).toMatchObject({ stopReason: 'non-finite', best: { step: 10, loss: 1 } });
    expect(p.values()).toEqual(best);
    p.dispose();
  });

  it('leaks no tensor: 1000 steps, aborted runs, runs that throw', async () => {
    const p = problem();
    const before = tf.memory().numTensors;
    const during: number[] = [];
    const watch: Callback = {
      onStepEnd: ({ step }) => {
        if (step % 100 === 0) during.push(tf.memory().numTensors);
      },
    };
    const options: FitOptions<tf.Tensor> = {
      ...optionsFor(p, 1000),
      clipNorm: 1,
      emaDecay: 0.99,
      validate: { every: 50, loss: () => tf.tidy(() => p.loss(tf.ones([2, 2])).dataSync()[0]!) },
      earlyStopping: { patience: 100 },
      callbacks: [watch],
    };
    await fit(options);
    expect(tf.memory().numTensors).toBe(before);
    expect(new Set(during).size).toBe(1);

    for (let i = 0; i < 20; i++) {
      const abort = new AbortController();
      const stopping = { onStepEnd: () => abort.abort() };
      await fit({ ...options, signal: abort.signal, callbacks: [stopping] });
      const failing = [
        { ...options, loss: () => tf.exp(p.loss(tf.ones([1, 2]))).reshape([1]) },
        { ...options, batches: [tf.ones([1, 2]), tf.ones([1, 3])] },
        { ...options, validate: { every: 1, loss: () => Promise.reject(new Error('mine')) } },
        { ...options, callbacks: [{ onStepEnd: () => Promise.reject(new Error('mine')) }] },
        {
          ...options,
          validate: { every: 1, loss: () => 0 },
          callbacks: [{ onValidation: () => Promise.reject(new Error('mine')) }],
        },
        {
          ...options,
          schedule: () => {
            throw new Error('mine');
          },
        },
      ];
      for (const f of failing) await expect(fit(f)).rejects.toThrow();
    }
    expect(tf.memory().numTensors).toBe(before);
    p.dispose();
  });

  it('takes its batches from iterables of both kinds, frees them, and ends with them', async () => {
    const p = problem();
    const before = tf.memory().numTensors;
    const closed: string[] = [];
    function* sync(): Generator<tf.Tensor> {
      try {
        for (let i = 0; i < 5; i++) yield tf.ones([2, 2]);
      } finally {
        closed.push('sync');
      }
    }
    async function* async(): AsyncGenerator<tf.Tensor> {
      try {
        for (;;) yield Promise.resolve(tf.ones([2, 2]));
      } finally {
        closed.push('async');
      }
    }
    expect(await fit({ ...optionsFor(p, 10), batches: sync() })).toMatchObject({
      stopReason: 'batches',
      step: 5,
    });
    expect(await fit({ ...optionsFor(p, 10), batches: async() })).toMatchObject({
      stopReason: 'steps',
      step: 10,
    });
    expect(closed).toEqual(['sync', 'async']);
    expect(tf.memory().numTensors).toBe(before);
    p.dispose();
  });
});

describe('fit', () => {
  it('calls the callbacks in order, awaits them, and lets the event loop run', async () => {
    const p = problem();
    const events: string[] = [];
    const late = (name: string) => async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      events.push(name);
    };
    await fit({
      ...optionsFor(p, 4),
      logEvery: 3,
      afterStep: (step) => void events.push(`after ${step}`),
      validate: { every: 2, loss: () => (events.push('validate'), 1) },
      callbacks: [
        {
          onTrainBegin: ({ step, steps }) => void events.push(`begin ${step} ${steps}`),
          onStepEnd: late('a'),
          onValidation: ({ step, improved, best }) => void events.push(`v ${step} ${improved} ${best?.step}`),
        },
        { onStepEnd: ({ step }) => void events.push(`b ${step}`), onTrainEnd: late('end') },
      ],
    });
    expect(events).toEqual([
      'begin 0 4',
      'after 1',
      'after 2',
      'validate',
      'v 2 true 2',
      'after 3',
      'a',
      'b 3',
      'after 4',
      'validate',
      'v 4 false 2',
      'a',
      'b 4',
      'end',
    ]);
    p.dispose();
  });

  it('stops for a signal that a timer raises, with a state to go on from', async () => {
    const p = problem();
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 40);
    const stopped = await fit({ ...optionsFor(p, 1_000_000), signal: abort.signal });
    expect(stopped.stopReason).toBe('aborted');
    expect(stopped.step).toBeLessThan(1_000_000);
    const more = await fit({ ...optionsFor(p, stopped.step + 5), resume: stopped.state });
    expect(more).toMatchObject({ stopReason: 'steps', step: stopped.step + 5 });
    p.dispose();
  });

  it('sees what others assign between two steps', async () => {
    const w = tf.variable(tf.scalar(0));
    await fit({
      params: { w },
      batches: () => [],
      loss: () => tf.neg(w),
      steps: 3,
      optimizer: adam(),
      schedule: constant(0.5),
      rng: createRng(0),
      afterStep: () => w.assign(tf.scalar(10)),
    });
    expect(w.dataSync()[0]).toBe(10);
    w.dispose();
  });

  it('refuses options that cannot be, and changes nothing for a resume that does not fit', async () => {
    const p = problem();
    const options = optionsFor(p, 2);
    const { state } = await fit(options);
    const before = p.values();
    const cases: [Partial<FitOptions<tf.Tensor>>, string][] = [
      [{ steps: 1.5 }, 'training.fit: expected an integer steps ≥ 0, got 1.5'],
      [{ logEvery: 0 }, 'expected an integer logEvery ≥ 1, got 0'],
      [{ clipNorm: 0 }, 'expected clipNorm > 0, got 0'],
      [{ emaDecay: 1 }, 'expected 0 ≤ emaDecay < 1, got 1'],
      [{ earlyStopping: { patience: 1 } }, 'expected validate with earlyStopping, got none'],
      [{ params: { uses: p.params.uses } }, 'expected a trainable variable in params, got none'],
      [{ resume: state, optimizer: sgd() }, 'expected the optimizer adam of the saved run, got sgd'],
      [{ resume: { ...state, metadata: {} } }, 'expected the numbers of a saved run'],
      [
        { resume: { ...state, tensors: new Map([...state.tensors].slice(0, -1)) } },
        "expected 'optimizer.v' [6], got none",
      ],
      [{ resume: { ...state, tensors: new Map([...state.tensors].slice(1)) } }, 'missing "kernel"'],
      ...['params.', 'optimizer.'].map((prefix): [object, string] => {
        const tensor = [...state.tensors].find(([each]) => each.startsWith(prefix))!;
        const data = Float32Array.from(tensor[1].data as Float32Array).fill(NaN, 0, 1);
        const tensors = new Map([...state.tensors, [tensor[0], { ...tensor[1], data } as never]]);
        return [{ resume: { ...state, tensors } }, `"${tensor[0]}": expected finite values, got NaN`];
      }),
      [
        { resume: state, params: { kernel: p.params.kernel, uses: p.params.uses } },
        'expected the trainable variables of the saved run',
      ],
    ];
    const tensors = tf.memory().numTensors;
    for (const [change, message] of cases) {
      await expect(fit({ ...options, ...change }), message).rejects.toThrow(message);
    }
    expect(tf.memory().numTensors).toBe(tensors);
    expect(p.values()).toEqual(before);
    p.dispose();
  });

  it('saves a state under the names of the format, which older files have', async () => {
    const p = problem();
    const { state } = await fit({
      ...optionsFor(p, 2),
      emaDecay: 0.9,
      validate: { every: 1, loss: () => 1 },
      earlyStopping: { patience: 9 },
    });
    const names = Object.keys(p.params);
    expect([...state.tensors.keys()]).toEqual([
      ...names.map((name) => `params.${name}`),
      'optimizer.m',
      'optimizer.v',
      'ema',
      ...names.map((name) => `best.${name}`),
    ]);
    expect(JSON.parse(state.metadata['fit']!)).toEqual({
      step: 2,
      stale: 1,
      best: { step: 1, loss: 1 },
      rng: createRng(5).state(),
      optimizer: { name: 'adam', step: 2 },
      trainable: ['kernel', 'bias'],
    });
    p.dispose();
  });

  it('gives equal bytes for equal seeds, and others for another', async () => {
    const run = async (seed: number): Promise<Uint8Array> => {
      const p = problem();
      const { state } = await fit({ ...optionsFor(p, 20), rng: createRng(seed) });
      p.dispose();
      return toSafetensors(state.tensors, state.metadata);
    };
    const [a, b, c] = [await run(1), await run(1), await run(2)];
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
  });
});
