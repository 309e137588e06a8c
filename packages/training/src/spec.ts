import { ensure, fromSpec, type SpecRow, type SpecTable } from '@iresnet/core/internal';
import { adam, type AdamOptions } from './optimizers/adam';
import { adamax } from './optimizers/adamax';
import type { Optimizer } from './optimizers/optimizer';
import { sgd, type SgdOptions } from './optimizers/sgd';
import { constant, cosine, exponential, piecewise, warmup, type Schedule } from './schedules';

/** An optimizer by name, as plain JSON: the argument of {@link optimizerFromSpec}. */
export type OptimizerSpec =
  | 'adam'
  | 'adamax'
  | 'sgd'
  | ({ readonly kind: 'adam' | 'adamax' } & AdamOptions)
  | ({ readonly kind: 'sgd' } & SgdOptions);

/** A schedule by name, as plain JSON: the first argument of {@link scheduleFromSpec}. */
export type ScheduleSpec =
  SteadyScheduleSpec | { readonly kind: 'warmup'; readonly steps: number; readonly then: SteadyScheduleSpec };

/** A schedule without a warm-up by name, as plain JSON. */
export type SteadyScheduleSpec =
  | { readonly kind: 'constant'; readonly rate: number }
  | {
      readonly kind: 'cosine';
      readonly rate: number;
      readonly steps?: number;
      readonly final?: number;
    }
  | {
      readonly kind: 'exponential';
      readonly rate: number;
      readonly factor: number;
      readonly steps?: number;
    }
  | {
      readonly kind: 'piecewise';
      readonly boundaries: readonly number[];
      readonly rates: readonly number[];
    };

const fraction = (symbol: string, value: number, doc: string) =>
  ({ type: 'number', min: 0, below: 1, default: value, doc: `${symbol}, ${doc}` }) as const;
const weightDecay = { type: 'number', min: 0, default: 0, doc: 'λ, decoupled weight decay.' } as const;
const adamFields = {
  beta1: fraction('β₁', 0.9, 'decay of the mean of the gradient.'),
  beta2: fraction('β₂', 0.999, 'decay of its second moment, or of its largest size.'),
  epsilon: { type: 'number', min: 0, default: 1e-8, doc: 'ε, added to the denominator.' },
  weightDecay,
} as const;

/** The optimizers that a configuration can name. To add one is to add a row. */
export const optimizers: SpecTable<Optimizer> = {
  adam: {
    doc: 'Adam; with weight decay, AdamW.',
    fields: adamFields,
    make: adam,
  } satisfies SpecRow<Optimizer, AdamOptions>,
  adamax: {
    doc: 'Adam with the largest gradient in place of the second moment.',
    fields: adamFields,
    make: adamax,
  } satisfies SpecRow<Optimizer, AdamOptions>,
  sgd: {
    doc: 'Gradient descent, with momentum if asked for.',
    fields: {
      momentum: fraction('μ', 0, 'momentum; 0 is plain descent.'),
      nesterov: { type: 'flag', default: false, doc: 'Look ahead along the momentum.' },
      weightDecay,
    },
    make: sgd,
  } satisfies SpecRow<Optimizer, SgdOptions>,
};

/** Makes a schedule from the steps that are left of the run, if they are known. */
export type ScheduleOfRun = (steps: number | undefined) => Schedule;

const rate = { type: 'number', doc: 'η₀, the first learning rate.' } as const;
const span = {
  type: 'count',
  min: 0,
  default: 0,
  doc: 'n, its length in optimizer steps; 0 is the rest of the run.',
} as const;

