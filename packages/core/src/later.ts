import { backend, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import type { LinearOperator } from './contracts';

/** A weight with its singular vectors, and how W̄ follows from them. */
export interface LaterWeight {
  readonly params: { readonly kernel: Variable; readonly u: Variable; readonly v: Variable };
  readonly coefficient: number;
  readonly epsilon: number;
  readonly family: {
    /** A(W). */
    at(kernel: Tensor): LinearOperator;
    /** ∂⟨u, A(W) v⟩/∂W. */
    pairing(kernel: Tensor, u: Tensor, v: Tensor): Tensor;
  };
}

/**
 * What is done in another way on a GPU, so that a step of training waits for no reading.
 * `useBackend` of `@iresnet/backend` brings these forms to WebGL and WebGPU, so that other programs
 * do not carry them.
 */
export interface LaterForms {
  /**
   * The values of a tensor of float32 that are on the host. Absent where those of the device can be
   * read at once too, as on WebGL, which only takes long.
   *
   * @throws IResNetError of kind `device` where they are not, with what to write in its place.
   */
  readonly read?: (where: string, x: Tensor) => Float32Array;
  /**
   * Bring u and v up to date by a fixed number of steps of power iteration: few after a `small`
   * change of W, more after another, and none for vectors of unit length where nothing is known.
   *
   * @returns null in place of σ.
   */
  follow(weight: LaterWeight, change: 'small' | 'other' | undefined): null;
  /** W̄ with σ as a tensor; taped. */
  normalized(weight: LaterWeight): Tensor;
  /** ln|det(I + A)| of each example from the columns of A, `[d, B, d]`; taped. */
  logDet(columns: Tensor): Tensor;
}

/** The forms of a backend that is slow to read, or cannot be read at once; null on any other. */
export function laterForms(): LaterForms | null {
  return (backend() as { readonly later?: LaterForms }).later ?? null;
}

/** Whether the values of the current backend come later, and a blocking reading is refused. */
export function readsLater(): boolean {
  return laterForms()?.read !== undefined;
}
