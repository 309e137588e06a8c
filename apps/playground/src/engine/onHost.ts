import { tidy } from '@tensorflow/tfjs-core';
import { noGrad } from '@iresnet/core';

/** What a computation gives as plain values; its tensors are freed. */
export function onHost<T>(compute: () => T): T {
  let result: { readonly value: T } | null = null;
  noGrad(() => {
    tidy(() => {
      result = { value: compute() };
    });
  });
  return result!.value;
}
