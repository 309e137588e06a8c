import { getBackend, Variable, type TensorContainer } from '@tensorflow/tfjs-core';
import type { Params } from '@iresnet/core';
import { checkOptions, checkRng, described, didYouMean, ensure, readsFreely } from '@iresnet/core/internal';
import { checkBatches } from './batches';
import { checkCallbacks } from './callbacks';
import type { FitState } from './fitState';
import type { FitOptions } from './options';
import type { Optimizer } from './optimizers/optimizer';
import { asSchedule } from './schedules';
import { moduleOf } from './trainedModule';
import type { GradientWorkers } from './workers/gradientWorkers';

const WHERE = 'training.fit';

/** Names that other training loops have, and the option that does their work here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  epochs: 'steps, which counts optimizer steps',
  batchSize: 'batches, which gives each batch whole',
  data: 'batches, which gives each batch whole',
  dataset: 'batches, which takes a tf.data dataset too',
  lr: 'schedule, which takes a number too',
  learningRate: 'schedule, which takes a number too',
  model: 'module',
  seed: 'rng, as createRng(seed) makes it',
  validationData: 'validate, with a loss of your own',
  onStep: 'callbacks, or afterStep',
};

/** Refuse options that are unknown, missing or wrong. */
export function checkFitOptions<B extends TensorContainer>(options: FitOptions<B>): void {
  for (const [name, instead] of Object.entries(ELSEWHERE)) {
    ensure(
      !Object.hasOwn(Object(options) as object, name),
      WHERE,
      () => `expected ${instead}, got ${name}, which is not an option`,
    );
  }
  checkOptions(WHERE, options, {
    module: true,
    params: true,
    loss: true,
    batches: true,
    steps: true,
    optimizer: true,
    schedule: true,
    rng: true,
    accumulate: true,
    workers: true,
    clipNorm: true,
    emaDecay: true,
    enforceBounds: true,
    validate: true,
    earlyStopping: true,
    afterStep: true,
    callbacks: true,
    signal: true,
    logEvery: true,
    divergenceThreshold: true,
    onDivergence: true,
    unused: true,
    resume: true,
  });
  checkWeights(options);
  ensure(
    typeof options.loss === 'function',
    WHERE,
    () => `expected loss as a function (batch, rng, step) => scalar, got ${described(options.loss)}`,
  );
  checkBatches(options.batches);
  checkCount('steps', options.steps, 0);
  checkOptimizer(options.optimizer);
  asSchedule(options.schedule, WHERE);
  checkRng(WHERE, options.rng);
  checkChoices(options);
  if (options.callbacks !== undefined) checkCallbacks(WHERE, options.callbacks);
  if (options.resume !== undefined) checkResume(options.resume);
}

function checkWeights<B extends TensorContainer>(options: FitOptions<B>): void {
  const { module, params, enforceBounds, unused } = options;
  ensure(
    (module === undefined) !== (params === undefined),
    WHERE,
    () => `expected either module or params, got ${module === undefined ? 'none' : 'both'}`,
  );
  ensure(
    !enforceBounds || module !== undefined,
    WHERE,
    () => 'expected a module with enforceBounds, got params',
  );
  const trained = moduleOf(options).params as Params | undefined;
  ensure(typeof trained === 'object' && trained !== null, WHERE, () =>
    module === undefined
      ? `expected params as variables by name, got ${described(params)}`
      : `expected a module with params, got ${described(module)}`,
  );
  for (const [name, variable] of Object.entries(trained)) {
    ensure(variable instanceof Variable && !variable.isDisposed, WHERE, () => {
      const nested = trained['params'] !== undefined && !(trained['params'] instanceof Variable);
      const hint = nested ? '; write module: … for a module' : '';
      return `expected a living variable '${name}' in params, got ${described(variable)}${hint}`;
    });
  }
  ensure(
    Object.values(trained).some((variable) => variable.trainable),
    WHERE,
    () => 'expected a trainable variable in params, got none',
  );
  const stranger = unused?.find((name) => !Object.hasOwn(trained, name));
  ensure(
    stranger === undefined,
    WHERE,
    () =>
      `expected names of variables in unused, got '${stranger!}'${didYouMean(stranger!, Object.keys(trained))}`,
  );
}

function checkOptimizer(optimizer: Optimizer): void {
  const { init, update } = Object(optimizer) as Partial<Optimizer>;
  ensure(typeof init === 'function' && typeof update === 'function', WHERE, () => {
    const found = Object(optimizer) as object;
    if ('applyGradients' in found) {
      return 'expected an optimizer such as adam(), got one of tf.train, whose state a run cannot save';
    }
    const hint = typeof optimizer === 'function' ? '; call it to make the optimizer' : '';
    return `expected an optimizer such as adam(), got ${described(optimizer)}${hint}`;
  });
}

function checkChoices<B extends TensorContainer>(options: FitOptions<B>): void {
  const { validate, earlyStopping, clipNorm, emaDecay, signal, onDivergence, afterStep } = options;
  if (options.accumulate !== undefined) checkCount('accumulate', options.accumulate, 1);
  checkWorkers(options.workers);
  if (options.logEvery !== undefined) checkCount('logEvery', options.logEvery, 1);
  if (validate !== undefined) {
    checkOptions(`${WHERE}, validate`, validate, { every: true, loss: true });
    checkCount('validate.every', validate.every, 1);
    ensure(
      typeof validate.loss === 'function',
      WHERE,
      () => `expected validate.loss as a function, got ${described(validate.loss)}`,
    );
  }
  if (earlyStopping !== undefined) {
    checkOptions(`${WHERE}, earlyStopping`, earlyStopping, { patience: true, minDelta: true });
    checkCount('earlyStopping.patience', earlyStopping.patience, 1);
    ensure(validate !== undefined, WHERE, () => 'expected validate with earlyStopping, got none');
  }
  ensure(clipNorm === undefined || clipNorm > 0, WHERE, () => `expected clipNorm > 0, got ${clipNorm}`);
  ensure(
    emaDecay === undefined || (emaDecay >= 0 && emaDecay < 1),
    WHERE,
    () => `expected 0 ≤ emaDecay < 1, got ${emaDecay}`,
  );
  ensure(
    signal === undefined || typeof signal.aborted === 'boolean',
    WHERE,
    () => `expected the signal of an AbortController, got ${described(signal)}`,
  );
  ensure(
    onDivergence === undefined || onDivergence === 'throw' || onDivergence === 'return',
    WHERE,
    () => `expected onDivergence 'throw' or 'return', got ${described(onDivergence)}`,
  );
  ensure(
    afterStep === undefined || typeof afterStep === 'function',
    WHERE,
    () => `expected afterStep as a function, got ${described(afterStep)}`,
  );
}

function checkWorkers(workers: GradientWorkers | undefined): void {
  if (workers === undefined) return;
  ensure(
    typeof workers.begin === 'function',
    WHERE,
    () => `expected workers as pool.for(task) gives them, got ${described(workers)}`,
  );
  ensure(readsFreely(), WHERE, () => `expected workers with cpu or wasm, got the backend ${getBackend()}`);
}

function checkResume(resume: FitState): void {
  const { tensors, metadata } = Object(resume) as Partial<FitState>;
  ensure(
    tensors instanceof Map && typeof metadata === 'object',
    WHERE,
    () => `expected resume as a state with tensors and metadata, got ${described(resume)}`,
  );
}

function checkCount(name: string, value: number, least: number): void {
  ensure(
    Number.isSafeInteger(value) && value >= least,
    WHERE,
    () => `expected an integer ${name} ≥ ${least}, got ${described(value)}`,
  );
}
