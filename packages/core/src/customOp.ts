import { dispose, engine, Tensor, tidy, type TensorContainerObject } from '@tensorflow/tfjs-core';
import { share } from './share';

/**
 * The engine's own entry for an op with several outputs; `tf.customGrad` takes one output only. And
 * its tape, whose nodes own what the backward pass needs.
 */
interface MultiOutputEngine {
  readonly state: {
    readonly gradientDepth: number;
    readonly kernelDepth: number;
    readonly activeTape: { saved: Tensor[] }[];
  };
  runKernelFunc(call: {
    inputs: Record<string, Tensor>;
    forwardFunc: () => Tensor[];
    backwardsFunc: (dys: Tensor | Tensor[]) => Record<string, () => Tensor>;
  }): Tensor[];
}

/** What {@link customOp} computes forward. */
export interface CustomForward {
  /** The outputs, each a fresh tensor and none an input. */
  readonly outputs: Tensor[];
  /** What the backward pass needs; kept only while a tape is recording. */
  readonly saved: Tensor[];
}

/**
 * A gradient that is one step away from what the others needed: it is computed only where it flows
 * on, not for an input that is a constant.
 */
export interface LaterGradient {
  readonly from: Tensor;
  /** A fresh tensor of the input's shape. */
  readonly gradient: (from: Tensor) => Tensor;
}

/** What a gradient that is computed later was to come from, of the last backward pass of an op. */
let pending: Tensor[] = [];

/**
 * An op with several outputs and its own gradient: y = f(x), x̄ᵢ = Σⱼ (∂yⱼ/∂xᵢ)ᵀ ȳⱼ, as one node of
 * the tape.
 *
 * Neither `forward` nor `backward` is recorded, so a whole layer costs one node instead of dozens,
 * and what it multiplies twice is saved once. Differentiable once.
 *
 * @param inputs - What gradients may flow to, by name.
 * @param forward - Computes outputs and what to save.
 * @param backward - From the outputs' cotangents (zeros where none came) and the saved tensors, one
 * gradient per name in `inputs`, each a fresh tensor of the input's shape or a
 * {@link LaterGradient}.
 * @returns The outputs, owned by the caller.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { customOp } from '@iresnet/core';
 *
 * const cube = (x: tf.Tensor) =>
 *   customOp({ x }, () => ({ outputs: [tf.pow(x, 3)], saved: [x] }), ([dy], [at]) => ({
 *     x: tf.mul(dy!, tf.mul(3, tf.square(at!))),
 *   }))[0]!;
 * tf.grad(cube)(tf.scalar(2)).print(); // 12
 * ```
 */
export function customOp<K extends string>(
  inputs: Record<K, Tensor>,
  forward: () => CustomForward,
  backward: (dys: Tensor[], saved: Tensor[]) => Record<K, Tensor | LaterGradient>,
): Tensor[] {
  const tape = engine() as unknown as MultiOutputEngine;
  const { gradientDepth, kernelDepth } = tape.state;
  const recorded = gradientDepth > 0 && kernelDepth === 0;
  let kept: Tensor[] = [];
  const outputs = tape.runKernelFunc({
    inputs,
    forwardFunc: () => {
      const { outputs, saved } = forward();
      if (recorded) kept = saved.map(share);
      return outputs;
    },
    backwardsFunc: (dys) => {
      // Computed at once: the engine runs each getter in a tidy of its own, which would free what
      // they share. In a tidy, so that what lies between is freed now and not after the whole
      // backward pass. The engine has asked for what it needs of the last op.
      dispose(pending);
      const cotangents = Array.isArray(dys) ? dys : [dys];
      const computed = tidy(() => backward(cotangents, kept) as TensorContainerObject);
      const gradients = Object.entries(computed as Record<string, Tensor | LaterGradient>);
      pending = gradients.flatMap(([, found]) =>
        found instanceof Tensor || cotangents.includes(found.from) ? [] : [found.from],
      );
      return Object.fromEntries(
        gradients.map(([name, found]) => [
          name,
          () => (found instanceof Tensor ? found : found.gradient(found.from)),
        ]),
      );
    },
  });
  // The engine would save clones: a kernel and a node of the tape for each.
  if (recorded) tape.state.activeTape.at(-1)!.saved = kept;
  return outputs;
}
