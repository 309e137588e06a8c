import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  adam,
  adamax,
  cosine,
  exponential,
  optimizerFromSpec,
  optimizers,
  piecewise,
  scheduleFromSpec,
  schedules,
  sgd,
  warmup,
  type Optimizer,
  type OptimizerSpec,
  type Schedule,
  type ScheduleSpec,
} from '../src/index';

beforeAll(() => tf.setBackend('cpu'));

/** The weights after three steps of a quadratic. */
const trail = (optimizer: Optimizer): number[] =>
  tf.tidy(() => {
    let params = tf.tensor1d([1, -2]);
    let state = optimizer.init(2);
    for (let i = 0; i < 3; i++) {
      ({ params, state } = optimizer.update(tf.mul(params, tf.tensor1d([3, 0.5])), state, params, 0.1));
    }
    return Array.from(params.dataSync());
  });

const OPTIMIZERS: [OptimizerSpec, Optimizer][] = [
  ['adam', adam()],
  ['adamax', adamax()],
  ['sgd', sgd()],
  [
    { kind: 'adam', beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.1 },
    adam({ beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.1 }),
  ],
  [{ kind: 'adamax', beta2: 0.9 }, adamax({ beta2: 0.9 })],
  [{ kind: 'sgd', momentum: 0.9, nesterov: true }, sgd({ momentum: 0.9, nesterov: true })],
];

const SCHEDULES: [ScheduleSpec, number | undefined, Schedule][] = [
  [{ kind: 'constant', rate: 0.1 }, undefined, () => 0.1],
  [{ kind: 'cosine', rate: 0.1, steps: 6, final: 0.01 }, 100, cosine(0.1, 6, { final: 0.01 })],
  [{ kind: 'cosine', rate: 0.1 }, 8, cosine(0.1, 8)],
  [{ kind: 'exponential', rate: 0.1, factor: 0.5, steps: 3 }, undefined, exponential(0.1, 0.5, 3)],
  [{ kind: 'exponential', rate: 0.1, factor: 0.5 }, 8, exponential(0.1, 0.5, 8)],
  [{ kind: 'piecewise', boundaries: [2, 5], rates: [3, 2, 1] }, undefined, piecewise([2, 5], [3, 2, 1])],
  [{ kind: 'warmup', steps: 3, then: { kind: 'constant', rate: 0.1 } }, undefined, warmup(3, 0.1)],
  [{ kind: 'warmup', steps: 3, then: { kind: 'cosine', rate: 0.1 } }, 8, warmup(3, cosine(0.1, 5))],
  // A warm-up that takes the whole run leaves one step.
  [{ kind: 'warmup', steps: 8, then: { kind: 'cosine', rate: 0.1 } }, 8, warmup(8, cosine(0.1, 1))],
];

describe('specs', () => {
  it('name every row', () => {
    const kindOf = (spec: OptimizerSpec | ScheduleSpec): string =>
      typeof spec === 'string' ? spec : spec.kind;
    expect(new Set(OPTIMIZERS.map(([spec]) => kindOf(spec)))).toEqual(new Set(Object.keys(optimizers)));
    expect(new Set(SCHEDULES.map(([spec]) => kindOf(spec)))).toEqual(new Set(Object.keys(schedules)));
  });

  it.each(OPTIMIZERS)(
    '%j is the optimizer of those options, a name alone that of the defaults',
    (spec, made) => {
      const named = optimizerFromSpec(JSON.parse(JSON.stringify(spec)) as OptimizerSpec);
      expect(named.name).toBe(made.name);
      expect(trail(named)).toEqual(trail(made));
    },
  );

  it.each(SCHEDULES)('%j in a run of %s steps', (spec, steps, made) => {
    const named = scheduleFromSpec(JSON.parse(JSON.stringify(spec)) as ScheduleSpec, steps);
    const at = Array.from({ length: 12 }, (_, i) => i);
    expect(at.map(named)).toEqual(at.map(made));
  });

  it.each<[string, () => unknown, string]>([
    ['name', () => optimizerFromSpec('adan' as never), "got 'adan' (did you mean 'adam'?)"],
    [
      'option',
      () => optimizerFromSpec({ kind: 'adam', beta: 1 } as never),
      "training.optimizerFromSpec: expected the options beta1, beta2, epsilon, weightDecay for adam, got 'beta'",
    ],
    [
      'number',
      () => optimizerFromSpec({ kind: 'sgd', momentum: 1 }),
      'expected momentum as a number ≥ 0 and < 1, got 1',
    ],
    [
      'combination',
      () => optimizerFromSpec({ kind: 'sgd', nesterov: true }),
      'training.sgd: expected momentum > 0 with nesterov, got 0',
    ],
    ['schedule', () => scheduleFromSpec({ kind: 'linear' } as never), 'got'],
    [
      'nested schedule',
      () => scheduleFromSpec({ kind: 'warmup', steps: 1, then: { kind: 'cosine', rte: 1 } } as never),
      "training.scheduleFromSpec, then: expected the options rate, steps, final for cosine, got 'rte'",
    ],
    [
      'run of unknown length',
      () => scheduleFromSpec({ kind: 'cosine', rate: 1 }),
      'expected steps in the schedule, or the steps of the run as an argument, got neither',
    ],
  ])('a wrong %s is refused', (_name, call, message) => {
    expect(call).toThrow(message);
  });
});
