import * as tf from '@tensorflow/tfjs';
import { parseSafetensors, toSafetensors } from '@iresnet/checkpoint';
import { createRng, type LipschitzMap, type Module } from '@iresnet/core';
import {
  actNorm,
  chain,
  flow,
  negativeLogLikelihood,
  residualBlock,
  standardNormal,
  type Flow,
} from '@iresnet/flows';
import { dense, elu, sequential } from '@iresnet/lipschitz';
import { powerSeries } from '@iresnet/logdet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { native, startBackend } from '../../../scripts/native';
import { wasm } from '../../../scripts/wasm';
import { adam, constant, fit, sgd, type FitOptions, type FitState } from '../src/index';

const STEPS = 8;

/** c, small enough that every weight is at its bound: then power iteration is in every gradient. */
const COEFFICIENT = 0.3;

/** A flow of the caller's own making, with its branches. */
function customFlow(seed: number): { density: Flow; branches: LipschitzMap[] } {
  const rng = createRng(seed);
  const layer = (inputs: number, outputs: number, name: string): LipschitzMap =>
    dense({ inputs, outputs, coefficient: COEFFICIENT, rng: rng.split(name) });
  const branch = (name: string): LipschitzMap =>
    sequential(layer(3, 6, `${name}a`), elu(), layer(6, 3, `${name}b`));
  const branches = [branch('0'), branch('1')];
  const logDet = powerSeries();
  const [first, second] = branches.map((g) => residualBlock(g, { logDet }));
  return { density: flow(chain(actNorm([3]), first!, actNorm([3]), second!), standardNormal([3])), branches };
}

const held = (): tf.Tensor => createRng(2).normal([5, 3]);

function optionsFor(density: Flow): FitOptions<tf.Tensor> {
  return {
    module: density,
    batches: (_index, rng) => tf.add(rng.normal([6, 3]), 1),
    loss: (x, rng) => negativeLogLikelihood(density, x, rng),
    steps: STEPS,
    optimizer: adam(),
    schedule: constant(0.05),
    rng: createRng(3),
    logEvery: 1,
  };
}

const validating = (density: Flow, every: number): Pick<FitOptions, 'validate'> => ({
  validate: {
    every,
    loss: () => tf.tidy(() => negativeLogLikelihood(density, held(), createRng(4)).dataSync()[0]!),
  },
});

const valuesOf = ({ params }: Pick<Module, 'params'>): number[][] =>
  Object.values(params).map((variable) => Array.from(variable.dataSync()));

