import { dispose, tensor, tidy, type Tensor, type Tensor1D, type Variable } from '@tensorflow/tfjs-core';
import { IResNetError, type Params, type RngState } from '@iresnet/core';
import { assign, snapshot, type HostTensor, type NamedTensors } from '@iresnet/checkpoint';
import type { BestLoss } from './callbacks';
import type { Optimizer, OptimizerState } from './optimizers/optimizer';
import type { Variables, Weights } from './weights';

/**
 * Everything that `fit` needs to go on as if it had never stopped: host arrays by name and strings, the content of a safetensors
 * file. `toSafetensors(state.tensors, state.metadata)` of `@iresnet/checkpoint` writes it, `parseSafetensors` reads it.
 *
 * The tensors are `params.*` (the trained weights themselves, not their average), `optimizer.*`, `ema`, and under early stopping `best.*`.
 */
export interface FitState {
  readonly tensors: NamedTensors;
  /** `fit`: the numbers, as JSON. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What changes during a run, besides the variables. Owns its tensors. */
export interface Live {
  /** Steps made. */
  step: number;
  optimizer: OptimizerState;
  ema: Tensor1D | null;
  best: (BestLoss & { readonly weights: Weights | null }) | null;
  /** Validations since the best. */
  stale: number;
  /** The weights of training while the module holds those of a validation. */
  aside: Weights | null;
}

/** The JSON part of a {@link FitState}. */
interface Numbers {
  readonly step: number;
  readonly stale: number;
  readonly best: BestLoss | null;
  readonly rng: RngState;
  readonly optimizer: { readonly name: string; readonly step: number };
  /** Order of the flat vectors. */
  readonly trainable: readonly string[];
}

export function startLive(variables: Variables, optimizer: Optimizer): Live {
  const size = variables.trainable.reduce((sum, variable) => sum + variable.size, 0);
  return { step: 0, optimizer: optimizer.init(size), ema: null, best: null, stale: 0, aside: null };
}

export function disposeLive({ optimizer, ema, best }: Live): void {
  dispose({ ...optimizer.tensors });
  ema?.dispose();
  if (best?.weights) dispose([...best.weights]);
}

/** Read a run back to the host. */
export async function exportState(
  variables: Variables,
  live: Live,
  optimizer: Optimizer,
  rng: RngState,
): Promise<FitState> {
  const { step, stale, best, ema, aside } = live;
  const numbers: Numbers = {
    step,
    stale,
    best: best && { step: best.step, loss: best.loss },
    rng,
    optimizer: { name: optimizer.name, step: live.optimizer.step },
    trainable: variables.names,
  };
  const { params } = variables;
  const named = withPrefix('params', aside ? byName(params, aside) : params);
  Object.assign(named, withPrefix('optimizer', live.optimizer.tensors));
  if (ema) named['ema'] = ema;
  if (best?.weights) Object.assign(named, withPrefix('best', byName(params, best.weights)));
  // snapshot reads shape, dtype and values: a tensor will do where it expects a variable.
  const tensors = await snapshot({ params: named as Record<string, Variable> });
  return { tensors, metadata: { fit: JSON.stringify(numbers) } };
}

/**
 * Set the variables to a saved run and return the rest of it.
 *
 * @throws IResNetError of kind `data` when the state does not fit the variables or the optimizer; nothing is changed then.
 */
export function importState(
  variables: Variables,
  optimizer: Optimizer,
  { tensors, metadata }: FitState,
): { live: Live; rng: RngState } {
  const numbers = parseNumbers(metadata['fit']);
  if (numbers.optimizer.name !== optimizer.name) {
    fail(`expected the optimizer ${numbers.optimizer.name} of the saved run, got ${optimizer.name}`);
  }
  if (numbers.trainable.join('\n') !== variables.names.join('\n')) {
    fail('expected the trainable variables of the saved run, in its order');
  }
  const size = variables.trainable.reduce((sum, variable) => sum + variable.size, 0);
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
  const flat = { shape: [size], dtype: 'float32' as const };
  try {
    const expected = tidy(() => Object.keys(optimizer.init(size).tensors));
    const moments = expected.map((name) => [name, take(`optimizer.${name}`, flat) as Tensor1D] as const);
    const ema = tensors.has('ema') ? (take('ema', flat) as Tensor1D) : null;
    const weights = withoutPrefix('best', tensors).size
      ? Object.entries(variables.params).map(([name, like]) => take(`best.${name}`, like))
      : null;
    assign({ params: variables.params }, withoutPrefix('params', tensors));
    const live: Live = {
      step: numbers.step,
      optimizer: { step: numbers.optimizer.step, tensors: Object.fromEntries(moments) },
      ema,
      best: numbers.best && { ...numbers.best, weights },
      stale: numbers.stale,
      aside: null,
    };
    return { live, rng: numbers.rng };
  } catch (error) {
    dispose(made);
    throw error;
  }
}

function parseNumbers(text: string | undefined): Numbers {
  try {
    const numbers = JSON.parse(text ?? '') as Numbers;
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

function byName(params: Params, weights: Weights): Record<string, Tensor> {
  return Object.fromEntries(Object.keys(params).map((name, i) => [name, weights[i]!]));
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