const steadySchedules: SpecTable<ScheduleOfRun> = {
  constant: {
    doc: 'The same rate at each step.',
    fields: { rate },
    make: (options) => () => constant(options.rate),
  } satisfies SpecRow<ScheduleOfRun, { readonly rate: number }>,
  cosine: {
    doc: 'Half a cosine wave from the first rate down to the last.',
    fields: {
      rate,
      steps: span,
      final: { type: 'number', default: 0, doc: 'f, the last learning rate.' },
    },
    make: (options) => (left) => cosine(options.rate, spanOf(options.steps, left), { final: options.final }),
  } satisfies SpecRow<
    ScheduleOfRun,
    { readonly rate: number; readonly steps: number; readonly final: number }
  >,
  exponential: {
    doc: 'A factor after every n steps, smoothly.',
    fields: { rate, factor: { type: 'number', above: 0, doc: 'q, the factor.' }, steps: span },
    make: (options) => (left) => exponential(options.rate, options.factor, spanOf(options.steps, left)),
  } satisfies SpecRow<
    ScheduleOfRun,
    { readonly rate: number; readonly factor: number; readonly steps: number }
  >,
  piecewise: {
    doc: 'Constant pieces.',
    fields: {
      boundaries: {
        type: 'numbers',
        min: 0,
        doc: 'Ascending steps at which the next rate begins.',
      },
      rates: { type: 'numbers', doc: 'The rates, one more than boundaries.' },
    },
    make:
      ({ boundaries, rates }) =>
      () =>
        piecewise(boundaries, rates),
  } satisfies SpecRow<
    ScheduleOfRun,
    { readonly boundaries: readonly number[]; readonly rates: readonly number[] }
  >,
};

/** The schedules that a configuration can name. To add one is to add a row. */
export const schedules: SpecTable<ScheduleOfRun> = {
  ...steadySchedules,
  warmup: {
    doc: 'Linear growth, then another schedule from its own beginning.',
    fields: {
      steps: { type: 'count', min: 0, doc: 'n, the steps of growth.' },
      then: { type: 'spec', table: steadySchedules, doc: 'The schedule after the growth.' },
    },
    make:
      ({ steps, then }) =>
      (left) =>
        warmup(steps, then(left === undefined ? undefined : left - steps)),
  } satisfies SpecRow<ScheduleOfRun, { readonly steps: number; readonly then: ScheduleOfRun }>,
};

function spanOf(steps: number, left: number | undefined): number {
  if (steps > 0) return steps;
  ensure(
    left !== undefined,
    'training.scheduleFromSpec',
    () => 'expected steps in the schedule, or the steps of the run as an argument, got neither',
  );
  return Math.max(1, left);
}

/**
 * The optimizer that a configuration names.
 *
 * @param spec - Plain JSON, or a name alone for the defaults.
 * @throws IResNetError that names an unknown name or option, or a value out of range.
 *
 * @example
 * ```ts
 * import { optimizerFromSpec } from '@iresnet/training';
 *
 * const optimizer = optimizerFromSpec({ kind: 'sgd', momentum: 0.9, nesterov: true });
 * console.log(optimizer.name); // sgd
 * ```
 */
export function optimizerFromSpec(spec: OptimizerSpec): Optimizer {
  return fromSpec('training.optimizerFromSpec', optimizers, spec);
}

/**
 * The schedule that a configuration names.
 *
 * @param spec - Plain JSON.
 * @param steps - Optimizer steps of the run. A `cosine` or `exponential` schedule without `steps`
 * of its own then spans what is left of the run after a warm-up.
 * @throws IResNetError that names an unknown name or option, or a value out of range.
 *
 * @example
 * ```ts
 * import { scheduleFromSpec } from '@iresnet/training';
 *
 * const spec = { kind: 'warmup', steps: 100, then: { kind: 'cosine', rate: 0.01 } } as const;
 * const schedule = scheduleFromSpec(spec, 1000);
 * console.log(schedule(99), schedule(550), schedule(1000)); // 0.01 0.005 0
 * ```
 */
export function scheduleFromSpec(spec: ScheduleSpec, steps?: number): Schedule {
  return fromSpec('training.scheduleFromSpec', schedules, spec)(steps);
}
