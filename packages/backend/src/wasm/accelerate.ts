import { getBackend } from '@tensorflow/tfjs-core';
import { IResNetError } from '@iresnet/core';
import { accelerateConv2d } from './conv2d';
import { accelerateElementwise } from './elementwise';
import { accelerateLayout } from './layout';
import { bindKernels } from './kernels';
import { accelerateMatMul } from './matMul';
import { accelerateSum } from './sum';

/**
 * Replace the slow kernels of the running wasm backend by faster ones of the same results: sin, cos, exp, log, tanh,
 * softplus, maximum, comparisons, where and their like (a SIMD module on the memory of the backend), concat, stack, slice,
 * split, tile, reverse (plain copies), products of two matrices (no packing, no transposition of the left one), sums over
 * leading axes and the gradients of conv2d (forward convolutions; the one for the filter the backend lacks).
 *
 * Results are within 0.65 units in the last place of the exact value (1/√x: 1.5), for any argument; NaN and infinities are
 * those of the other backends. A zero may lose its sign. Calling it again does nothing; on a backend that was started anew
 * it must be called again. Without SIMD, or where the memory of the backend cannot be reached, only the copies, the
 * transpositions before a product and the gradients of conv2d are replaced. {@link useBackend} calls it.
 *
 * @throws IResNetError of kind `argument` when the current backend is not wasm.
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import '@tensorflow/tfjs-backend-wasm';
 * import { accelerateWasm } from '@iresnet/backend';
 *
 * await tf.setBackend('wasm');
 * await accelerateWasm();
 * tf.sin(tf.linspace(0, 6, 7)).print();
 * ```
 */
export async function accelerateWasm(): Promise<void> {
  const name = getBackend();
  if (name !== 'wasm') {
    throw new IResNetError('argument', 'backend.accelerateWasm', `expected the wasm backend, got ${name}`);
  }
  const bound = await bindKernels();
  accelerateMatMul();
  accelerateLayout();
  accelerateConv2d();
  if (!bound) return;
  accelerateElementwise();
  accelerateSum();
}
