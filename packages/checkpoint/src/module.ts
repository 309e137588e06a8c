import { clone, dispose, tensor, tidy, type DataType, type Tensor } from '@tensorflow/tfjs-core';
import { IResNetError, type Module } from '@iresnet/core';
import { checkOptions, ensure, isRecomputed, readProvenAsync } from '@iresnet/core/internal';
import { checkFinite } from './checkFinite';
import { checkModule, checkNamedTensors } from './checks';
import type { Dtype, HostTensor, NamedTensors } from './dtypes';
import { quote } from './header';

/** The dtypes of variables that can be saved. */
const DTYPE_OF = new Map<DataType, Dtype>([
  ['float32', 'F32'],
  ['int32', 'I32'],
  ['bool', 'BOOL'],
]);

/**
 * The variables of a module as arrays on the host, under their dotted names. State that no
 * optimizer changes (power-iteration vectors, initialisation flags) is included.
 *
 * All arrays are of one moment: an assignment while they are being read back has no effect on them.
 * Leaves no tensor alive. Await it before you use the result.
 *
 * @throws IResNetError of kind `argument` for something that is not a module, or a variable that is
 * disposed or is not float32, int32 or bool.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { snapshot } from '@iresnet/checkpoint';
 *
 * const module = { params: { scale: tf.variable(tf.tensor1d([1, 2])) }, dispose() {} };
 * const tensors = await snapshot(module);
 * console.log(tensors.get('scale')); // F32, shape [ 2 ], data [ 1, 2 ]
 * ```
 */
export async function snapshot(module: Pick<Module, 'params'>): Promise<NamedTensors> {
  checkModule('checkpoint.snapshot', module);
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
  // A clone keeps these values alive when the variable is assigned while we wait.
  const held = params.map(([, variable]) => clone(variable as Tensor));
  try {
    const values = await Promise.all(held.map((copy) => readHost(copy)));
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

/** Values for a file. Those of a device that is lost must not get there. */
function readHost(t: Tensor): Promise<HostTensor['data']> {
  return t.dtype === 'float32' ? readProvenAsync('checkpoint.snapshot', t) : t.data();
}

/** Options of {@link assign}. */
export interface AssignOptions {
  /**
   * Refuse names that only one side has. Default true. Shapes and dtypes must always agree. State
   * that is found again by computing, such as the second vectors of power iteration, may be
   * missing: files of earlier versions do not have it.
   */
  readonly strict?: boolean;
  /** A name for error messages, such as the path. */
  readonly file?: string;
}

/** The names that {@link assign} skipped. */
export interface AssignResult {
  /** Variables for which there was no tensor: unchanged. */
  readonly missing: readonly string[];
  /** Tensors for which there was no variable. */
  readonly extra: readonly string[];
}

/**
 * Set the variables of a module to the tensors of the same names: all of them, or none when
 * anything differs.
 *
 * @param module - Its variables stay the same objects; only their values change.
 * @param tensors - As {@link snapshot} or `parseSafetensors` give them.
 * @returns The names that were skipped, with `strict: false`.
 * @throws IResNetError of kind `data` that lists every difference at once: missing and extra names,
 * shapes, dtypes; and of the first value that is NaN or infinite; of kind `argument` for something
 * that is not a module or not a Map of tensors.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { assign } from '@iresnet/checkpoint';
 *
 * const module = { params: { scale: tf.variable(tf.zeros([2])) }, dispose() {} };
 * const scale = { dtype: 'F32', shape: [2], data: new Float32Array([3, 4]) } as const;
 * assign(module, new Map([['scale', scale]]));
 * module.params.scale.print(); // [3, 4]
 * ```
 */
export function assign(
  module: Pick<Module, 'params'>,
  tensors: NamedTensors,
  options: AssignOptions = {},
): AssignResult {
  checkModule('checkpoint.assign', module);
  checkNamedTensors('checkpoint.assign', tensors);
  checkOptions('checkpoint.assign', options, { strict: true, file: true });
  const { strict = true, file: where = 'checkpoint.assign' } = options;
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
        ...missing
          .filter((name) => !isRecomputed(module.params[name]!))
          .map((name) => `missing ${quote(name)}`),
        ...extra.map((name) => `extra ${quote(name)}`),
        ...differing,
      ]
    : differing;
  if (differences.length > 0) {
    throw new IResNetError(
      'data',
      where,
      `expected the tensors of the module, got ${differences.length} differences:\n  ${differences.join('\n  ')}`,
      { missing, extra, differing },
    );
  }

  checkFinite(new Map(shared.map(([name]) => [name, tensors.get(name)!])), where);

  tidy(() => {
    // All values reach the backend before the first variable changes: no failure leaves half of
    // them assigned.
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
