import {
  conv2d,
  dispose,
  matMul,
  nextFrame,
  ones,
  sum,
  tidy,
  version_core,
  type Scalar,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { checkOptions, ensure } from '@iresnet/core/internal';
import type { BackendName } from './candidates';
import { useBackend } from './useBackend';

/** How fast the current backend computes; plain data. */
export interface BackendRates {
  /**
   * 10⁹ floating-point operations per second in a 3×3 convolution: 32 to 32 channels, 8 images of
   * 28×28 pixels.
   */
  readonly conv2d: number;
  /** 10⁹ floating-point operations per second in the product of two matrices of 512×512. */
  readonly matMul: number;
}

/** A backend, and how it started and ran here; plain data. */
export type ListedBackend =
  | {
      readonly name: string;
      readonly started: true;
      /**
       * The version of TensorFlow on the native backend, the version of TensorFlow.js on the
       * others.
       */
      readonly version: string;
      readonly device: 'cpu' | 'gpu';
      readonly threads: number;
      readonly rates: BackendRates;
    }
  | {
      readonly name: string;
      readonly started: false;
      /** Why it did not start. */
      readonly error: string;
    };

/**
 * Measure how fast the current backend computes a convolution and a matrix product.
 *
 * Each is repeated for `seconds`, and the fastest run counts; a run before them does not. A product
 * and a sum are two operations. Each run ends with reading its result, so work on a GPU is
 * finished.
 *
 * @param seconds - How long each of the two is repeated; > 0.
 * @returns 10⁹ operations per second.
 * @throws IResNetError of kind `argument` if `seconds` is not positive.
 * @example
 * ```ts
 * import { measureBackend, useBackend } from '@iresnet/backend';
 *
 * await useBackend('cpu');
 * const { conv2d, matMul } = await measureBackend(0.01);
 * console.log(conv2d.toFixed(1), matMul.toFixed(1));
 * ```
 */
export async function measureBackend(seconds = 1): Promise<BackendRates> {
  ensure(seconds > 0, 'backend.measureBackend', () => `expected seconds > 0, got ${seconds}`);
  const x: Tensor4D = ones([8, 28, 28, 32]);
  const filter: Tensor4D = ones([3, 3, 32, 32]);
  const square: Tensor2D = ones([512, 512]);
  try {
    const convolution = await fastest(() => sum(conv2d(x, filter, 1, 'same')), seconds);
    const product = await fastest(() => sum(matMul(square, square)), seconds);
    return { conv2d: (2 * 8 * 28 * 28 * 32 * 32 * 9) / convolution, matMul: (2 * 512 ** 3) / product };
  } finally {
    dispose([x, filter, square]);
  }
}

/** Nanoseconds of the fastest run within `seconds`. */
async function fastest(f: () => Scalar, seconds: number): Promise<number> {
  const once = async (): Promise<number> => {
    const start = performance.now();
    const value = tidy(f);
    await value.data();
    value.dispose();
    return (performance.now() - start) * 1e6;
  };
  await once();
  const end = performance.now() + seconds * 1e3;
  let least = Infinity;
  do {
    least = Math.min(least, await once());
    await nextFrame();
  } while (performance.now() < end);
  return least;
}

/**
 * Start the native backend, wasm and cpu in turn, and measure each that starts
 * ({@link measureBackend}). The last one that started stays current, so call it in a process that
 * does nothing else.
 *
 * @param options - `seconds` of each measurement, default 1, and `threads` as in {@link
 * useBackend}.
 * @returns One entry for each of the three; one that did not start says why.
 * @throws IResNetError of kind `argument` for an unknown option.
 * @example
 * ```ts
 * import { listBackends } from '@iresnet/backend';
 *
 * for (const backend of await listBackends({ seconds: 0.01 })) {
 *   if (backend.started) console.log(backend.name, backend.device, backend.rates);
 *   else console.log(backend.name, backend.error);
 * }
 * ```
 */
export async function listBackends(
  options: { readonly seconds?: number; readonly threads?: number } = {},
): Promise<readonly ListedBackend[]> {
  checkOptions('backend.listBackends', options, { seconds: true, threads: true });
  const { seconds = 1, threads } = options;
  const listed: ListedBackend[] = [];
  for (const name of ['tensorflow', 'wasm', 'cpu'] satisfies BackendName[]) {
    try {
      const report = await useBackend(name, threads === undefined ? {} : { threads });
      const rates = await measureBackend(seconds);
      const { version = version_core, device = 'cpu' } = report.native ?? {};
      listed.push({ name, started: true, version, device, threads: report.threads, rates });
    } catch (error) {
      listed.push({ name, started: false, error: error instanceof Error ? error.message : String(error) });
    }
  }
  return listed;
}