describe.each(['cpu', ...wasm, ...native])('fit of a module on %s', (backend) => {
  beforeAll(() => startBackend(backend));
  afterAll(async () => {
    await tf.setBackend('cpu');
  });

  const CASES: [string, (density: Flow) => Partial<FitOptions<tf.Tensor>>][] = [
    ['plain', () => ({})],
    ['with validations', (density) => validating(density, 2)],
    ['with an average', () => ({ emaDecay: 0.9 })],
    ['with accumulation', () => ({ accumulate: 2 })],
    [
      'with all of them, clipping, early stopping and bounds',
      (density) => ({
        ...validating(density, 3),
        emaDecay: 0.9,
        accumulate: 2,
        clipNorm: 1,
        earlyStopping: { patience: 100 },
        enforceBounds: true,
      }),
    ],
  ];

  it.each(CASES)(
    'a custom flow, stopped after any step and resumed, is the run that never stopped: %s',
    async (_name, more) => {
      const states: FitState[] = [];
      const losses: number[] = [];
      const whole = customFlow(1).density;
      const result = await fit({
        ...optionsFor(whole),
        ...more(whole),
        callbacks: [
          {
            onStepEnd: async ({ loss }, run) => {
              losses.push(loss);
              states.push(await run.state());
            },
          },
        ],
      });
      for (let at = 1; at <= STEPS; at++) {
        // Another seed: whatever the resumed flow holds comes from the file.
        const { density } = customFlow(100 + at);
        const { tensors, metadata } = states[at - 1]!;
        const rest: number[] = [];
        const resumed = await fit({
          ...optionsFor(density),
          ...more(density),
          rng: createRng(999),
          resume: parseSafetensors(toSafetensors(tensors, metadata)),
          callbacks: [{ onStepEnd: ({ loss }) => void rest.push(loss) }],
        });
        expect(rest).toEqual(losses.slice(at));
        expect(resumed.best).toEqual(result.best);
        expect(valuesOf(density)).toEqual(valuesOf(whole));
        expect(Object.fromEntries(resumed.state.tensors)).toEqual(Object.fromEntries(result.state.tensors));
        density.dispose();
      }
      whole.dispose();
    },
  );

  it('under enforceBounds what is validated is what would be the result, and training does not change', async () => {
    const run = async (change: Partial<FitOptions<tf.Tensor>>) => {
      const { density, branches } = customFlow(1);
      const losses: number[] = [];
      const validated: { values: number[][]; bounds: number[] }[] = [];
      const logs: number[] = [];
      const { validate } = validating(density, 4);
      const before = tf.memory().numTensors;
      const { state, best } = await fit({
        ...optionsFor(density),
        emaDecay: 0.9,
        validate: validate!,
        callbacks: [
          {
            onStepEnd: ({ loss }) => void losses.push(loss),
            onValidation: ({ loss }) => {
              logs.push(loss);
              density.refresh();
              validated.push({
                values: valuesOf(density),
                bounds: branches.map((g) => g.lipschitzBound()),
              });
            },
          },
        ],
        ...change,
      });
      expect(tf.memory().numTensors).toBe(before);
      const found = {
        losses,
        logs,
        validated,
        best,
        state,
        values: valuesOf(density),
        bounds: branches.map((g) => g.lipschitzBound()),
        loss: validate!.loss(),
      };
      density.dispose();
      return found;
    };
    // Two layers of norm at most c; activations have constant 1.
    const most = COEFFICIENT ** 2;
    const without = await run({});
    const within = await run({ enforceBounds: true });
    // Power iteration alone leaves the proven norm above c: else this test could not fail.
    expect(Math.max(...without.bounds)).toBeGreaterThan(most);
    for (const { bounds } of [...within.validated, within]) {
      for (const bound of bounds) expect(bound).toBeLessThanOrEqual(most);
    }
    expect(within.losses).toEqual(without.losses);
    for (const [name, tensor] of without.state.tensors)
      expect(within.state.tensors.get(name)).toEqual(tensor);
    // The last validation is at the last step: the result has its very bits, and its loss.
    expect(within.validated.at(-1)!.values).toEqual(within.values);
    expect(within.logs.at(-1)).toBe(within.loss);

    // And under early stopping the result is the best that was validated.
    const stopped = await run({ enforceBounds: true, earlyStopping: { patience: 100 } });
    const at = stopped.best!.step / 4 - 1;
    expect(stopped.values).toEqual(stopped.validated[at]!.values);
    expect(stopped.loss).toBe(stopped.best!.loss);
  });

  it('ends with the last good weights when an update overflows, and validates none of the others', async () => {
    const { density, branches } = customFlow(1);
    const { validate } = validating(density, 1);
    const seen: number[] = [];
    const result = await fit({
      ...optionsFor(density),
      schedule: (step) => (step === 3 ? 3e38 : 0.05),
      logEvery: STEPS,
      enforceBounds: true,
      validate: validate!,
      callbacks: [{ onValidation: ({ loss }) => void seen.push(loss) }],
      onDivergence: 'return',
    });
    expect(result).toMatchObject({ stopReason: 'non-finite', step: 0 });
    expect(seen.map(Number.isFinite)).toEqual([true, true, true]);
    expect(valuesOf(density).flat().every(Number.isFinite)).toBe(true);
    for (const g of branches) expect(g.lipschitzBound()).toBeLessThanOrEqual(COEFFICIENT ** 2);
    density.dispose();
  });

  it('brings the module up to date at the beginning, after each step and at the end', async () => {
    const events: string[] = [];
    const w = tf.variable(tf.scalar(0));
    const module = {
      params: { w },
      refresh: () => void events.push(`refresh ${w.dataSync()[0]}`),
      enforceBounds: () => {
        events.push(`bounds ${w.dataSync()[0]}`);
        w.assign(tf.scalar(1));
      },
    };
    // Loss −w has gradient −1: w is 1, 2 after each step.
    await fit({
      module,
      batches: () => [],
      loss: () => tf.neg(w),
      steps: 2,
      optimizer: sgd(),
      schedule: constant(1),
      rng: createRng(0),
      enforceBounds: true,
      validate: { every: 2, loss: () => (events.push(`validate ${w.dataSync()[0]}`), 0) },
      afterStep: (step) => void events.push(`after ${step}`),
      callbacks: [
        {
          onTrainBegin: () => void events.push('begin'),
          onTrainEnd: () => void events.push(`end ${w.dataSync()[0]}`),
        },
      ],
    });
    expect(events).toEqual([
      'refresh 0',
      'begin',
      'after 1',
      'refresh 1',
      'after 2',
      'refresh 2',
      'bounds 2',
      'refresh 1',
      'validate 1',
      'bounds 2',
      'refresh 1',
      'end 1',
    ]);
    w.dispose();
  });
});

it('takes either a module or params', async () => {
  const w = tf.variable(tf.scalar(1));
  const module = { params: { w } };
  const options = {
    batches: () => [],
    loss: () => tf.square(w),
    steps: 1,
    optimizer: sgd(),
    schedule: constant(0.25),
    rng: createRng(0),
  };
  await expect(fit(options)).rejects.toThrow('training.fit: expected either module or params, got none');
  await expect(fit({ ...options, module, params: { w } })).rejects.toThrow(
    'expected either module or params, got both',
  );
  await expect(fit({ ...options, params: { w }, enforceBounds: true })).rejects.toThrow(
    'expected a module with enforceBounds, got params',
  );
  await fit({ ...options, module, enforceBounds: true }); // nothing can exceed a bound
  expect(w.dataSync()[0]).toBe(0.5);
  w.dispose();
});
