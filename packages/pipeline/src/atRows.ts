import { slice, type Tensor } from '@tensorflow/tfjs-core';
import type { Shape } from '@iresnet/core';

/** A network or a flow, which may depend on contexts. */
interface Piece<T> {
  readonly shape: Shape;
  at?(context: Tensor): T;
}

/**
 * A piece at the contexts of a batch of rows, and the rows without them: `[B, d + k]` has the
 * context of each row behind its columns. Any other piece, and a batch without contexts, as the
 * joint density of a masked piece takes it, stay as they are. The caller's tidy owns both.
 */
export function atRows<T extends Piece<T>>(piece: T, batch: Tensor): { piece: T; x: Tensor } {
  const d = piece.shape[0]!;
  if (!piece.at || batch.shape[1] === d) return { piece, x: batch };
  return { piece: piece.at(slice(batch, [0, d], [-1, -1])), x: slice(batch, [0, 0], [-1, d]) };
}
