import { add, mul, tensor, tidy, zerosLike, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import type { Params } from '@iresnet/core';
import { momentumOf, share } from '@iresnet/core/internal';

/** The variables that each batch moves, such as the running moments of a batch normalization. */
export function runningOf(params: Params): Variable[] {
  return Object.values(params).filter((variable) => momentumOf(variable) !== undefined);
}

/**
 * Do something with a batch from running variables s = 0, which leaves m b in them. They are set
 * back.
 *
 * @returns The result, and m b of all of them, one after the other.
 */
export function withMoves<T>(
  running: readonly Variable[],
  use: () => T,
): { readonly result: T; readonly moves: Float32Array } {
  const before = running.map((variable) => share(variable as Tensor));
  try {
    tidy(() => running.forEach((variable) => variable.assign(zerosLike(variable))));
    const result = use();
    return { result, moves: Float32Array.from(running.flatMap((variable) => [...variable.dataSync()])) };
  } finally {
    running.forEach((variable, i) => variable.assign(before[i]!));
    before.forEach((value) => value.dispose());
  }
}

/** s ← (1 − m) s + m b, as the batch itself would have done it. */
export function move(running: readonly Variable[], moves: Float32Array): void {
  let at = 0;
  for (const variable of running) {
    const moved = moves.slice(at, (at += variable.size));
    tidy(() =>
      variable.assign(add(mul(1 - momentumOf(variable)!, variable as Tensor), tensor(moved, variable.shape))),
    );
  }
}
