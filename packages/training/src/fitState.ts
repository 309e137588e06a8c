import {
  clone,
  dispose,
  tensor,
  tidy,
  type Tensor,
  type Tensor1D,
  type Variable,
} from '@tensorflow/tfjs-core';
import { IResNetError, type RngState } from '@iresnet/core';
import { isRecomputed } from '@iresnet/core/internal';
import { assign, checkFinite, snapshot, type HostTensor, type NamedTensors } from '@iresnet/checkpoint';
import type { BestLoss } from './bestLoss';
import type { Optimizer } from './optimizers/optimizer';
import { flatSize, type ParamValues, type TrainedParams } from './paramValues';
import { bestLossOf, type TrainingState } from './trainingState';

/**
 * Everything that `fit` needs to go on as if it had never stopped: host arrays by name, and
 * strings. That is the content of a safetensors file: `toSafetensors(state.tensors,
 * state.metadata)` of `@iresnet/checkpoint` writes it, `parseSafetensors` reads it.
 *
 * The tensors are `params.*` (the weights of training, not their average), `optimizer.*`, `ema`
 * (the average), and under early stopping `best.*`.
 */
export interface FitState {
  readonly tensors: NamedTensors;
  /** `fit`: the numbers, as JSON. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The JSON under `fit` in the metadata. These names are a format: old files must still open. */
interface SavedNumbers {
  readonly step: number;
  /** Validations since the best. */
  readonly stale: number;
  readonly best: BestLoss | null;
  readonly rng: RngState;
  readonly optimizer: { readonly name: string; readonly step: number };
  /** Names of the trainable variables, in the order of the flat vectors. */
  readonly trainable: readonly string[];
}

/** Read a run back to the host. */
export async function saveRun(
  params: TrainedParams,
  training: TrainingState,
  optimizer: Optimizer,
  rng: RngState,
): Promise<FitState> {
  const numbers: SavedNumbers = {
    step: training.step,
    stale: training.validationsSinceBest,
    best: bestLossOf(training),
    rng,
    optimizer: { name: optimizer.name, step: training.optimizer.step },
    trainable: params.names,
  };
  const { best, average, setAside } = training;
  const named = withPrefix('params', setAside ? byName(params, setAside) : params.all);
  Object.assign(named, withPrefix('optimizer', training.optimizer.tensors));
  if (average) named['ema'] = average;
  if (best?.values) Object.assign(named, withPrefix('best', byName(params, best.values)));
  // snapshot reads shape, dtype and values, so a tensor will do where its type has a variable.
  const tensors = await snapshot({ params: named as Record<string, Variable> });
  return { tensors, metadata: { fit: JSON.stringify(numbers) } };
}

/**
 * Set the variables to a saved run and return the rest of it.
 *
 * @throws IResNetError of kind `data` when the state does not fit the variables or the optimizer,
 * or a value of it is NaN or infinite. Nothing is changed then.
 */
export function restoreRun(
  params: TrainedParams,
  optimizer: Optimizer,
  { tensors, metadata }: FitState,
): { training: TrainingState; rng: RngState } {
  const numbers = parseNumbers(metadata['fit']);
  checkFinite(tensors, 'training.fit');
  if (numbers.optimizer.name !== optimizer.name) {
    fail(`expected the optimizer ${numbers.optimizer.name} of the saved run, got ${optimizer.name}`);
  }
  if (numbers.trainable.join('\n') !== params.names.join('\n')) {
    fail('expected the trainable variables of the saved run, in its order');
  }
  const size = flatSize(params);
  const made: Tensor[] = [];
  const take = (name: string, like: { shape: readonly number[]; dtype: Tensor['dtype'] }): Tensor => {
    const host = tensors.get(name);
    if (host?.shape.join() !== like.shape.join()) {
      fail(`expected '${name}' [${like.shape.join()}], got ${host ? `[${host.shape.join()}]` : 'none'}`);
    }
    const values = (host as HostTensor).data.slice() as Float32Array;
    made.push(tensor(values, [...like.shape], like.dtype));
    return made.at(-1)!;
  };
  /** The best value of a variable. State that an earlier version did not save keeps its start. */
  const takeBest = (name: string, variable: Variable): Tensor => {
    if (tensors.has(`best.${name}`) || !isRecomputed(variable)) return take(`best.${name}`, variable);
    made.push(clone(variable as Tensor));
    return made.at(-1)!;
  };
  const flat = { shape: [size], dtype: 'float32' as const };
  try {
    const expected = tidy(() => Object.keys(optimizer.init(size).tensors));
    const moments = expected.map((name) => [name, take(`optimizer.${name}`, flat) as Tensor1D] as const);
    const average = tensors.has('ema') ? (take('ema', flat) as Tensor1D) : null;
    const values = withoutPrefix('best', tensors).size
      ? Object.entries(params.all).map(([name, like]) => takeBest(name, like))
      : null;
    assign({ params: params.all }, withoutPrefix('params', tensors));
    const training: TrainingState = {
      step: numbers.step,
      optimizer: { step: numbers.optimizer.step, tensors: Object.fromEntries(moments) },
      average,
      best: numbers.best && { ...numbers.best, values },
      validationsSinceBest: numbers.stale,
      setAside: null,
    };
    return { training, rng: numbers.rng };
  } catch (error) {
    dispose(made);
    throw error;
  }
}

function parseNumbers(text: string | undefined): SavedNumbers {
  try {
    const numbers = JSON.parse(text ?? '') as SavedNumbers;
    const complete =
      Number.isSafeInteger(numbers.step) &&
      Number.isSafeInteger(numbers.stale) &&
      Number.isSafeInteger(numbers.optimizer.step) &&
      Array.isArray(numbers.trainable) &&
      numbers.rng.key.length === 2;
    if (complete) return numbers;
  } catch {
    // Falls through to the one message.
  }
  return fail('expected the numbers of a saved run under "fit" in the metadata');
}

function fail(what: string): never {
  throw new IResNetError('data', 'training.fit', what);
}

function byName({ all }: TrainedParams, values: ParamValues): Record<string, Tensor> {
  return Object.fromEntries(Object.keys(all).map((name, i) => [name, values[i]!]));
}

function withPrefix(prefix: string, tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, t]) => [`${prefix}.${name}`, t]));
}

function withoutPrefix(prefix: string, tensors: NamedTensors): NamedTensors {
  const start = `${prefix}.`;
  return new Map(
    [...tensors].filter(([name]) => name.startsWith(start)).map(([name, t]) => [name.slice(start.length), t]),
  );
}
