import { clone, dispose, tensor, tidy, type DataType, type Tensor } from '@tensorflow/tfjs-core';
import { IResNetError, type Module } from '@iresnet/core';
import { ensure } from '@iresnet/core/internal';
import type { Dtype, HostTensor, NamedTensors } from './dtypes';
import { quote } from './header';

/** The dtypes that a variable of TensorFlow.js can have here. */
const DTYPE_OF = new Map<DataType, Dtype>([
  ['float32', 'F32'],
  ['int32', 'I32'],
  ['bool', 'BOOL'],
]);

/**
 * The variables of a module as arrays on the host, under their dotted names; state that no optimizer touches (power-iteration
 * vectors, initialisation flags) is among them.
 *
 * All of one moment: an assignment while the arrays are being read back is not seen. Leaves no tensor alive.
 *
 * @throws IResNetError of kind `argument` for a variable that is neither float32, int32 nor bool.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { snapshot } from '@iresnet/checkpoint';
 *
 * const module = { params: { scale: tf.variable(tf.tensor1d([1, 2])) }, dispose() {} };
 * const tensors = await snapshot(module);
 * console.log(tensors.get('scale')); // { dtype: 'F32', shape: [ 2 ], data: Float32Array(2) [ 1, 2 ] }
 * ```
 */
export async function snapshot(module: Pick<Module, 'params'>): Promise<NamedTensors> {
  const params = Object.entries(module.params);
  const dtypes = params.map(([name, variable]) => {
    const dtype = DTYPE_OF.get(variable.dtype);
    ensure(
      dtype !== undefined,
      'checkpoint.snapshot',
      () => `expected float32, int32 or bool, got ${variable.dtype} for ${quote(name)}`,
    );
    return dtype;
  });
  // A clone keeps the values of now alive when the variable is assigned while we wait.
  const held = params.map(([, variable]) => clone(variable as Tensor));
  try {
    const values = await Promise.all(held.map((copy) => copy.data()));
    return new Map(
      params.map(([name, { shape }], i) => {
        // A copy: the cpu backend hands out its own memory.
        const data = values[i]!.slice();
        return [name, { dtype: dtypes[i]!, shape: [...shape], data } as HostTensor];
      }),
    );
  } finally {
    dispose(held);
  }
}

/** Options of {@link assign}. */
export interface AssignOptions {
  /** Refuse names that the module or the tensors lack. True by default. Shapes and dtypes must always agree. */
  readonly strict?: boolean;
}

/** The names that {@link assign} passed over; both empty when it is strict. */
export interface AssignResult {
  /** Variables for which there was no tensor: unchanged. */
  readonly missing: readonly string[];
  /** Tensors for which there was no variable. */
  readonly extra: readonly string[];
}

/**
 * Set the variables of a module to the tensors of the same names: all of them, or none when anything differs.
 *
 * @param module - Its variables keep their identity; only their values change.
 * @param tensors - As {@link snapshot} or `parseSafetensors` give them.
 * @throws IResNetError of kind `data` that lists every difference at once: missing and extra names, shapes, dtypes.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { assign } from '@iresnet/checkpoint';
 *
 * const module = { params: { scale: tf.variable(tf.zeros([2])) }, dispose() {} };
 * assign(module, new Map([['scale', { dtype: 'F32', shape: [2], data: new Float32Array([3, 4]) }]]));
 * module.params.scale.print(); // [3, 4]
 * ```
 */
export function assign(
  module: Pick<Module, 'params'>,
  tensors: NamedTensors,
  options: AssignOptions = {},
): AssignResult {
  const { strict = true } = options;
  const params = new Map(Object.entries(module.params));
  const missing = [...params.keys()].filter((name) => !tensors.has(name));
  const extra = [...tensors.keys()].filter((name) => !params.has(name));
  const shared = [...params].filter(([name]) => tensors.has(name));
  const differing = shared.flatMap(([name, variable]) => {
    const wanted = `${DTYPE_OF.get(variable.dtype) ?? variable.dtype} [${variable.shape.join()}]`;
    const { dtype, shape } = tensors.get(name)!;
    const got = `${dtype} [${shape.join()}]`;
    return wanted === got ? [] : [`${quote(name)}: expected ${wanted}, got ${got}`];
  });

  const differences = strict
    ? [
        ...missing.map((name) => `missing ${quote(name)}`),
        ...extra.map((name) => `extra ${quote(name)}`),
        ...differing,
      ]
    : differing;
  if (differences.length > 0) {
    throw new IResNetError(
      'data',
      'checkpoint.assign',
      `expected the tensors of the module, got ${differences.length} differences:\n  ${differences.join('\n  ')}`,
      { missing, extra, differing },
    );
  }

  tidy(() => {
    // All values reach the backend before the first variable changes: no failure leaves half of them assigned.
    const values = shared.map(([name, variable]) => {
      const { data, shape } = tensors.get(name)!;
      return tensor(data.slice() as Float32Array | Int32Array | Uint8Array, [...shape], variable.dtype);
    });
    shared.forEach(([, variable], i) => {
      variable.assign(values[i]!);
    });
  });
  return { missing, extra };
}
