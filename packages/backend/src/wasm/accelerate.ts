import { getBackend } from '@tensorflow/tfjs-core';
import { IResNetError } from '@iresnet/core';
import { accelerateConv2d } from './conv2d';
import { accelerateElementwise } from './elementwise';
import { addFusedKernels } from './fused';
import { accelerateLayout } from './layout';
import { bindKernels } from './kernels';
import { accelerateMatMul } from './matMul';
import { accelerateSum } from './sum';

/**
 * Replace the slow kernels of the running wasm backend by faster ones with the same results.
 *
 * These are sin, cos, exp, log, tanh, softplus, maximum, comparisons, where and similar functions
 * (a SIMD module on the memory of the backend); concat, stack, slice, split, tile and reverse
 * (plain copies); products of two matrices (the right one is not packed, the left one not
 * transposed); sums over leading axes; and the gradients of conv2d (forward convolutions; the
 * backend itself has no gradient of the filter).
 *
 * Each function of one value is within 0.65 units in the last place of the exact result (1/√x:
 * 1.5), for any argument. NaN and infinities come out as on the other backends; a zero may lose its
 * sign. A value has the same bits alone and in any batch, next to NaN too.
 *
 * A second call does nothing. Call it again after the backend was removed and started anew. If the
 * engine has no SIMD, or the memory of the backend cannot be reached, only the copies, the
 * transpositions before a product and the gradients of conv2d are replaced. {@link useBackend}
 * calls this function.
 *
 * @throws IResNetError of kind `argument` if the current backend is not wasm.
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
  addFusedKernels();
}
