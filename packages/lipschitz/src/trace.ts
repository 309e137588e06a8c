import { matMul, mul, sum, tidy, transpose, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { matrixFamily } from './families/matrixFamily';
import type { Layer } from './layer';

const ONE_HIDDEN = 'linear,elementwise,linear';
const TWO_HIDDEN = 'linear,elementwise,linear,elementwise,linear';

/**
 * tr J of each example, `[B]`, of a run of dense layers with one or two activations between them:
 * J = W₃ᵀ D₂ W₂ᵀ D₁ W₁ᵀ, so tr J = d₁ᵀ (W₂ ∘ (W₃W₁)ᵀ) d₂, and Σ d₁ ∘ diag(W₃W₁) without W₂.
 *
 * It costs about the third of a product. Taped with respect to weights and slopes. Convolutions
 * have such a trace too, but the pixels along the edges make it cost more than it saves.
 *
 * @param thetas - Of each layer: W, or the slopes d `[B, …]`.
 * @returns null for other runs.
 */
export function traceOf(layers: readonly Layer[], thetas: readonly Tensor[]): (() => Tensor) | null {
  const shape = layers.map(({ kind }) => kind).join();
  if (shape !== ONE_HIDDEN && shape !== TWO_HIDDEN) return null;
  if (layers.some((layer) => layer.kind === 'linear' && layer.family !== matrixFamily)) return null;
  const [first, last] = [thetas[0] as Tensor2D, thetas.at(-1) as Tensor2D];
  if (first.shape[0] !== last.shape[1]) return null;
  if (shape === ONE_HIDDEN) {
    const slope = thetas[1] as Tensor2D;
    if (slope.rank !== 2) return null;
    return () => tidy(() => sum(mul(slope, sum(mul(transpose(first), last), 1)), 1));
  }
  const [before, middle, after] = thetas.slice(1, 4) as [Tensor2D, Tensor2D, Tensor2D];
  if (before.rank !== 2) return null;
  return () =>
    tidy(() => {
      const paths = mul<Tensor2D>(middle, transpose(matMul(last, first)));
      return sum(mul(matMul(before, paths), after), 1);
    });
}
