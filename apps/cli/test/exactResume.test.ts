import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { parseSafetensors, toSafetensors } from '@iresnet/checkpoint';
import { createRng, type Rng } from '@iresnet/core';
import { denseFlow, iResNet, iResNetPreset, type FlowModel } from '@iresnet/model';
import { adam, constant, fit, type FitOptions, type FitState } from '@iresnet/training';
import { beforeAll, describe, expect, test } from 'vitest';

type Flow = Pick<FlowModel, 'params' | 'logProb' | 'refresh' | 'dispose'>;

/**
 * Flows whose weights are at their bound, so that the vectors of the power iteration are in every
 * gradient.
 */
const flows: [string, number[], (rng: Rng) => Flow][] = [
  ['dense layers', [3], (rng) => denseFlow({ dimension: 3, blocks: 2, hidden: [8], coefficient: 0.3 }, rng)],
  [
    'convolutions',
    [4, 4, 1],
    (rng) => {
      const scales = [{ blocks: 2, channels: 4, squeeze: true }];
      const preset = iResNetPreset('mnist-density-small');
      const flow = { ...preset.flow, shape: [4, 4, 1], scales, coefficient: 0.3 } as const;
      return iResNet({ ...preset, flow }, rng).flow;
    },
  ],
];
const STEPS = 12;

describe.each(['cpu', 'wasm'])('on %s', (backend) => {
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  describe.each(flows)('a flow of %s', (_name, shape, build) => {
    /**
     * Train, and give each loss, the values of all variables at the end, and the states that were
     * saved.
     */
    async function run(change: Partial<FitOptions<tf.Tensor>> & { every?: number }) {
      const flow = build(createRng(1));
      const losses: number[] = [];
      const states: FitState[] = [];
      const { every, ...options } = change;
      const held = createRng(2).uniform([5, ...shape], -0.5, 0.5);
      await fit<tf.Tensor>({
        params: flow.params,
        batches: (_index, rng) => rng.uniform([6, ...shape], -0.5, 0.5),
        loss: (x, rng) => tf.neg(tf.mean(flow.logProb(x, rng))),
        steps: STEPS,
        optimizer: adam(),
        schedule: constant(0.02),
        rng: createRng(3),
        logEvery: 1,
        afterStep: () => flow.refresh(),
        ...(every && {
          validate: {
            every,
            loss: () => tf.tidy(() => -tf.mean(flow.logProb(held, createRng(4))).dataSync()[0]!),
          },
        }),
        callbacks: [
          {
            onTrainBegin: () => flow.refresh(),
            onStepEnd: async ({ loss }, fitRun) => {
              losses.push(loss);
              states.push(await fitRun.state());
            },
          },
        ],
        ...options,
      });
      flow.refresh(); // What a use of the final weights sees.
      const values = Object.values(flow.params).map((variable) => Array.from(variable.dataSync()));
      flow.dispose();
      held.dispose();
      return { losses, values, states };
    }

    test.each([
      ['the weights', {}],
      ['their average', { emaDecay: 0.9 }],
    ])(
      'stopped after any step and resumed, with validations of %s, is the run that never stopped',
      async (_what, ema) => {
        const whole = await run({ ...ema, every: 3 });
        for (const at of [1, 3, 5, 6, STEPS]) {
          const { tensors, metadata } = whole.states[at - 1]!;
          const resume = parseSafetensors(toSafetensors(tensors, metadata));
          const rest = await run({ ...ema, every: 3, resume });
          expect(rest.losses).toEqual(whole.losses.slice(at));
          expect(rest.values).toEqual(whole.values);
        }
      },
    );

    test.each([
      ['brought up to date after each step', {}],
      ['brought up to date by the next use', { afterStep: () => undefined }],
    ])('has the same losses with and without validations, its power iteration %s', async (_what, when) => {
      for (const ema of [{}, { emaDecay: 0.9 }]) {
        const without = await run({ ...ema, ...when });
        for (const every of [1, 4]) {
          const validated = await run({ ...ema, ...when, every });
          expect(validated.losses).toEqual(without.losses);
          expect(validated.values).toEqual(without.values);
        }
      }
    });

    test('has the same losses whether its power iteration runs after the step or at the next use', async () => {
      const [early, late] = [await run({}), await run({ afterStep: () => undefined })];
      expect(early.losses).toEqual(late.losses);
    });
  });
});
