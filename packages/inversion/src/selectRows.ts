import {
  add,
  cast,
  concat,
  gather,
  logicalNot,
  mul,
  range,
  reshape,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';

/**
 * Row i of `a` where the mask holds, else row i of `b`, whatever the other row holds (NaN too).
 *
 * By copying rows: `where` would expand the mask to the full shape, which costs the wasm backend a hundred times more.
 *
 * @param mask - `[B, 1]` bool.
 * @param a - `[B, ...]`.
 * @param b - Same shape.
 */
export function selectRows(mask: Tensor, a: Tensor, b: Tensor): Tensor {
  const batch = a.shape[0]!;
  const offset = mul(cast(reshape(logicalNot(mask), [batch]), 'int32'), batch);
  const rows = add(range(0, batch, 1, 'int32'), cast(offset, 'int32'));
  return gather(concat([a, b], 0), cast(rows, 'int32') as Tensor1D);
}
