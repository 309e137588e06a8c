import { reshape, transpose, type Tensor } from '@tensorflow/tfjs-core';

/** Dense weight `[out, in]` ↔ dense kernel `[in, out]`: the same exchange both ways. */
export function exchanged(weight: Tensor): Tensor {
  return transpose(weight, [1, 0]);
}

/** A flat vector as the batch of one that power iteration takes, `[1, n]`. */
export function row(vector: Tensor): Tensor {
  return reshape(vector, [1, vector.size]);
}

/** NCHW → NHWC. */
export function channelsLast(x: Tensor): Tensor {
  return transpose(x, [0, 2, 3, 1]);
}

/** NHWC → NCHW. */
export function channelsFirst(x: Tensor): Tensor {
  return transpose(x, [0, 3, 1, 2]);
}
