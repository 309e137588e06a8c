import { IResNetError } from '@iresnet/core';
import type { NamedTensors } from './dtypes';
import { quote } from './header';

/**
 * Refuse tensors with a value that is NaN or infinite: no parameter and no state of a training run
 * has one. {@link assign} does it too.
 *
 * @param tensors - Tensors by name, as `parseSafetensors` reads them.
 * @param file - Where they come from, for the message.
 * @throws IResNetError of kind `data` that names the file, the tensor and the place of the value.
 *
 * @example
 * ```ts
 * import { checkFinite } from '@iresnet/checkpoint';
 *
 * const bias = { dtype: 'F32', shape: [2], data: new Float32Array([0, NaN]) } as const;
 * try {
 *   checkFinite(new Map([['bias', bias]]), 'model.safetensors');
 * } catch (error) {
 *   // model.safetensors: tensor "bias": expected finite values, got NaN at index 1
 *   console.log((error as Error).message);
 * }
 * ```
 */
export function checkFinite(tensors: NamedTensors, file: string): void {
  for (const [name, { data }] of tensors) {
    if (!(data instanceof Float32Array || data instanceof Float64Array)) continue;
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at < 0) continue;
    const what = `tensor ${quote(name)}: expected finite values, got ${data[at]!} at index ${at}`;
    throw new IResNetError('data', file, what, { tensor: name, index: at });
  }
}
